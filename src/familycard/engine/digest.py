"""A digest of a table's rows, names and types, the same whichever engine or file layout made it.

Each column is a stream of batches of `BATCH_ROWS` rows, wherever files and row groups end. A batch
is hashed in a form that its values alone decide and that is short: which values are null; numbers
as their distance from the batch's lowest, in as few bytes as the greatest needs; texts as the
distinct ones in the order of their first row, and for each row which of them it is.
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

BATCH_ROWS = 131_072
COLUMNS_AT_A_TIME = 24
"""As many columns as one thread takes through the files at once: more would only take memory."""
FEW = 64
"""Dictionaries up to this size are put in order without looking at the texts."""


@dataclass(frozen=True)
class TableDigest:
    """What a table comes to; `files` is in how many it lies, which the hash does not know."""

    files: int
    rows: int
    sha256: str


class Digest:
    """The digest of a table whose rows come in pieces, in order."""

    def __init__(self, schema: pa.Schema) -> None:
        self.rows = 0
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
        for stream, values in zip(self._streams, _whole(table).columns, strict=True):
            for part in _parts(values):
                stream.update(part)


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
    texts = [field.name for field in fields if _is_text(field.type)]
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


def _parts(values: pa.Array) -> Iterator[bytes | memoryview]:
    """The bytes of one batch of a column."""
    valid = None
    if values.null_count:
        valid = values.is_valid()
        yield b"n"
        yield np.packbits(valid.to_numpy(zero_copy_only=False)).data
    yield b"v"
    if pa.types.is_dictionary(values.type):
        yield from _texts(values, valid)
    elif _is_text(values.type):
        yield from _texts(values.dictionary_encode(), valid)
    else:
        yield from _numbers(_integers(values))


def _numbers(numbers: pa.Array) -> Iterator[bytes | memoryview]:
    """Lowest, width and distances from the lowest; nulls are as far as the lowest itself."""
    bounds = pc.min_max(numbers).as_py()
    lowest, highest = bounds["min"], bounds["max"]
    if lowest is None:
        return
    width = next(width for width in (0, 1, 2, 4, 8) if highest - lowest < 1 << 8 * width)
    yield f"{lowest}:{width}".encode()
    if width == 0:
        return
    filled = pc.fill_null(numbers, lowest) if numbers.null_count else numbers
    if width == 8:
        distance = filled.cast(pa.int64()).to_numpy().view(np.uint64) - np.uint64(lowest % 2**64)
    else:
        distance = filled.to_numpy(zero_copy_only=False) - filled.type.to_pandas_dtype()(lowest)
    yield distance.astype(f"<u{width}", copy=False).data


def _texts(values: pa.DictionaryArray, valid: pa.Array | None) -> Iterator[bytes | memoryview]:
    """The distinct texts in the order of their first row, then which of them each row has."""
    if len(values.dictionary) > FEW or values.dictionary.null_count:
        values = values.cast(pa.large_string()).dictionary_encode()
        texts, codes = values.dictionary, _codes(values)
    else:
        texts, codes = _in_order_of_rows(values)
    lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False).astype("<i8")
    yield lengths.data
    yield "".join(texts.to_pylist()).encode()
    yield from _numbers(pa.array(codes, mask=None if valid is None else pc.invert(valid).to_numpy(False)))


def _codes(values: pa.DictionaryArray) -> np.ndarray:
    """The place of each row's text; -1 for a null."""
    codes: np.ndarray = pc.fill_null(values.indices.cast(pa.int32()), -1).to_numpy(zero_copy_only=False)
    return codes


def _in_order_of_rows(values: pa.DictionaryArray) -> tuple[pa.Array, np.ndarray]:
    """A small dictionary without what no row has, in the order of first rows."""
    codes = _codes(values)
    firsts = {code: int(np.argmax(codes == code)) for code in range(len(values.dictionary))}
    used = [code for code, row in firsts.items() if len(codes) and codes[row] == code]
    used.sort(key=lambda code: firsts[code])
    # The last place is what -1 finds.
    place = np.zeros(len(firsts) + 1, dtype=np.int32)
    place[used] = np.arange(len(used))
    return values.dictionary.take(pa.array(used, pa.int64())), place[codes]


def _integers(values: pa.Array) -> pa.Array:
    """Booleans as 0 and 1, dates as days, decimals without their point."""
    kind = values.type
    if pa.types.is_boolean(kind):
        return values.cast(pa.int8())
    if pa.types.is_date(kind):
        return values.cast(pa.date32()).cast(pa.int32())
    if pa.types.is_decimal(kind):
        return pc.multiply(values, 10**kind.scale).cast(pa.int64())
    return values


def _is_text(type_: pa.DataType) -> bool:
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_))


def _type_name(type_: pa.DataType) -> str:
    if pa.types.is_integer(type_):
        return "integer"
    if _is_text(type_) or pa.types.is_dictionary(type_):
        return "text"
    return "date" if pa.types.is_date(type_) else str(type_)
