"""Columns in their short form, for whoever counts over everybody: nothing in them need be decoded.

Parquet gives 64 bits for each number, which takes longer than to compare them. Here a column lies
in frames of `BATCH_ROWS` rows as `short.py` has them, one or a few bytes a row, of which LZ4 leaves
less. Where a frame has two values, one is a bit; where nearly all rows have the lowest, only the
others are there. Behind the frames stands an index of what each is
of, its lowest value and its checksum.
"""

from __future__ import annotations

import mmap
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, overload

import numpy as np
import pyarrow as pa

from familycard.engine.file_end import BrokenFile, check_mark, read_end, write_end
from familycard.engine.short import Short, is_text, shorten

WORDS_MAX = 4_096
"""Distinct texts of a frame up to which a column is kept: names and addresses are not asked for this way."""
WORTH_PRESSING = 0.4
"""Of a frame's bytes, what has to be left at most: else it is as it was, which takes no time to read."""
_MARK = b"FCCOLS1\n"
_PLACE = np.dtype("<u4")
_POPULATE_READ = 22
"""Linux's MADV_POPULATE_READ, which Python has no name for."""
_PIECE, _FROM_DISK_S = 1 << 23, 0.01
"""What is made ready at once, in bytes, and how long that takes at most of what is in memory."""
_INDEX = pa.schema(
    [
        ("column", pa.int16()),
        ("rows", pa.int32()),
        ("at", pa.int64()),
        ("pressed", pa.int32()),
        ("raw", pa.int32()),
        ("crc", pa.uint32()),
        ("lowest", pa.int64()),
        ("highest", pa.int64()),
        ("width", pa.int8()),
        ("words", pa.int16()),
        ("is_valid_told", pa.bool_()),
        ("is_anything_known", pa.bool_()),
    ]
)
_NONE = np.empty(0, np.uint8)
_BIT, _FEW = -1, -2
"""The width of a frame with two values; what is subtracted from `_FEW` is that of the few rows that are there."""
FEW_BYTES = 0.5
"""What the bytes of few rows and their places may be, as a share of the bytes of all rows."""


