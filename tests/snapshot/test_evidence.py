"""The register's rows behind a value."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_up import MadeUp
from town import person, town

from familycard.errors import SnapshotError, UsageError
from familycard.indicators.from_sources import rows_with_attributes
from familycard.indicators.tables import PERSONS, checked
from familycard.pack.dependencies import expression_names
from familycard.pack.expression import compile_condition
from familycard.pack.model import Indicator
from familycard.pack.scopes import source_scope
from familycard.snapshot.evidence import EvidenceRow, evidence, index_rows
from familycard.snapshot.open import OpenSnapshot, open_snapshot


def said(rows: list[EvidenceRow]) -> list[tuple[str, int, str, int, dict[str, object]]]:
    return [(r.indicator, r.person, r.file, r.row, {n: v.value for n, v in r.values.items()}) for r in rows]


def test_each_row_of_a_register_is_shown_with_its_file_and_number(the_town: OpenSnapshot) -> None:
    one = person(the_town, "0001")
    rows = evidence(the_town, "wages_month", person=one)
    assert said(rows) == [
        ("wages_month", one, "wages.csv", 1, {"gross": 20000}),
        ("wages_month", one, "wages.csv", 2, {"gross": 10000}),
    ]
    assert (rows[0].source, rows[0].owner, str(rows[0].extracted_on)) == ("wages", "Town hall", "2025-12-31")
    assert rows[0].load == the_town.catalogue.loads["wages"].load


def test_a_formula_of_a_family_is_followed_to_the_rows_of_its_members(the_town: OpenSnapshot) -> None:
    mother = person(the_town, "0004")
    rows = evidence(the_town, "income_per_member", unit=mother)
    assert said(rows) == [("wages_month", mother, "wages.csv", 3, {"gross": 15000})]
    births = evidence(the_town, "children", unit=mother)
    assert [(r.indicator, r.source, r.row) for r in births] == [
        ("birth_date", "population", row) for row in (4, 5, 6)
    ]


def test_a_row_that_the_condition_leaves_out_is_no_evidence(tmp_path: Path) -> None:
    snapshot = town(tmp_path, registers={"wages": "person,gross,overdue\n0001,0.00,0.00\n0001,5.00,0.00\n"})
    assert [row.row for row in evidence(snapshot, "wages_month", person=person(snapshot, "0001"))] == [2]


def test_a_row_that_names_nobody_says_how_it_was_linked(tmp_path: Path) -> None:
    snapshot = town(tmp_path)
    link = {
        "_file": 0, "_row": 2, "person": 1, "likelihood_millionths": 998700, "words": "surname is the same",
        "decided_by": "model", "decided_on": date(2026, 1, 1),
    }  # fmt: skip
    load = snapshot.catalogue.store / snapshot.catalogue.loads["wages"].checked
    pq.write_table(pa.Table.from_pylist([link]), load.parent / "linked.parquet")
    first, second = evidence(snapshot, "wages_month", person=person(snapshot, "0001"))
    assert first.linked is None
    assert second.linked is not None
    assert second.linked.text == (
        "linked: the row names nobody; likelihood 99.87 %, decided by model on 2026-01-01; surname is the same"
    )


def test_who_has_no_rows_has_no_evidence(the_town: OpenSnapshot) -> None:
    assert evidence(the_town, "wages_month", person=person(the_town, "0007")) == []


def test_sealed_rows_are_not_shown_without_leave(the_town: OpenSnapshot) -> None:
    seven = person(the_town, "0007")
    with pytest.raises(SnapshotError, match="sealed"):
        evidence(the_town, "is_ill", person=seven)
    (row,) = evidence(the_town, "is_ill", person=seven, sealed=True)
    assert row.values["code"].value == "A"


def test_a_lost_store_is_said_plainly(tmp_path: Path) -> None:
    snapshot = town(tmp_path)
    shutil.rmtree(tmp_path / "store")
    with pytest.raises(SnapshotError, match="Put the store back"):
        evidence(snapshot, "wages_month", person=person(snapshot, "0001"))


def test_a_wrong_question_is_answered_with_what_to_do(the_town: OpenSnapshot) -> None:
    with pytest.raises(UsageError, match="`wages` is no indicator"):
        evidence(the_town, "wages", person=1)
    with pytest.raises(UsageError, match="one of the two"):
        evidence(the_town, "wages_month")
    with pytest.raises(SnapshotError, match="no such family"):
        evidence(the_town, "wages_month", unit=person(the_town, "0006"))


@pytest.mark.parametrize("is_indexed", [False, True])
def test_the_rows_of_every_indicator_are_those_that_a_join_with_everybody_finds(
    country: MadeUp, is_indexed: bool
) -> None:
    snapshot = open_snapshot(country.snapshot)
    if is_indexed:
        index_rows(snapshot)
    given = [i for i in snapshot.pack.indicators.values() if i.source in snapshot.catalogue.loads]
    # Half of them by the index and half without: whichever way a row is looked up, it is the same row.
    given = given[is_indexed::2]
    found = 0
    for indicator in given:
        asked = evidence_of_everybody(snapshot, indicator)
        persons = list(asked)[:3]
        for person_ in persons:
            rows = evidence(snapshot, indicator.id, person=person_, sealed=True)
            assert [(r.file, r.row, r.is_counted) for r in rows] == asked[person_], indicator.id
            found += len(rows)
    assert found > len(given)


def evidence_of_everybody(
    snapshot: OpenSnapshot, indicator: Indicator
) -> dict[int, list[tuple[str, int, bool | None]]]:
    """By person: file, row and whether it counts, of all rows of an indicator that its condition does not rule out."""
    source = snapshot.pack.sources[indicator.source or ""]
    load = snapshot.catalogue.loads[source.id]
    snapshot.engine.read_parquet(checked(source.id), [snapshot.catalogue.store / load.checked])
    names = expression_names(indicator.where) | expression_names(indicator.person)
    keep = "true"
    if indicator.where is not None:
        scope = source_scope(snapshot.pack, source, snapshot.catalogue.as_of, indicator.period or "any")
        keep = compile_condition(indicator.where, scope).sql
    by = indicator.by or source.subject or ""
    whose, joined = f'r."{by}"', ""
    if source.subject_of is not None and by == source.subject:
        whose = "p.person"
        joined = f' join {PERSONS} p on cast(p."{source.subject_of}" as varchar) = cast(r."{by}" as varchar)'
    rows = snapshot.engine.rows(
        f"select {whose}, r._file, r._row, r._keep from (select *, {keep} as _keep"
        f" from {rows_with_attributes(source, names)}) r{joined}"
        f" where {whose} is not null and r._keep is distinct from false order by hash({whose}), 1, 2, 3"
    )
    files = snapshot.manifest["inputs"][source.id]["files"]
    found: dict[int, list[tuple[str, int, bool | None]]] = {}
    for person_, file, row, kept in rows:
        found.setdefault(person_, []).append((files[file]["name"], row, kept))
    return found
