"""A digest of a table's rows, names and types, the same whichever engine or file layout made it."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_BATCH_ROWS = 131_072


def table_digest(path: Path) -> str:
    """SHA-256 over a Parquet file: how many rows, and for each column its name, type, nulls and values.

    Every column is one stream of bytes whatever the file's row groups, compression and
    encodings, so only rows, names and types count.
    """
    with pq.ParquetFile(path) as file, ThreadPoolExecutor() as pool:
        columns = [_ColumnDigest(field) for field in file.schema_arrow]
        for batch in file.iter_batches(_BATCH_ROWS):
            list(pool.map(_ColumnDigest.update, columns, batch.columns))
        total = hashlib.sha256(str(file.metadata.num_rows).encode())
    for column in columns:
        total.update(column.digest())
    return total.hexdigest()


class _ColumnDigest:
    """One column: which values are null, the values as little-endian integers or text, and text lengths."""

    def __init__(self, field: pa.Field) -> None:
        self.name = f"{field.name}:{_type_name(field.type)}"
        self.nulls, self.values, self.lengths = (hashlib.sha256() for _ in range(3))

    def update(self, values: pa.Array) -> None:
        """Take in the next values."""
        if pa.types.is_dictionary(values.type):
            values = values.dictionary_decode()
        nulls = values.is_null() if values.null_count else None
        self.nulls.update(_bytes(nulls.cast(pa.uint8())) if nulls is not None else bytes(len(values)))
        if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
            self._update_text(values)
        else:
            self.values.update(_bytes(_integers(values)))

    def _update_text(self, values: pa.Array) -> None:
        filled = pc.fill_null(values, "") if values.null_count else values
        filled = filled.cast(pa.large_string())
        _, offsets_buffer, text = filled.buffers()
        offsets = np.frombuffer(offsets_buffer, dtype=np.int64)[
            filled.offset : filled.offset + len(filled) + 1
        ]
        self.lengths.update(np.diff(offsets).astype("<i8").tobytes())
        if text is not None and len(filled):
            self.values.update(memoryview(text)[offsets[0] : offsets[-1]])

    def digest(self) -> bytes:
        """What the column's stream comes to."""
        parts = (self.name.encode(), self.nulls.digest(), self.values.digest(), self.lengths.digest())
        return hashlib.sha256(b"".join(parts)).digest()


def _integers(values: pa.Array) -> pa.Array:
    """Booleans as bytes, everything else as 64-bit integers; nulls are 0."""
    kind = values.type
    if pa.types.is_boolean(kind):
        values = values.cast(pa.uint8())
    elif pa.types.is_date(kind):
        values = values.cast(pa.date32()).cast(pa.int32()).cast(pa.int64())
    elif pa.types.is_decimal(kind):
        values = pc.multiply(values, 10**kind.scale).cast(pa.int64())
    elif kind != pa.int64():
        values = values.cast(pa.int64())
    return pc.fill_null(values, 0) if values.null_count else values


def _bytes(values: pa.Array) -> bytes | memoryview:
    array: np.ndarray = values.to_numpy(zero_copy_only=False)
    return array.data


def _type_name(type_: pa.DataType) -> str:
    if pa.types.is_integer(type_):
        return "integer"
    if pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_dictionary(type_):
        return "text"
    return "date" if pa.types.is_date(type_) else str(type_)
