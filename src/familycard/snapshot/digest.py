"""A digest of a table's rows, names and types, the same whichever engine or file layout made it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

_BATCH_ROWS = 1_000_000


def table_digest(path: Path) -> str:
    """SHA-256 over the columns of a Parquet file: name, type, which are null, and the values.

    Values are hashed column by column in blocks of a million rows, so the file's row groups,
    compression and encodings do not matter.
    """
    file = pq.ParquetFile(path)
    total = hashlib.sha256(str(file.metadata.num_rows).encode())
    for name in file.schema_arrow.names:
        column = file.read([name])[name]
        total.update(_column_digest(name, column))
    return total.hexdigest()


def _column_digest(name: str, column: pa.ChunkedArray) -> bytes:
    digest = hashlib.sha256(f"{name}:{_type_name(column.type)}".encode())
    for start in range(0, len(column), _BATCH_ROWS):
        values = _plain(column.slice(start, _BATCH_ROWS))
        digest.update(np.packbits(values.is_null().to_numpy(zero_copy_only=False)).tobytes())
        _hash_values(digest, values)
    return digest.digest()


def _plain(column: pa.ChunkedArray) -> pa.Array:
    values = column.combine_chunks()
    if isinstance(values, pa.ChunkedArray):
        values = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    return values


def _hash_values(digest: hashlib._Hash, values: pa.Array) -> None:
    kind = values.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        filled = pc.fill_null(values.cast(pa.large_string()), "")
        _, offsets_buffer, text = filled.buffers()
        offsets = np.frombuffer(offsets_buffer, dtype=np.int64)[filled.offset : filled.offset + len(filled) + 1]
        digest.update(np.diff(offsets).astype("<i8").tobytes())
        digest.update(memoryview(text)[offsets[0] : offsets[-1]] if text is not None and len(filled) else b"")
        return
    if pa.types.is_date(kind):
        values = values.cast(pa.date32()).cast(pa.int32())
    elif pa.types.is_decimal(kind):
        values = pc.multiply(values, 10**kind.scale).cast(pa.int64())
    filled = pc.fill_null(values, False if pa.types.is_boolean(kind) else 0)
    digest.update(filled.to_numpy(zero_copy_only=False).astype("<i8").tobytes())


def _type_name(type_: pa.DataType) -> str:
    if pa.types.is_integer(type_):
        return "integer"
    if pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_dictionary(type_):
        return "text"
    return "date" if pa.types.is_date(type_) else str(type_)
