"""Rows that break no rule are done with at the first look, and no other row is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
from country import PERSON, country, iin
from samples import EXTRACTED_ON

from familycard.pack.contract import Column, RowRule, Source
from familycard.pack.types import BOOLEAN, DATE, INTEGER, TEXT
from familycard.sources.check import compile_checks
from familycard.sources.loading import Loading
from familycard.sources.read import Records, StoredFile

SOURCE = Source(
    id="meals",
    title="Meals",
    file=Path("meals.yaml"),
    format="csv",
    location="meals.csv",
    columns=(
        PERSON,
        Column("percent", "percent", INTEGER, line=2, allowed=("0", "50", "100")),
        Column("since", "since", DATE, line=3),
        Column("hot", "hot", BOOLEAN, line=4),
        Column("note", "note", TEXT, line=5),
        Column("doubled", None, INTEGER, line=6, derived="percent + percent", maximum="150"),
    ),
    row_rules=(RowRule("cold_is_free", "hot or percent = 100", 7),),
    subject="person",
    max_refused="1",
    digest="meals-1",
)


def looked_at(folder: Path, lines: list[str]) -> tuple[list[int], dict[int, list[str]]]:
    """The rows that were judged in full, and the rules that each refused row broke."""
    path = folder / "meals.csv"
    path.write_text("\n".join(["iin,percent,since,hot,note", *lines]) + "\n", "utf-8")
    with duckdb.connect(config={"threads": 1}) as connection:
        records = Records(connection, SOURCE, "csv", [StoredFile(path.name, path, "", 0)])
        checks = compile_checks(replace(SOURCE), country(SOURCE), EXTRACTED_ON)
        loading = Loading(connection, checks, records)
        loading.check()
        judged = connection.execute("SELECT _row FROM judged ORDER BY _row").fetchall()
        broken: dict[int, list[str]] = {}
        for line in loading.quarantined():
            broken.setdefault(line["row"], []).append(line["rule"])
        return [row for (row,) in judged], broken


def test_good_rows_are_not_judged_in_full(tmp_path: Path) -> None:
    lines = [f"{iin(1)},50,2025-03-01,true,one", f"{iin(2)},0,,true,", f"{iin(3)},,2025-03-01,true,Ноль"]
    assert looked_at(tmp_path, lines) == ([], {})


def test_what_only_a_closer_look_can_tell_is_judged_in_full(tmp_path: Path) -> None:
    lines = [
        f"{iin(1)},50,2025-03-01,true,one",
        f"{iin(2)}, 50 ,2025-03-01,true,white space is dropped",
        f"{iin(3)},51,2025-03-01,true,not allowed",
        f"{iin(4)},50,2025-02-30,true,no such day",
        f"{iin(5)},50,2025-03-01,false,a rule of the row",
        f"{iin(6)},100,2025-03-01,true,a rule of a derived column",
        f"{iin(7)[:-1]}x,50,2025-03-01,true,no number",
        f"{iin(8)},50,2025-03-01,true,=1",
        f"{iin(9)},50,2025-03-01",
    ]
    judged, broken = looked_at(tmp_path, lines)
    assert judged == [2, 3, 4, 5, 6, 7, 8, 9]
    assert broken == {
        3: ["allowed"],
        4: ["type"],
        5: ["cold_is_free"],
        6: ["maximum"],
        7: ["pattern"],
        8: ["formula"],
        9: ["fields"],
    }
