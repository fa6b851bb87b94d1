"""Exports: no numbers of persons, no formulas, nothing sealed."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from familycard.errors import SnapshotError, StoreError, UsageError
from familycard.snapshot.export import export
from familycard.snapshot.names import search_names
from familycard.snapshot.open import OpenSnapshot, open_snapshot
from familycard.snapshot.references import export_key, reference
from familycard.snapshot.segment import find


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_csv_has_references_and_money_with_its_currency(the_town: OpenSnapshot, tmp_path: Path) -> None:
    found = find(the_town, "wages_month > money '0 EUR'")
    written = export(found, tmp_path / "list.csv", "march", secret=b"s" * 32)
    key = export_key(b"s" * 32, "march")
    expected = {
        reference(key, "family", unit): wages for unit, wages in ((1, "300.00"), (4, "150.00"), (8, "400.00"))
    }
    rows = rows_of(written.path)
    assert {row["reference"]: row["wages_month [EUR]"] for row in rows} == expected
    assert set(rows[0]) == {"reference", "wages_month [EUR]"}
    assert [row["reference"] for row in rows] == sorted(expected), "the order must not tell the numbers"


def test_parquet_has_typed_decimals(the_town: OpenSnapshot, tmp_path: Path) -> None:
    found = find(the_town, "children >= 1")
    written = export(found, tmp_path / "list.parquet", "march", columns=["income_per_member", "members"])
    rows = pq.read_table(written.path).to_pylist()
    assert sorted(row["income_per_member [EUR]"] for row in rows) == [Decimal("50.00"), Decimal("100.00")]
    assert {row["members"] for row in rows} == {3}


def test_the_note_beside_says_what_the_file_is(the_town: OpenSnapshot, tmp_path: Path) -> None:
    written = export(find(the_town, "wages_month >= money '0 EUR'"), tmp_path / "list.csv", "march")
    note = json.loads(written.note.read_text("utf-8"))
    assert (note["as_of"], note["level"], note["rows"]) == ("2025-12-31", "family", 4)
    assert note["columns"][0]["measured_in"] == "EUR a month"
    assert {"source": "wages", "extracted_on": "2025-12-31"} in note["columns"][0]["sources"]


def test_a_text_that_a_spreadsheet_would_compute_is_disarmed(the_town: OpenSnapshot, tmp_path: Path) -> None:
    snapshot = open_snapshot(the_town.path)
    rows = f"read_parquet('{the_town.path}/persons/*.parquet')"
    texts = ["=1+1", " +1", "-2", "@x", "\tx", "a=b", 'say "yes", he', "＝1"]
    cases = " ".join(f"when {n + 1} then '{text}'" for n, text in enumerate(texts))
    snapshot.engine.run(
        f"create or replace view persons as select * replace (case person {cases} end as surname) from {rows}"
    )
    written = export(
        find(snapshot, "age >= 0", level="person"), tmp_path / "l.csv", "m", columns=["surname", "age"]
    )
    found = {row["surname"] for row in rows_of(written.path)}
    assert found == {"'=1+1", "' +1", "'-2", "'@x", "'\tx", "a=b", 'say "yes", he', "'＝1"}


def test_negative_money_stays_a_number(the_town: OpenSnapshot, tmp_path: Path) -> None:
    snapshot = open_snapshot(the_town.path)
    rows = f"read_parquet('{the_town.path}/units/family/*.parquet')"
    snapshot.engine.run(
        f"create or replace view values_family as select * replace (cast(-5 as bigint) as wages_month) from {rows}"
    )
    written = export(find(snapshot, "members = 3"), tmp_path / "l.csv", "m", columns=["wages_month"])
    assert {row["wages_month [EUR]"] for row in rows_of(written.path)} == {"-0.05"}


def test_what_is_restricted_leaves_only_by_name_and_with_leave(
    the_town: OpenSnapshot, tmp_path: Path
) -> None:
    found = find(the_town, "children >= 1")
    assert search_names(the_town)["overdue"].sensitivity == "restricted", "its register's column is"
    with pytest.raises(SnapshotError, match="`overdue` is restricted"):
        export(found, tmp_path / "l.csv", "m", columns=["overdue"])
    assert not list(tmp_path.iterdir())
    assert export(found, tmp_path / "l.csv", "m", columns=["overdue"], allow_restricted=True).rows == 2


def test_a_list_made_by_something_restricted_is_restricted_too(
    the_town: OpenSnapshot, tmp_path: Path
) -> None:
    found = find(the_town, "overdue > money '1 EUR'")
    with pytest.raises(SnapshotError, match="restricted"):
        export(found, tmp_path / "l.csv", "m", columns=["members"])
    with pytest.raises(SnapshotError, match="restricted"):
        export(found, tmp_path / "l.csv", "m", allow_restricted=True)


def test_what_is_sealed_never_leaves(the_town: OpenSnapshot, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="`is_ill`"):
        export(
            find(the_town, "members >= 1"), tmp_path / "l.csv", "m", columns=["is_ill"], allow_restricted=True
        )


def test_another_ending_is_refused(the_town: OpenSnapshot, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="ends in"):
        export(find(the_town, "members >= 1"), tmp_path / "list.xlsx", "m")


def test_without_the_stores_secret_nothing_is_exported(tmp_path: Path, the_town: OpenSnapshot) -> None:
    snapshot = open_snapshot(the_town.path)
    lost = replace(snapshot, catalogue=replace(snapshot.catalogue, store=tmp_path / "gone"))
    with pytest.raises(StoreError, match="secret"):
        export(find(lost, "members >= 1"), tmp_path / "l.csv", "m")
