"""Parquet whose columns have types is judged as a CSV of the same values would be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from country import PERSON, country, deliver, iin, people_csv
from test_intake import rows

from familycard.pack.contract import Column, RowRule, Source
from familycard.pack.types import BOOLEAN, DATE, INTEGER, MONEY, TEXT, Kind, Type
from familycard.sources.intake import intake
from familycard.sources.store import Store

VALUES: dict[str, list[Any]] = {
    "iin": [iin(n) for n in range(8)] + [iin(3) + "7"],
    "on": [
        date(2025, 3, 1),
        None,
        date(1799, 12, 31),
        date(2031, 1, 1),
        date(9, 9, 9),
        *[date(2000, 2, 29)] * 4,
    ],
    "paid": [Decimal(text) for text in ("1.00", "0.01", "-0.01", "99999999999999.99", "100000000000.00")]
    + [None, Decimal("100000000000.01"), Decimal("5.50"), Decimal("6.00")],
    "fine": [Decimal("1.234")] * 2 + [Decimal("1.230")] * 7,
    "count": [1, 2, None, -3, 2**62, 10**14, 10**15, 99, 5],
    "note": ["one", "two", "=1", None, "five", "six", "seven", "eight", "nine"],
}
TYPES = {
    "iin": pa.string(), "on": pa.date32(), "paid": pa.decimal128(18, 2), "fine": pa.decimal128(9, 3),
    "count": pa.int64(), "note": pa.string(),
}  # fmt: skip
SOURCE = Source(
    id="typed",
    title="Typed",
    file=Path("typed.yaml"),
    format="parquet",
    location="typed*",
    columns=(
        PERSON,
        Column("paid_on", "on", DATE, line=2),
        Column("paid", "paid", MONEY, line=3),
        Column("fine", "fine", Type(Kind.NUMBER, 2), line=4),
        Column("times", "count", INTEGER, line=5),
        Column("note", "note", TEXT, line=6),
    ),
    row_rules=(RowRule("not_99", "times <> 99", 9),),
    subject="person",
    max_refused="1",
    extracted_on=date(2025, 12, 31),
    digest="typed-1",
)


def judged(folder: Path, source: Source) -> tuple[list[dict[str, Any]], list[tuple[Any, ...]], list[str]]:
    """The accepted rows, what was refused and why, and the refused records' text."""
    intake(country(source), folder, folder / "store")
    load = Store(folder / "store").state().loads[source.id]
    lines = rows(load.quarantine)
    reasons = [(line["row"], line["column"], line["rule"], line["value"]) for line in lines]
    return rows(load.checked), reasons, [line["raw"] for line in lines]


def text_of(value: Any) -> str:
    return "" if value is None else str(value)


@pytest.mark.parametrize("files", [1, 2])
def test_values_of_a_type_are_judged_as_their_text_is(files: int, tmp_path: Path) -> None:
    folders = [deliver(tmp_path / name, people_csv=people_csv(range(9))) for name in ("typed", "text")]
    table = pa.table({name: pa.array(column, TYPES[name]) for name, column in VALUES.items()})
    for number_of_file in range(files):
        pq.write_table(table, folders[0] / f"typed{number_of_file}.parquet")
        lines = [
            ",".join(VALUES),
            *(",".join(map(text_of, row)) for row in zip(*VALUES.values(), strict=True)),
        ]
        (folders[1] / f"typed{number_of_file}.csv").write_text("\n".join(lines) + "\n")
    typed, text = judged(folders[0], SOURCE), judged(folders[1], replace(SOURCE, format="csv"))
    assert typed[0] == text[0] and len(typed[0]) == 1
    assert typed[1] == text[1]
    assert (8, None, "not_99", None) in typed[1]
    # A row that only a rule of the row refuses shows its values too.
    shown = next(raw for raw, reason in zip(typed[2], typed[1], strict=True) if reason[0] == 8)
    assert '"5.50"' in shown and '"2000-02-29"' in shown and '"99"' in shown


def test_columns_of_different_types_in_two_files_are_read_as_text(tmp_path: Path) -> None:
    folder = deliver(tmp_path / "in", people_csv=people_csv(range(9)))
    table = pa.table({name: pa.array(column[:1], TYPES[name]) for name, column in VALUES.items()})
    table = table.set_column(3, "fine", pa.array([Decimal("2.50")], pa.decimal128(9, 2)))
    pq.write_table(table, folder / "typed0.parquet")
    other = table.set_column(3, "fine", pa.array(["3.25"])).set_column(4, "count", pa.array([2.0]))
    pq.write_table(other, folder / "typed1.parquet")
    accepted, refused, _ = judged(folder, SOURCE)
    assert [(row["fine"], row["times"]) for row in accepted] == [(250, 1), (325, 2)] and not refused


def test_a_boolean_means_what_it_says_whatever_words_the_contract_has(tmp_path: Path) -> None:
    folder = deliver(tmp_path / "in", people_csv=people_csv(range(9)))
    words = Column("is_unsafe", "unsafe", BOOLEAN, true_values=("да",), false_values=("нет",), line=2)
    table = {"iin": pa.array([iin(n) for n in range(3)]), "unsafe": pa.array([True, False, None])}
    pq.write_table(pa.table(table), folder / "typed.parquet")
    accepted, refused, _ = judged(folder, replace(SOURCE, columns=(PERSON, words), row_rules=()))
    assert sorted(str(row["is_unsafe"]) for row in accepted) == ["False", "None", "True"] and not refused
