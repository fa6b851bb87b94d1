"""The register's rows behind a value."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from town import person, town

from familycard.errors import SnapshotError, UsageError
from familycard.snapshot.evidence import EvidenceRow, evidence
from familycard.snapshot.open import OpenSnapshot


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
