"""Checks a damaged file with the real reader and the real rules, without a whole store around it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from samples import EXTRACTED_ON

from familycard.errors import SourceError
from familycard.pack.contract import Source
from familycard.pack.model import Pack
from familycard.sources.check import compile_checks
from familycard.sources.loading import Loading
from familycard.sources.read import Records, StoredFile


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """One for all: opening a database takes longer than checking a small file."""
    return duckdb.connect(config={"threads": 1})


@dataclass(frozen=True)
class Outcome:
    """What became of a file: a refusal of the whole, or its accepted rows and its quarantine."""

    refused: str = ""
    read: int = 0
    accepted: tuple[tuple[Any, ...], ...] = ()
    doubled: int = 0
    refused_rows: int = 0
    quarantine: tuple[dict[str, Any], ...] = ()


def check_file(source: Source, pack: Pack, path: Path) -> Outcome:
    """Read and check one file; the accepted rows are the values of the contract's columns."""
    connection = _connection()
    records = Records(connection, source, source.format, [StoredFile(path.name, path, "", 0)])
    loading = Loading(connection, compile_checks(source, pack, EXTRACTED_ON), records)
    try:
        counts = loading.check()
        rows = loading.quarantined()
    except SourceError as error:
        return Outcome(refused=str(error))
    names = ", ".join(f'"{column.name}"' for column in source.columns)
    accepted = connection.execute(
        f"SELECT {names} FROM ({loading.accepted()}) ORDER BY _file, _row"
    ).fetchall()
    assert counts.read == counts.accepted + counts.doubled + counts.refused
    assert counts.accepted == len(accepted)
    return Outcome("", counts.read, tuple(accepted), counts.doubled, counts.refused, rows)