class ColumnWriter:
    """Writes some columns of a table whose batches come in order."""

    def __init__(self, path: Path, schema: pa.Schema, names: frozenset[str], *, press: bool = True) -> None:
        """Those of `names` that the schema has; not pressed, they are read as they lie, without any copy."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._out = path.open("wb")
        self._fields = {field.name: field for field in schema if field.name in names and _is_kept(field.type)}
        self._places = {name: place for place, name in enumerate(self._fields)}
        self._index: dict[str, list[int | bool]] = {field.name: [] for field in _INDEX}
        self._press = press
        self._at = 0

    def add(self, name: str, short: Short) -> None:
        """The next rows of a column; those of a column that nobody wants are passed over."""
        if name not in self._fields:
            return
        if short.words is not None and len(short.words) > WORDS_MAX:
            del self._fields[name]
            return
        raw, width = _laid_out(short)
        pressed: bytes = pa.Codec("lz4_raw").compress(raw, asbytes=True) if self._press else raw
        if len(pressed) > len(raw) * WORTH_PRESSING:
            pressed = raw
        found = (
            self._places[name],
            short.rows,
            self._at,
            len(pressed),
            len(raw),
            zlib.crc32(pressed),
            short.lowest or 0,
            short.highest,
            width,
            -1 if short.words is None else len(short.words),
            short.valid is not None,
            short.lowest is not None,
        )
        for key, value in zip(self._index, found, strict=True):
            self._index[key].append(value)
        # Numbers of several bytes begin where the processor likes them to.
        padding = bytes(-len(pressed) % 8)
        self._out.write(pressed + padding)
        self._at += len(pressed) + len(padding)

    def close(self) -> None:
        """Write the index; the file is whole."""
        kept = pa.schema([pa.field(name, _plain(field.type)) for name, field in self._fields.items()])
        places = [str(self._places[name]) for name in kept.names]
        about = {b"columns": kept.serialize().to_pybytes(), b"places": ",".join(places).encode()}
        write_end(self._out, [pa.table(self._index, _INDEX.with_metadata(about))], _MARK)
        self._out.close()


def write_columns(
    batches: Iterable[pa.Table], names: frozenset[str], path: Path, *, press: bool = True
) -> None:
    """Write some columns of tables of one schema, each a frame: of `BATCH_ROWS` rows, the last of fewer."""
    writer: ColumnWriter | None = None
    for batch in batches:
        writer = writer or ColumnWriter(path, batch.schema, names, press=press)
        for name in batch.column_names:
            values = batch[name].unify_dictionaries().combine_chunks()
            writer.add(name, shorten(values.chunk(0) if isinstance(values, pa.ChunkedArray) else values))
    if writer:
        writer.close()


def _is_kept(type_: pa.DataType) -> bool:
    is_number = pa.types.is_boolean(type_) or pa.types.is_integer(type_) or pa.types.is_date32(type_)
    return bool(is_number or is_text(type_) or pa.types.is_dictionary(type_))


def _plain(type_: pa.DataType) -> pa.DataType:
    """The type as it is read."""
    if pa.types.is_integer(type_):
        return pa.int64()
    return type_ if pa.types.is_boolean(type_) or pa.types.is_date32(type_) else pa.string()


def _laid_out(short: Short) -> tuple[bytes, int]:
    """A frame, and the width of its distances: these, which values are known, the lengths of texts and the texts."""
    width, distances = short.width, short.distances
    if width and short.highest - (short.lowest or 0) == 1:
        width, distances = _BIT, np.packbits(short.distances, bitorder="little")
    parts: list[bytes | memoryview] = [distances.data]
    if width > 0:
        count = int(np.count_nonzero(distances))
        if count * (_PLACE.itemsize + width) < FEW_BYTES * distances.nbytes:
            rows = np.flatnonzero(distances)
            parts = [np.array([count], _PLACE).data, rows.astype(_PLACE).data, distances[rows].data]
            width = _FEW - width
    if short.valid is not None:
        parts.append(memoryview(short.valid.buffers()[1])[: _bytes_of_bits(short.rows)])
    if short.words is not None:
        texts = [text.encode() for text in short.words.to_pylist()]
        parts += [np.array([len(text) for text in texts], "<i4").tobytes(), *texts]
    return b"".join(parts), width


def _bytes_of_bits(rows: int) -> int:
    return -(-rows // 8)


class ColumnFile:
    """A file of columns, open for any number of threads; BrokenFile where it is not what was written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            self.bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        check_mark(self.bytes, _MARK, path)

    @cached_property
    def _end(self) -> pa.Table:
        return read_end(self.bytes, _MARK, self.path, 1)[0]

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns, texts as texts."""
        return pa.ipc.read_schema(pa.py_buffer(self._end.schema.metadata[b"columns"]))

    @cached_property
    def _columns(self) -> Mapping[str, Column]:
        index = {name: self._end[name].to_numpy() for name in _INDEX.names}
        order = np.argsort(index["column"], kind="stable")
        starts = np.searchsorted(index["column"][order], range(int(index["column"].max(initial=-1)) + 2))
        places = self._end.schema.metadata[b"places"].decode().split(",")
        return {
            name: Column(self, {k: v[order[starts[place] : starts[place + 1]]] for k, v in index.items()})
            for name, place in zip(self.schema.names, map(int, filter(None, places)), strict=True)
            if place + 1 < len(starts)
        }

    def load(self) -> None:
        """Read the index now, and have at hand what is in memory anyway: page by page that is slow, when it is first asked for."""
        _ = self._columns
        with suppress(OSError):
            for at in range(0, len(self.bytes), _PIECE):
                start = time.perf_counter()
                self.bytes.madvise(_POPULATE_READ, at, min(_PIECE, len(self.bytes) - at))
                # From a disk it would hold up the whole process, and every question behind it.
                if time.perf_counter() - start > _FROM_DISK_S:
                    return

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def __getitem__(self, name: str) -> Column:
        return self._columns[name]

    def check(self) -> None:
        """Read every frame; BrokenFile where one is not what was written."""
        for column in self._columns.values():
            for _ in column:
                pass


class Column(Sequence[Short]):
    """A column's frames, each read when it is asked for."""

    def __init__(self, file: ColumnFile, index: Mapping[str, np.ndarray]) -> None:
        self._file, self._index = file, index
        self._checked = np.zeros(len(self), np.bool_)

    @cached_property
    def _frames(self) -> list[tuple[int, ...]]:
        """The index by frame, without the column."""
        return list(
            zip(*(values.tolist() for name, values in self._index.items() if name != "column"), strict=True)
        )

    def __len__(self) -> int:
        return len(self._index["at"])

    @overload
    def __getitem__(self, number: int) -> Short: ...
    @overload
    def __getitem__(self, number: slice) -> list[Short]: ...
    def __getitem__(self, number: int | slice) -> Short | list[Short]:
        if isinstance(number, slice):
            return [self[at] for at in range(*number.indices(len(self)))]
        return self._read(number)

    def __iter__(self) -> Iterator[Short]:
        return map(self._read, range(len(self)))

    def _read(self, number: int) -> Short:
        rows, at, length, raw_length, crc, lowest, highest, width, words, is_valid_told, is_any = (
            self._frames[number]
        )
        pressed = memoryview(self._file.bytes)[at : at + length]
        # Once: a snapshot never changes, and what is read again is in memory.
        if not self._checked[number]:
            if zlib.crc32(pressed) != crc:
                raise BrokenFile(f"{self._file.path} is not what was written.")
            self._checked[number] = True
        raw = pa.py_buffer(pressed)
        if length < raw_length:
            raw = pa.Codec("lz4_raw").decompress(raw, raw_length)
        told, start = _distances(raw, rows, width)
        valid = None
        if is_valid_told:
            valid = pa.Array.from_buffers(pa.bool_(), rows, [None, raw.slice(start, _bytes_of_bits(rows))])
            start += _bytes_of_bits(rows)
        return Short(rows, valid, _words(raw, start, words), lowest if is_any else None, highest, **told)


def _distances(raw: pa.Buffer, rows: int, width: int) -> tuple[dict[str, Any], int]:
    """The distances of a frame as a batch has them, and where they end."""
    if width == _BIT:
        bits = np.frombuffer(raw, np.uint8, _bytes_of_bits(rows))
        return {"distances": _NONE, "bits": bits}, len(bits)
    if width > 0:
        return {"distances": np.frombuffer(raw, f"<u{width}", rows)}, rows * width
    if width == 0:
        return {"distances": _NONE}, 0
    count = int(np.frombuffer(raw, _PLACE, 1)[0])
    places = np.frombuffer(raw, _PLACE, count, _PLACE.itemsize)
    end = _PLACE.itemsize + places.nbytes
    distances = np.frombuffer(raw, f"<u{_FEW - width}", count, end)
    return {"distances": _NONE, "few": (places, distances)}, end + distances.nbytes


def _words(raw: pa.Buffer, start: int, count: int) -> pa.Array | None:
    """The texts of a frame; None where it has numbers."""
    if count < 0:
        return None
    lengths = np.frombuffer(raw.slice(start), "<i4", count)
    bounds = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    buffers = [None, pa.py_buffer(bounds), raw.slice(start + lengths.nbytes)]
    return pa.Array.from_buffers(pa.large_string(), count, buffers)
