"""A digest of a table's rows, names and types, the same whichever engine or file layout made it.

Each column is a stream of batches of `BATCH_ROWS` rows, wherever files and row groups end. A batch
is hashed in its short form (`short.py`), which its values alone decide.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from familycard.engine.column_file import ColumnWriter
from familycard.engine.short import BATCH_ROWS, Short, is_text, shorten

COLUMNS_AT_A_TIME = 24
"""As many columns as one thread takes through the files at once: more would only take memory."""


@dataclass(frozen=True)
class TableDigest:
    """What a table comes to; `files` is in how many it lies, which the hash does not know."""

    files: int
    rows: int
    sha256: str


class Digest:
    """The digest of a table whose rows come in pieces, in order."""

    def __init__(self, schema: pa.Schema, beside: ColumnWriter | None = None) -> None:
        """`beside` gets what is hashed, to write it."""
        self.rows = 0
        self._names, self._beside = schema.names, beside
        self._streams = [
            hashlib.sha256(f"{field.name}:{_type_name(field.type)}".encode()) for field in schema
        ]
        self._waiting: list[pa.Table] = []
        self._held = 0

    def add(self, rows: pa.Table) -> None:
        """The next rows, with the same columns."""
        self.rows += rows.num_rows
        self._waiting.append(rows)
        self._held += rows.num_rows
        while self._held >= BATCH_ROWS:
            table = pa.concat_tables(self._waiting)
            self._hash(table.slice(0, BATCH_ROWS))
            self._waiting = [table.slice(BATCH_ROWS)]
            self._held -= BATCH_ROWS

    def columns(self) -> list[bytes]:
        """The digest of each column; nothing can be added after."""
        if self._held:
            self._hash(pa.concat_tables(self._waiting))
        return [stream.digest() for stream in self._streams]

    def _hash(self, table: pa.Table) -> None:
        for name, stream, values in zip(self._names, self._streams, _whole(table).columns, strict=True):
            short = shorten(values)
            for part in _parts(short):
                stream.update(part)
            if self._beside:
                self._beside.add(name, short)


def digest_of(files: int, rows: int, columns: Iterable[bytes]) -> TableDigest:
    """One digest from those of all columns."""
    total = hashlib.sha256(str(rows).encode())
    for digest in columns:
        total.update(digest)
    return TableDigest(files, rows, total.hexdigest())


def table_digest(paths: Sequence[Path]) -> TableDigest:
    """The digest of the rows of Parquet files, one after the other."""
    with pq.ParquetFile(paths[0]) as file:
        fields = list(file.schema_arrow)
    groups = [fields[at : at + COLUMNS_AT_A_TIME] for at in range(0, len(fields), COLUMNS_AT_A_TIME)]
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda group: _columns(paths, group), groups)
        rows = sum(pq.read_metadata(path).num_rows for path in paths)
        return digest_of(len(paths), rows, itertools.chain.from_iterable(found))


def _columns(paths: Sequence[Path], fields: Sequence[pa.Field]) -> list[bytes]:
    """The digest of each of some columns."""
    names = [field.name for field in fields]
    texts = [field.name for field in fields if is_text(field.type)]
    digest = Digest(pa.schema(fields))
    for path in paths:
        with pq.ParquetFile(path, read_dictionary=texts) as file:
            for group in range(file.num_row_groups):
                digest.add(file.read_row_group(group, columns=names, use_threads=False))
    return digest.columns()


def _whole(table: pa.Table) -> pa.RecordBatch:
    """One batch; pieces of a dictionary column are brought under one dictionary."""
    table = table.unify_dictionaries().combine_chunks()
    return pa.RecordBatch.from_arrays(
        [column.chunk(0) if column.num_chunks else pa.array([], column.type) for column in table.columns],
        names=table.column_names,
    )


def _parts(short: Short) -> Iterator[bytes | memoryview]:
    """The bytes of one batch of a column."""
    if short.valid is not None:
        yield b"n"
        yield np.packbits(short.valid.to_numpy(zero_copy_only=False)).data
    yield b"v"
    if short.words is not None:
        yield pc.binary_length(short.words).to_numpy(zero_copy_only=False).astype("<i8").data
        yield "".join(short.words.to_pylist()).encode()
    if short.lowest is None:
        return
    yield f"{short.lowest}:{short.width}".encode()
    if short.width:
        yield short.distances.data


def _type_name(type_: pa.DataType) -> str:
    if pa.types.is_integer(type_):
        return "integer"
    if is_text(type_) or pa.types.is_dictionary(type_):
        return "text"
    return "date" if pa.types.is_date(type_) else str(type_)
