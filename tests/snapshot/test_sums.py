"""Sums that must agree are checked in the build itself: a broken one stops it, and nothing is published."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from made_up import MadeUp
from town import write_pack

import familycard.snapshot.build as job
from familycard.engine.interface import Engine
from familycard.errors import BuildError
from familycard.pack.loader import load_pack
from familycard.snapshot.open import OpenSnapshot, open_snapshot
from familycard.sources.store import Store

LATER = date(2026, 1, 31)
KIND, CARD = "family", "need"


def after(stage: str, statement: str) -> Callable[[pytest.MonkeyPatch], None]:
    """A fault in a stage: it does its work, and then a statement spoils what it left."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        real = getattr(job, stage)

        def spoilt(engine: Engine, *arguments: object, **named: object) -> object:
            result = real(engine, *arguments, **named)
            engine.run(statement)
            return result

        patch.setattr(job, stage, spoilt)

    return plant


def leaving(stage: str, table: str, query: str) -> Callable[[pytest.MonkeyPatch], None]:
    """A fault in a stage: the table that it left on disk becomes another one."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        real = getattr(job, stage)

        def spoilt(engine: Engine, *arguments: object, **named: object) -> object:
            result = real(engine, *arguments, **named)
            engine.make(table, query)
            return result

        patch.setattr(job, stage, spoilt)

    return plant


FAULTS = {
    "a person is lost": leaving("form_units", "members_family", "from members_family where person <> 8"),
    "a person stands twice": leaving(
        "form_units", "members_family", "from members_family union all select 8, person, 'member' from members_family where person = 3"
    ),
    "a stranger is a member": leaving("form_units", "members_family", "from members_family union all select 8, 999, 'member'"),
    "a unit is larger than it says": leaving("form_units", "units_family", "select * replace (members + 1 as members) from units_family"),
    "a unit has no head": leaving(
        "form_units", "members_family", "select * replace (case when person = 8 then 'member' else role end as role) from members_family"
    ),
    "a unit is gone": leaving("form_units", "units_family", "from units_family where unit <> 8"),
    "a person is lost before the families": leaving("make_persons", "persons", "from persons where person <> 8"),
    "a person is lost from the beginning": leaving("make_people", "people", "from people where person <> 8"),
    "a family has no values": leaving("make_unit_values", "values_family", "from values_family where unit <> 8"),
    "a family has two scores": leaving("make_scores", "scores_need", "from scores_need union all from scores_need where unit = 8"),
    "a family is not evaluated": leaving("make_entitlements", "entitlements_family", "from entitlements_family where unit <> 8"),
    "a person stands twice among people": leaving("make_people", "people", "from people union all from people where person = 3"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_sum_that_does_not_agree_stops_the_build_and_leaves_current_alone(
    fault: str, the_town: OpenSnapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = the_town.path.parents[1]
    shutil.copytree(the_town.path.parent, tmp_path / "snapshots", symlinks=True)
    before = sorted(path.name for path in (tmp_path / "snapshots").iterdir())
    FAULTS[fault](monkeypatch)
    with pytest.raises(BuildError):
        job.build(load_pack(write_pack(tmp_path / "pack")), folder / "store", LATER, tmp_path / "snapshots")
    assert sorted(path.name for path in (tmp_path / "snapshots").iterdir()) == before
    assert open_snapshot(tmp_path / "snapshots" / "current").path.name == the_town.path.name


def test_a_point_changed_after_the_sum_stops_the_build(
    the_town: OpenSnapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import familycard.scoring.score as scoring

    real = scoring.score_query
    monkeypatch.setattr(
        scoring,
        "score_query",
        lambda *given: f"select * replace (income__points + 1 as income__points) from ({real(*given)})",
    )
    pack, store = load_pack(write_pack(tmp_path / "pack")), the_town.path.parents[1] / "store"
    with pytest.raises(BuildError, match="points do not add up"):
        job.build(pack, store, LATER, tmp_path / "snapshots")
    assert not (tmp_path / "snapshots" / "current").exists()


def test_points_and_adjustment_add_up_to_the_score_of_every_family(country: MadeUp) -> None:
    opened = open_snapshot(country.snapshot)
    card = opened.pack.scorecards[CARD]
    points = " + ".join(f'"{term.id}__points"' for term in card.terms)
    ((families, scored, wrong),) = opened.engine.rows(
        f"select count(*), count(score), count_if(score <> {card.base} + {points} + adjustment) from scores_{CARD}"
    )
    assert wrong == 0 and scored > 0.9 * families
    ((outside, open_),) = opened.engine.rows(
        f"select count_if(not score between lowest and highest), count_if(score is null and lowest = highest) from scores_{CARD}"
    )
    assert (outside, open_) == (0, 0)


def test_accepted_doubled_and_refused_rows_are_the_rows_read(country: MadeUp) -> None:
    loads = Store(country.store).state().loads
    assert len(loads) == len(country.pack.sources)
    assert [
        s
        for s, one in loads.items()
        if one.rows_read != one.rows_accepted + one.rows_doubled + one.rows_refused
    ] == []
    assert sum(one.rows_refused for one in loads.values()) > 0


def test_everyone_of_the_people_source_is_in_exactly_one_family(country: MadeUp) -> None:
    rows = open_snapshot(country.snapshot).engine.rows(
        f"select count(*), count(distinct person), (select count(*) from persons where is_resident) from members_{KIND}"
    )
    assert len(set(rows[0])) == 1
