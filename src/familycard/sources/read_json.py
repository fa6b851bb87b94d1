"""JSON Lines to cells: one object a line; nested values and doubled keys are refused."""

from __future__ import annotations

from collections.abc import Sequence

from familycard.sources.read_csv import LONGEST_CELL_BYTES
from familycard.sources.sql import text

EXACT_DIGITS = 15
"""A binary double keeps any decimal number of this many digits."""


def presence(table: str, wanted: Sequence[str]) -> str:
    """SQL for the number of records, and for each key whether any record has it."""
    there = "".join(f", coalesce(bool_or(json_exists(_line, {_path(key)})), false)" for key in wanted)
    return f"SELECT count(*){there} FROM {table} WHERE json_valid(_line)"


def select(number: int, table: str, wanted: Sequence[str]) -> str:
    """SQL over the registered lines of one file: see `read` for its columns."""
    cells = "".join(
        f", CASE WHEN _fault IS NULL AND json_type(_line, {_path(key)}) <> 'NULL' "
        f"THEN json_extract_string(_line, {_path(key)}) END AS c{n}"
        for n, key in enumerate(wanted)
    )
    nested = " OR ".join(
        f"coalesce(json_type(_line, {_path(key)}) IN ('OBJECT', 'ARRAY'), false)" for key in wanted
    )
    inexact = " OR ".join(
        f"coalesce(json_type(_line, {_path(key)}) = 'DOUBLE' AND length(regexp_replace("
        f"json_extract_string(_line, {_path(key)}), '[^0-9]', '', 'g')) > {EXACT_DIGITS}, false)"
        for key in wanted
    )
    return f"""
SELECT {number} AS _file, _row, _line, hash(_line) AS _record, _fault,
  CASE _fault WHEN 'json' THEN 'the line is not one JSON object' WHEN 'too_long' THEN 'the line is longer than 1 MB'
    WHEN 'doubled_key' THEN 'a key stands twice in the object'
    WHEN 'nested' THEN 'a value is a list or an object'
    WHEN 'digits' THEN 'a number has more digits than JSON numbers keep; deliver it as text' END AS _says{cells}
FROM (SELECT *, CASE WHEN strlen(_line) > {LONGEST_CELL_BYTES} THEN 'too_long'
    WHEN NOT json_valid(_line) OR json_type(_line) <> 'OBJECT' THEN 'json'
    WHEN len(json_keys(_line)) <> len(list_distinct(json_keys(_line))) THEN 'doubled_key'
    WHEN {nested} THEN 'nested' WHEN {inexact} THEN 'digits' END AS _fault
  FROM (SELECT _row + 1 AS _row, _line FROM {table})
  WHERE _line <> '')"""


def _path(key: str) -> str:
    return text('$."' + key.replace('"', '\\"') + '"')
