"""packs/es says what Spanish law and INE say: the pack's size, its lawyers' cases, and INE's published figures."""

from __future__ import annotations

import pytest
from packs_read import pack_of

from familycard.pack.model import Pack
from familycard.programmes.cases import run_cases


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of("es")


def test_the_pack_has_at_least_forty_indicators_of_every_sphere(pack: Pack) -> None:
    shown = [indicator for indicator in pack.indicators.values() if indicator.card]
    assert len(shown) >= 40
    assert {indicator.sphere for indicator in shown} == {
        "economic",
        "housing",
        "health",
        "education",
        "social",
        "family",
    }


def test_at_least_six_programmes_none_of_which_claims_to_be_verified(pack: Pack) -> None:
    assert len(pack.programmes) >= 6
    assert not any(programme.verified for programme in pack.programmes.values())
    values = [value for parameter in pack.parameters.values() for value in parameter.values]
    assert not any(value.verified for value in values)


def test_every_programme_has_cases_for_yes_no_and_cannot_tell(pack: Pack) -> None:
    for programme in pack.programmes.values():
        statuses = {case.expect["status"] for case in programme.cases}
        assert {"eligible", "not_eligible", "cannot_tell"} <= statuses, programme.id


def test_every_case_of_the_lawyers_comes_out_as_written(pack: Pack) -> None:
    results = run_cases(pack)
    assert [f"{r.programme.id}: {r.case.name}: {r.differences}" for r in results if not r.is_passed] == []
    assert len(results) > 50


def test_what_was_published_of_a_row_reaches_no_point_and_no_right(pack: Pack) -> None:
    published = [
        c for source in pack.sources.values() for c in source.columns if c.name.endswith("_published")
    ]
    assert len(published) == 5
    for column in published:
        assert "score" not in column.uses and "programmes" not in column.uses, column.name
