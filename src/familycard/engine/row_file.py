"""Rows by their key, each whole in one place: for whoever wants one row of hundreds of columns.

Parquet keeps a column together, so that a row of 300 columns lies in 300 places, and a hundred
thousand rows are decoded to read one. Here some hundred rows lie together in a frame
(`row_frame.py`), under zstd. Behind the frames stands an index of the key with which each begins
and its checksum, so that a frame that the disk spoilt is never shown.
"""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from familycard.engine.file_end import BrokenFile, read_end, write_end
from familycard.engine.row_frame import BITS, Frame, Layout, Piece

FRAME_BYTES = 1 << 17
"""Bytes of a frame before it is pressed: as long to fetch as to find what is wanted in it."""
FRAME_ROWS_MAX = 1 << 13
PIECE_ROWS = 122_880
"""Rows that share a layout."""
FRAMES_KEPT = 8
LAYOUTS_KEPT = 1_024
_MARK = b"FCROWS1\n"
_INDEX = pa.schema(
    [(name, pa.int64()) for name in ("first", "rows", "at", "pressed", "raw", "crc", "layout")]
)


class RowWriter:
    """Writes a file of rows whose pieces come in the order of an integer key, all with the same columns.

    Texts of few words are best given as dictionaries.
    """

    def __init__(self, path: Path, key: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._key = key
        self._out = path.open("wb")
        self._index: dict[str, list[int]] = {field.name: [] for field in _INDEX}
        self._layouts: list[str] = []
        self._schema = pa.schema([])
        self._at = 0

    def add(self, rows: pa.Table) -> None:
        """The next rows."""
        self._schema = _plain(rows.schema)
        with ThreadPoolExecutor(2) as pool:
            for at in range(0, rows.num_rows, PIECE_ROWS):
                self._add(rows.slice(at, PIECE_ROWS), pool)

    def _add(self, table: pa.Table, pool: ThreadPoolExecutor) -> None:
        piece, keys = Piece(table.unify_dictionaries()), table[self._key].to_numpy()
        self._layouts.append(piece.layout.dumps())
        starts = range(0, piece.rows, _frame_rows(piece))
        ends = [*starts[1:], piece.rows]
        frames = pool.map(partial(_pressed, piece), starts, ends)
        for start, end, (pressed, raw) in zip(starts, ends, frames, strict=True):
            self._out.write(pressed)
            crc, layout = zlib.crc32(pressed), len(self._layouts) - 1
            found = (int(keys[start]), end - start, self._at, len(pressed), raw, crc, layout)
            for name, value in zip(self._index, found, strict=True):
                self._index[name].append(value)
            self._at += len(pressed)

    def close(self) -> None:
        """Write the index; the file is whole."""
        about = {b"key": self._key.encode(), b"rows": self._schema.serialize().to_pybytes()}
        frames = pa.table(self._index, _INDEX.with_metadata(about))
        layouts = pa.table({"layout": pa.array(self._layouts, pa.large_string())})
        write_end(self._out, (frames, layouts), _MARK)
        self._out.close()


def write_rows(tables: Iterable[pa.Table], key: str, path: Path) -> None:
    """Write a file of rows at once."""
    writer = RowWriter(path, key)
    for table in tables:
        writer.add(table)
    writer.close()


def _frame_rows(piece: Piece) -> int:
    row_bytes = max(len(piece.frame(0, min(piece.rows, BITS))) // BITS, 1)
    return max(min(FRAME_ROWS_MAX, FRAME_BYTES // row_bytes) // BITS, 1) * BITS


def _pressed(piece: Piece, start: int, end: int) -> tuple[bytes, int]:
    raw = piece.frame(start, end)
    pressed: bytes = pa.Codec("zstd", compression_level=1).compress(raw, asbytes=True)
    return pressed, len(raw)


def _plain(schema: pa.Schema) -> pa.Schema:
    """The types as they are read: texts, however they came."""
    return pa.schema(
        [pa.field(f.name, pa.string() if pa.types.is_dictionary(f.type) else f.type) for f in schema]
    )


class RowFile:
    """A file of rows, open for any number of threads; BrokenFile where it is not what was written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        frames, layouts = read_end(self._bytes, _MARK, path, 2)
        about = frames.schema.metadata
        self.key = about[b"key"].decode()
        self.schema = pa.ipc.read_schema(pa.py_buffer(about[b"rows"]))
        self.names = frozenset(self.schema.names)
        self._index = {name: frames[name].to_numpy() for name in frames.column_names}
        self._layouts = layouts["layout"]
        # One card asks for the same few frames several times.
        self._frame = lru_cache(FRAMES_KEPT)(self._read)
        self._layout = lru_cache(LAYOUTS_KEPT)(lambda number: Layout.loads(self._layouts[number].as_py()))

    def find(self, keys: Iterable[int], names: frozenset[str] | None = None) -> list[dict[str, Any]]:
        """The rows of these keys, by key and as they were written; of a key without rows none.

        Where names are given, only those of their columns; a name that is no column is none.
        """
        return [
            frame.row(number) if names is None else frame.some(number, names)
            for place, these in self._frames(keys)
            for frame, number in self._places(self._frame(place), these)
        ]

    def _frames(self, keys: Iterable[int]) -> Iterator[tuple[int, list[int]]]:
        """The frames that may have rows of the keys, each with those keys."""
        wanted: dict[int, list[int]] = {}
        first = self._index["first"]
        for key in sorted(set(keys)):
            # A key's rows may begin in the frame before the first that begins with it.
            low = max(int(np.searchsorted(first, key, "left")) - 1, 0)
            for frame in range(low, int(np.searchsorted(first, key, "right"))):
                wanted.setdefault(frame, []).append(key)
        yield from wanted.items()

    def _places(self, frame: Frame, keys: list[int]) -> Iterator[tuple[Frame, int]]:
        """Where the rows of the keys stand in a frame."""
        held = frame.column(self.key)
        lows, highs = np.searchsorted(held, keys, "left"), np.searchsorted(held, keys, "right")
        for low, high in zip(lows.tolist(), highs.tolist(), strict=True):
            yield from ((frame, number) for number in range(low, high))

    def _read(self, number: int) -> Frame:
        about = {name: int(column[number]) for name, column in self._index.items()}
        pressed = self._bytes[about["at"] : about["at"] + about["pressed"]]
        if zlib.crc32(pressed) != about["crc"]:
            raise BrokenFile(f"{self.path} is not what was written.")
        raw = pa.Codec("zstd").decompress(pressed, about["raw"])
        return Frame(self._layout(about["layout"]), memoryview(raw), about["rows"])

    def load(self) -> None:
        """Read the layouts now: one takes as long as some ten rows."""
        for number in range(len(self._layouts)):
            self._layout(number)

    def check(self) -> None:
        """Read every frame; BrokenFile where one is not what was written."""
        for number in range(len(self._index["first"])):
            self._read(number)
