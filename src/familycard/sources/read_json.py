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
        f", CASE WHEN _fault IS NULL AND types[{n}] <> 'NULL' THEN texts[{n}] END AS c{n - 1}"
        for n in range(1, len(wanted) + 1)
    )
    paths = f"[{', '.join(map(_path, wanted))}]"
    inexact = (
        f"len(list_filter(list_zip(types, texts), lambda cell: cell[1] = 'DOUBLE' "
        f"AND length(regexp_replace(cell[2], '[^0-9]', '', 'g')) > {EXACT_DIGITS})) > 0"
    )
    return f"""
SELECT {number} AS _file, _row, _line, hash(_line) AS _record, _fault,
  CASE _fault WHEN 'json' THEN 'the line is not one JSON object' WHEN 'too_long' THEN 'the line is longer than 1 MB'
    WHEN 'doubled_key' THEN 'a key stands twice in the object'
    WHEN 'nested' THEN 'a value is a list or an object'
    WHEN 'digits' THEN 'a number has more digits than JSON numbers keep; deliver it as text' END AS _says{cells}
FROM (SELECT *, CASE WHEN strlen(_line) > {LONGEST_CELL_BYTES} THEN 'too_long'
    WHEN NOT is_object THEN 'json'
    WHEN len(keys) <> len(list_distinct(keys)) THEN 'doubled_key'
    WHEN list_has_any(types, ['OBJECT', 'ARRAY']) THEN 'nested'
    WHEN list_contains(types, 'DOUBLE') AND {inexact} THEN 'digits' END AS _fault
  FROM (SELECT *, CASE WHEN is_object THEN json_keys(_line) END AS keys,
      CASE WHEN is_object THEN json_type(_line, {paths}) END AS types,
      CASE WHEN is_object THEN json_extract_string(_line, {paths}) END AS texts
    FROM (SELECT _row + 1 AS _row, _line, CASE WHEN json_valid(_line) THEN json_type(_line) = 'OBJECT' ELSE false END AS is_object
      FROM {table}) WHERE _line <> ''))"""


def _path(key: str) -> str:
    return text('$."' + key.replace('"', '\\"') + '"')
