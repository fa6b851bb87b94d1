"""The first look at the records: those that break no rule are done with, the others are packed for `check`.

Nearly all rows are good, and that is cheap to see (`quick`). Saying in full what a cell means and
which rule it breaks takes ten times as many expressions; asked of all rows together, these cost more
than the first look even where they are evaluated for a few rows only.
"""

from __future__ import annotations

from collections.abc import Mapping

from familycard.pack.types import Kind
from familycard.sources.check import RECORD_AS_A_WHOLE, Checks, value
from familycard.sources.identifiers import arithmetic_sql
from familycard.sources.known import table_of
from familycard.sources.quick import may_be_blank, quick_cell, quick_value
from familycard.sources.read_parquet import TypedCell
from familycard.sources.resolving import place_of

STORED = {Kind.TEXT: "VARCHAR", Kind.BOOLEAN: "BOOLEAN", Kind.DATE: "DATE"}
"""The SQL types of values; all others are BIGINT."""


def statement(checks: Checks, records: str, typed: Mapping[int, TypedCell]) -> str:
    """SQL that reads the records once and makes the table ``looked``: values where `_quick`, else `_text`.

    `typed` says which columns the records also hold as values (`p<n>`): their text is made where it is needed.
    `_text` holds the cells of the physical columns and what is said of the record as a whole.
    """
    packed = [f"c{n}" for n in range(len(checks.physical))]
    values, plain, texts = _cells(checks, typed)
    for n, text in texts.items():
        packed[n] = text
    named = "".join(f", w{n} AS {value(column)}" for n, column in enumerate(checks.physical))
    good = ["_plain", *(f"coalesce(r{n}, true)" for n in range(len(checks.source.row_rules)))]
    good += [
        f"NOT coalesce({rule.broken}, false)"
        for column in checks.derived
        for rule in checks.derived_rules(column)
    ]
    return f"""CREATE OR REPLACE TEMP TABLE looked AS
SELECT {", ".join(checks.kept)}, _quick, CASE WHEN NOT _quick THEN [{", ".join([*packed, *RECORD_AS_A_WHOLE])}] END AS _text
FROM (SELECT *, {" AND ".join(good)} AS _quick
  FROM (SELECT *{checks.row_rules()}{checks.sums(checks.derived)}
    FROM (SELECT *{checks.derivations()}
      FROM (SELECT *{named}, coalesce({" AND ".join(plain)}, false) AS _plain
        FROM (SELECT *{values} FROM {_records(checks, records)})))))"""


def checked(checks: Checks) -> str:
    """SQL that makes the view ``checked`` of all rows, from ``looked`` and ``judged``."""
    kept = ", ".join(checks.kept)
    return f"""CREATE OR REPLACE TEMP VIEW checked AS
SELECT {kept}, false AS _refused, NULL AS _why, NULL AS _line, NULL AS _subject FROM looked WHERE _quick
UNION ALL SELECT {kept}, _refused, _why, _line, _subject FROM judged"""


def _cells(checks: Checks, typed: Mapping[int, TypedCell]) -> tuple[str, list[str], dict[int, str]]:
    """The quick values `w<n>`, what makes all cells of a row quick, and the text of typed cells by column."""
    values, plain, texts = "", ["_fault IS NULL"], {}
    for n, column in enumerate(checks.physical):
        cell, quick = f"c{n}", f"w{n}"
        if n in typed and (found := quick_value(column, f"p{n}", quick, typed[n].type, checks.bounds)):
            cell, texts[n] = f"p{n}", typed[n].text
            may_be = "false" if column.required else f"{cell} IS NULL"
        else:
            may_be = may_be_blank(column, cell)
            if column.name in checks.joined:
                place = place_of(column.name)
                values += f", CASE WHEN {place} IS NOT NULL THEN {cell} END AS {quick}"
                plain.append(f"({place} IS NOT NULL OR {may_be})")
                continue
            found = quick_cell(column, cell, quick, checks.kind(column), f"k{n}", checks.bounds)
        nothing = f"CAST(NULL AS {STORED.get(column.type.kind, 'BIGINT')})"
        values += f", {found.value if found else nothing} AS {quick}"
        plain.append(f"({found.within if found else 'false'} OR {may_be})")
    return values, plain, texts


def _records(checks: Checks, records: str) -> str:
    """The records with the persons of the columns that are joined, and the arithmetic of checksums."""
    joins, persons, sums = "", "", ""
    for n, column in enumerate(checks.physical):
        if (kind := checks.kind(column)) is None:
            continue
        if column.name in checks.joined:
            joins += f" LEFT JOIN {table_of(kind.id)} j{n} ON j{n}.value = r.c{n}"
            persons += f", j{n}.person AS {place_of(column.name)}"
        elif kind.checksum != "none":
            sums += f", {arithmetic_sql(f'c{n}', kind.checksum)} AS k{n}"
    return f"(SELECT *{sums} FROM (SELECT r.*{persons} FROM ({records}) r{joins}))"
