"""Parquet files as an engine writes them: tables to keep, and rows that are too many to stay in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from familycard.engine.digest import Digest

ROW_GROUP_ROWS = 122_880
"""Rows written, and gathered, at a time: what a gather of them touches stays in the processor's cache."""
ROWS_AT_A_TIME = 65_536
"""Rows of files that are in memory at once."""


def write_table(
    rows: pa.Table,
    path: Path,
    keys: Sequence[str] = (),
    digest: Digest | None = None,
    by_row: Callable[[pa.Table], None] | None = None,
) -> None:
    """One Parquet file, in row groups of one size whatever the threads: the same bytes; its rows go to `digest`.

    Lowest and highest values are noted of `keys` alone, by which rows lie together: those of other
    columns rule nothing out.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        rows, path, row_group_size=ROW_GROUP_ROWS, write_statistics=list(keys), **_options(rows.schema)
    )
    if digest:
        digest.add(rows)
    if by_row:
        by_row(rows)


def in_memory_or_file(rows: pa.RecordBatchReader, most_bytes: int, path: Path) -> pa.Table | None:
    """All rows as a table; None where they are more than so many bytes: then they are in the file, in their order."""
    waiting: list[pa.RecordBatch] = []
    held_bytes = 0
    for batch in rows:
        waiting.append(batch)
        held_bytes += batch.nbytes
        if held_bytes > most_bytes:
            break
    else:
        return pa.Table.from_batches(waiting, rows.schema)
    path.parent.mkdir(parents=True, exist_ok=True)
    with pq.ParquetWriter(path, rows.schema, write_statistics=False, **_options(rows.schema)) as file:
        waiting.reverse()
        while waiting:
            file.write_batch(waiting.pop())
        for batch in rows:
            file.write_batch(batch)
    return None


def batches_of(files: Sequence[Path], columns: frozenset[str] | None = None) -> Iterator[pa.RecordBatch]:
    """These columns of files, or all, some rows at a time; texts as numbers of words."""
    for path in files:
        with pq.ParquetFile(path) as file:
            names = [n for n in file.schema_arrow.names if columns is None or n in columns]
            texts = [n for n in names if pa.types.is_string(file.schema_arrow.field(n).type)]
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            yield from file.iter_batches(ROWS_AT_A_TIME, columns=names)


def in_pieces(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """The same rows as tables of so many rows each; the last has what is left."""
    waiting: list[pa.RecordBatch] = []
    held = 0
    for batch in batches:
        while held + batch.num_rows >= rows:
            waiting.append(batch.slice(0, rows - held))
            yield pa.Table.from_batches(waiting).unify_dictionaries()
            batch, waiting, held = batch.slice(rows - held), [], 0
        waiting.append(batch)
        held += batch.num_rows
    if held:
        yield pa.Table.from_batches(waiting).unify_dictionaries()


def _options(schema: pa.Schema) -> dict[str, Any]:
    """How columns are written.

    Arrow's writer takes half the time of DuckDB's for hundreds of columns; numbers as differences
    under LZ4 are written and read sooner than plain ones under Zstandard. (DuckDB's own files of
    enums name unused words twice, which readers of dictionaries take for other words.)
    """
    return {
        "compression": "lz4",
        "store_schema": False,
        "use_dictionary": [field.name for field in schema if not pa.types.is_primitive(field.type)],
        "column_encoding": {
            field.name: "DELTA_BINARY_PACKED" for field in schema if pa.types.is_integer(field.type)
        },
    }
