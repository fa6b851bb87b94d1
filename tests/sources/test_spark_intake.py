"""An intake on Spark leaves the store that the embedded engine leaves, byte for byte, and says the same of it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from country import RENTS, WAGES, country, deliver, iin, people_csv, wages_csv, with_files
from packs_read import pack_of
from test_identity import ALIAS_HEADER
from test_intake import WAGE_ROWS, files_below, outcomes, rows

from familycard.engine.spark import SparkEngine
from familycard.errors import StoreError
from familycard.pack.contract import Column
from familycard.pack.model import Pack
from familycard.pack.types import TEXT
from familycard.sources import durable
from familycard.sources.connection import connect
from familycard.sources.intake import intake
from familycard.sources.linkage.links import BY_MODEL
from familycard.sources.report import IntakeReport
from familycard.sources.spark_intake import largest_first
from familycard.sources.store import Store
from familycard.sources.taking import Run
from familycard.synthetic import generate

Session = Any
RENT_ROWS = "home,rooms\nH0,2\nH1,3\nH9,many\n"


@pytest.fixture(scope="module")
def session(spark: Callable[[], SparkEngine]) -> Session:
    return spark().session


def on_both(pack: Pack, delivery: Path, folder: Path, session: Session) -> IntakeReport:
    """Take a delivery into a store with each engine; assert that both say and leave the same."""
    report = intake(pack, delivery, folder / "embedded")
    on_spark = intake(pack, delivery, folder / "spark", session=session)
    assert on_spark == report
    one, other = (files_below(folder / name) for name in ("embedded", "spark"))
    # Each store's own.
    del one["secret"], other["secret"]
    assert other.keys() == one.keys()
    assert [name for name in one if one[name] != other[name]] == []
    return report


def test_registers_with_bad_rows_are_taken_in_alike_by_both_engines(session: Session, tmp_path: Path) -> None:
    pack = pack_of("kz")
    generate(pack, 2_000, 1, tmp_path / "in", bad_rows=0.03)
    # Every tenth: all of them are tasks of the same code, and a hundred take a minute.
    chosen = {pack.people.source, *sorted(pack.sources)[::10]}
    pack = replace(pack, sources={name: pack.sources[name] for name in chosen})
    report = on_both(pack, tmp_path / "in", tmp_path, session)
    assert {source.outcome for source in report.sources} == {"loaded"}
    loads = Store(tmp_path / "spark").state().loads
    assert len(loads) == len(chosen) > 10
    others = [load for name, load in loads.items() if name != pack.people.source]
    assert sum(load.rows_refused > 0 for load in others) > 2
    assert sum(len(rows(load.undecided)) for load in others) > 2


def test_what_is_refused_stays_stale_and_what_is_not_delivered_is_checked_again_on_both(
    session: Session, tmp_path: Path
) -> None:
    pack, folder = country(WAGES, RENTS), tmp_path / "in"
    wages = wages_csv([*WAGE_ROWS, (iin(6), "2025-03", "7"), ("85", "2025-03", "7")])
    deliver(folder, people_csv=people_csv(range(6)), wages_csv=wages, rents_csv=RENT_ROWS)
    assert outcomes(on_both(pack, folder, tmp_path, session)) == dict.fromkeys(pack.sources, "loaded")

    (folder / "rents.csv").unlink()
    spoilt = wages_csv([(iin(n), "March", "7") for n in range(6)])
    deliver(folder, people_csv=people_csv(range(7)), wages_csv=spoilt)
    report = on_both(pack, folder, tmp_path, session)
    assert outcomes(report) == {"people": "loaded", "rents": "rechecked", "wages": "refused"}
    loads = Store(tmp_path / "spark").state().loads
    assert (loads["wages"].stale, loads["rents"].stale) == (True, False)
    assert len(rows(loads["wages"].checked)) == 7
    (refused,) = (source.refused_rows for source in report.sources if source.refused_rows)
    assert len(rows(tmp_path / "spark" / refused)) == 6

    deliver(folder, wages_csv=wages)
    report = on_both(pack, folder, tmp_path, session)
    assert outcomes(report) == {"people": "unchanged", "rents": "absent", "wages": "loaded"}
    # Who was nobody at first is a person since the second delivery.
    assert [row["person"] for row in rows(Store(tmp_path / "spark").state().loads["wages"].checked)][-1] == 7


def test_aliases_hold_for_other_sources_also_where_the_people_are_refused(
    session: Session, tmp_path: Path
) -> None:
    pack, folder = country(WAGES), tmp_path / "in"
    deliver(folder, people_csv=people_csv(range(6)), wages_csv=wages_csv(WAGE_ROWS))
    on_both(pack, folder, tmp_path, session)
    aliases = ALIAS_HEADER + f"iin,{iin(88)},former,{iin(1)},,,act 17\n"
    renamed = wages_csv([*WAGE_ROWS, (iin(88), "2025-04", "3")])
    deliver(folder, people_csv="", wages_csv=renamed, identity_aliases_csv=aliases)
    report = on_both(pack, folder, tmp_path, session)
    assert outcomes(report) == {"people": "refused", "wages": "loaded"}
    found = rows(Store(tmp_path / "spark").state().loads["wages"].checked)
    assert [row["person"] for row in found] == [1, 2, 2, 3, 4, 5, 6]


def test_a_row_that_a_link_gives_its_person_is_accepted_on_both(session: Session, tmp_path: Path) -> None:
    named = replace(WAGES, columns=(*WAGES.columns, Column("surname", "surname", TEXT)))
    wages = f"iin,month,gross,surname\n{iin(1)},2025-03,7,Ivanova\n,2025-03,8,Serik\n"
    delivery = deliver(tmp_path / "in", people_csv=people_csv(range(6)), wages_csv=wages)
    on_both(country(named), delivery, tmp_path, session)
    for name in ("embedded", "spark"):
        store = Store(tmp_path / name)
        link_second_row(store, hashlib.sha256(wages.encode()).hexdigest(), person=4)
    assert outcomes(on_both(country(named), delivery, tmp_path, session))["wages"] == "loaded"
    found = rows(Store(tmp_path / "spark").state().loads["wages"].checked)
    assert [(row["person"], row["gross"]) for row in found] == [(2, 700), (4, 800)]


def link_second_row(store: Store, sha256: str, person: int) -> None:
    """Put links into use that give the second row of a delivered file of wages to a person."""
    path, current = store.links_path("links"), store.current()
    path.parent.mkdir()
    duckdb.sql(
        f"SELECT 'wages' AS source, '{sha256}' AS sha256, 2 AS row, {person}::BIGINT AS person, 'linked' AS outcome, "
        f"990000 AS likelihood_millionths, 'alike' AS words, '{BY_MODEL}' AS decided_by, DATE '2026-01-01' AS decided_on"
    ).write_parquet(str(path))
    store.set_current(current["identity"], current["loads"], "links")


def test_a_pack_of_people_alone_has_nothing_for_spark(session: Session, tmp_path: Path) -> None:
    delivery = deliver(tmp_path / "in", people_csv=people_csv(range(6)))
    assert on_both(country(), delivery, tmp_path, session).persons == 6


def test_a_worker_lists_who_is_known_once_and_an_attempt_leaves_no_folder(
    session: Session, tmp_path: Path
) -> None:
    others = [with_files(replace(WAGES, id=f"wages_{n}"), "csv", "wages.csv") for n in range(12)]
    delivery = deliver(tmp_path / "in", people_csv=people_csv(range(6)), wages_csv=wages_csv(WAGE_ROWS))
    left: list[str] = []

    def look(stage: str, detail: str) -> None:
        if stage == "publish":
            left.extend(path.name for path in (tmp_path / "store").glob(".making*/*"))

    intake(country(*others), delivery, tmp_path / "store", session=session, progress=look)
    engines = [name for name in left if name.startswith("engine-")]
    assert 0 < len(engines) <= 4
    assert {*left} - {*engines} <= {"identity.parquet", "people", "spill"}


def test_paths_from_here_are_found_by_workers_that_stand_elsewhere(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(tmp_path / "in", people_csv=people_csv(range(6)), wages_csv=wages_csv(WAGE_ROWS))
    monkeypatch.chdir(tmp_path)
    assert outcomes(on_both(country(WAGES), Path("in"), Path(), session))["wages"] == "loaded"


def test_a_task_that_dies_is_tried_again_and_leaves_nothing_behind(session: Session, tmp_path: Path) -> None:
    delivery = deliver(tmp_path / "in", people_csv=people_csv(range(6)), wages_csv=wages_csv(WAGE_ROWS))
    pack, was_here, here = country(WAGES), tmp_path / "was-here", os.getpid()

    class Notes(dict[str, Any]):
        """Ends the first worker process that looks into them."""

        def get(self, source: str, default: Any = None) -> Any:
            if source == "wages" and os.getpid() != here and not was_here.exists():
                was_here.touch()
                os._exit(1)
            return super().get(source, default)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("familycard.sources.intake.read_notes", lambda folder: Notes())
        intake(pack, delivery, tmp_path / "tried", session=session)
    assert was_here.exists()
    intake(pack, delivery, tmp_path / "embedded")
    one, other = (files_below(tmp_path / name) for name in ("embedded", "tried"))
    assert one | {"secret": b""} == other | {"secret": b""}


def test_an_error_of_the_store_in_a_task_is_that_error_here(session: Session, tmp_path: Path) -> None:
    pack, folder = country(WAGES, RENTS), tmp_path / "in"
    deliver(folder, people_csv=people_csv(range(6)), wages_csv=wages_csv(WAGE_ROWS), rents_csv=RENT_ROWS)
    on_both(pack, folder, tmp_path, session)
    (folder / "wages.csv").unlink()
    said, before = [], (tmp_path / "spark" / "current.json").read_bytes()
    for name, engine in (("embedded", None), ("spark", session)):
        for raw in (tmp_path / name / "raw" / "wages").iterdir():
            raw.unlink()
        with pytest.raises(StoreError) as caught:
            intake(pack, folder, tmp_path / name, session=engine)
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert "of wages is missing; restore the store's backup." in said[1]
    assert (tmp_path / "spark" / "current.json").read_bytes() == before
    assert not list((tmp_path / "spark").glob(".making*"))


def test_of_two_attempts_at_a_load_the_later_finds_it_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "load.json").write_text("the same", encoding="utf-8")
    final, flush = tmp_path / "loads" / "load", durable.flush

    def flush_while_the_other_ends(path: Path) -> None:
        flush(path)
        if path == tmp_path / "second":
            (tmp_path / "first").rename(final)

    final.parent.mkdir()
    monkeypatch.setattr(durable, "flush", flush_while_the_other_ends)
    durable.publish(tmp_path / "second", final)
    assert (final / "load.json").read_text(encoding="utf-8") == "the same"


def test_the_largest_sources_are_begun_first(tmp_path: Path) -> None:
    table = with_files(replace(RENTS, id="a_table"), "postgresql", "public.rents")
    kept = with_files(replace(WAGES, id="kept"), "csv", "kept.csv")
    pack = country(WAGES, RENTS, kept)
    files = {"people_csv": people_csv(range(6)), "wages_csv": wages_csv(WAGE_ROWS), "rents_csv": RENT_ROWS}
    folder = deliver(tmp_path / "in", **files, kept_csv=wages_csv(WAGE_ROWS[:4]))
    intake(pack, folder, tmp_path / "store")
    (folder / "kept.csv").unlink()
    store, pack = Store(tmp_path / "store"), country(WAGES, RENTS, kept, table)
    with connect(tmp_path) as connection:
        run = Run(
            pack, folder, store, tmp_path, connection, lambda *said: None, {}, store.current()["loads"], None
        )
        asked = {"rents": True, "kept": False, "wages": True, "a_table": True}
        assert [name for name, _ in largest_first(run, asked)] == ["a_table", "wages", "kept", "rents"]
