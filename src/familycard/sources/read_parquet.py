"""Parquet columns as the text that a CSV of the same contract would hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from familycard.errors import SourceError
from familycard.pack.contract import Column
from familycard.pack.types import Kind
from familycard.sources.sql import name, text


@dataclass(frozen=True)
class TypedCell:
    """A column that is no text: its type in the file, and SQL over `p<n>` of the text that a CSV would hold."""

    type: str
    text: str


def select(
    connection: duckdb.DuckDBPyConnection, number: int, path: Path, file: str, columns: Sequence[Column]
) -> str:
    """SQL over one file: see `read` for its columns; SourceError where it cannot be read or lacks a column."""
    scan = f"read_parquet({text(str(path))}, file_row_number = true)"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({text(str(path))})").fetchall()
    except duckdb.Error as error:
        raise SourceError(f"{file}: it is not a whole Parquet file ({error}). Deliver it again.") from error
    types = {str(row[0]): str(row[1]) for row in described}
    for column in columns:
        if column.physical_name not in types:
            raise SourceError(
                f"{file}: it lacks the column '{column.physical_name}', which the contract names."
            )
    cells = ", ".join(
        f"{_cell(column, name(column.physical_name or ''), types[column.physical_name or ''])} AS c{n}"
        f", {name(column.physical_name or '')} AS p{n}"
        for n, column in enumerate(columns)
    )
    return f"""
SELECT {number} AS _file, _row, CAST(NULL AS VARCHAR) AS _line, _record,
  CAST(NULL AS VARCHAR) AS _fault, CAST(NULL AS VARCHAR) AS _says, {", ".join(f"c{n}, p{n}" for n in range(len(columns)))}
FROM (SELECT file_row_number + 1 AS _row, hash({", ".join(name(t) for t in types)}) AS _record, {cells} FROM {scan})"""


def rows(path: Path) -> int:
    """How many rows a file says it has; 0 where it cannot be read (`select` then says why)."""
    try:
        return int(pq.read_metadata(path).num_rows)
    except (OSError, pa.ArrowException):
        return 0


def typed_cells(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], columns: Sequence[Column]
) -> dict[int, TypedCell]:
    """The columns that are typed alike in all files, by their number: `p<n>` of `select` holds them as they are."""
    found: dict[int, TypedCell] = {}
    described = [
        {str(row[0]): str(row[1]) for row in connection.execute(f"DESCRIBE FROM {_scan(path)}").fetchall()}
        for path in paths
    ]
    for n, column in enumerate(columns):
        types = {one.get(column.physical_name or "", "VARCHAR") for one in described}
        if len(types) == 1 and (only := types.pop()) != "VARCHAR":
            found[n] = TypedCell(only, _cell(column, f"p{n}", only))
    return found


def _scan(path: Path) -> str:
    return f"read_parquet({text(str(path))})"


def shown_line(columns: int, typed: Mapping[int, TypedCell]) -> str:
    """SQL of a row's text: its cells as JSON."""
    packed = ", ".join(f"c{n} := {typed[n].text if n in typed else f'c{n}'}" for n in range(columns))
    return f"CAST(to_json(struct_pack({packed})) AS VARCHAR)"


def _cell(column: Column, value: str, physical_type: str) -> str:
    plain = f"CAST({value} AS VARCHAR)"
    if physical_type.startswith(("DATE", "TIMESTAMP")):
        form = text(column.format or "%Y-%m-%d")
        shown = f"strftime({value}, {form})"
        # A form that loses something (the day of a month) must not round it off unseen.
        return f"CASE WHEN try_strptime({shown}, {form}) = CAST({value} AS TIMESTAMP) THEN {shown} ELSE {plain} END"
    if physical_type in ("DOUBLE", "FLOAT"):
        whole = f"isfinite({value}) AND {value} = floor({value}) AND abs({value}) < 9007199254740992"
        return f"CASE WHEN {whole} THEN CAST(CAST({value} AS BIGINT) AS VARCHAR) ELSE {plain} END"
    if physical_type == "BOOLEAN" and column.type.kind is Kind.BOOLEAN and not column.recode:
        # A value of the type means what it says, whatever words the contract has for text.
        return f"CASE {value} WHEN true THEN {text(column.true_values[0])} WHEN false THEN {text(column.false_values[0])} END"
    return plain
