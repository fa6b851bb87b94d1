"""Rows of many columns packed small: how the values of a piece of a table are laid out as bytes.

A column of numbers becomes distances from its lowest, none, one, two, four or eight bytes wide; yes and
no, dates and texts of few words become such numbers too. Other texts stand behind the numbers,
with their lengths among them. What is null is told by one bit a value. Columns of one width form a
matrix, so that a frame is a few slices when it is written and one value of each when it is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

WIDTHS = (1, 2, 4, 8)
WORDS_MAX = 250
"""Distinct texts of a column up to which it is written as numbers."""
BITS = 8
"""Rows of a frame are a multiple of it, so that a frame's bits begin with a byte."""
SELECTIONS_KEPT = 16
"""Sets of columns that are asked for again and again."""
_EPOCH = date(1970, 1, 1).toordinal()

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Packed:
    """How one column lies in the frames of a piece."""

    name: str
    kind: str
    """boolean, integer, date, word (a text of few) or text."""
    width: int
    """Bytes of a value; 0 where all are the lowest."""
    place: int
    """Its row in the matrix of its width."""
    low: int
    bits: int | None
    """Its row among the bits; None where nothing is null."""
    words: tuple[str, ...] = ()


class Selection:
    """Some columns of a piece, prepared for reading a row: what is the same in all rows is there already."""

    def __init__(self, columns: Sequence[Packed]) -> None:
        plain = [column for column in columns if column.kind != "text"]
        same = {column.name: _meaning(column)(column.low) for column in plain if not column.width}
        self.row = {column.name: same.get(column.name) for column in columns}
        """In the order of the columns, None where the value differs from row to row."""
        self.matrices = [
            (
                at,
                np.array([column.place for column in of_width]),
                [(column.name, column.low, _meaning(column)) for column in of_width],
            )
            for at, width in enumerate(WIDTHS)
            if (of_width := [column for column in plain if column.width == width])
        ]
        nullable = [column for column in columns if column.bits is not None]
        self.nullable = [column.name for column in nullable]
        self.bits = np.array([column.bits for column in nullable], np.int64)
        self.has_texts = len(plain) < len(columns)


class Layout:
    """The columns of a piece of a table, and how many rows each matrix has."""

    def __init__(self, columns: Sequence[Packed]) -> None:
        self.columns = tuple(columns)
        self.heights = [sum(c.width == width for c in columns) for width in WIDTHS]
        self.nullable = [c for c in columns if c.bits is not None]
        self.texts = [c for c in columns if c.kind == "text"]
        self.everything = Selection(self.columns)
        self._only = lru_cache(SELECTIONS_KEPT)(self._selected)

    def only(self, names: frozenset[str]) -> Selection:
        """Those of the columns that have one of these names."""
        return self._only(names)

    def _selected(self, names: frozenset[str]) -> Selection:
        return Selection([column for column in self.columns if column.name in names])

    def dumps(self) -> str:
        """As text, for `loads`."""
        return json.dumps([asdict(column) for column in self.columns], ensure_ascii=False)

    @classmethod
    def loads(cls, text: str) -> Layout:
        """The layout that `dumps` wrote."""
        return cls([Packed(**{**found, "words": tuple(found["words"])}) for found in json.loads(text)])


class Piece:
    """A table laid out, to be cut into frames."""

    def __init__(self, table: pa.Table) -> None:
        self.rows = table.num_rows
        columns: list[Packed] = []
        heights = dict.fromkeys(WIDTHS, 0)
        self._parts: dict[int, list[npt.NDArray[np.generic]]] = {width: [] for width in WIDTHS}
        bits: list[Bytes] = []
        self._texts: list[tuple[npt.NDArray[np.int64], memoryview]] = []
        for name in table.column_names:
            column = _whole(table[name])
            kind, words, values = self._numbers(name, column)
            low, width, narrow = _narrow(values)
            at = len(bits) if column.null_count else None
            if at is not None:
                bits.append(np.packbits(column.is_valid().to_numpy(zero_copy_only=False)))
            columns.append(Packed(name, kind, width, heights.get(width, 0), low, at, words))
            if width:
                heights[width] += 1
                self._parts[width].append(narrow)
        self.layout = Layout(columns)
        self._bits = bits

    def _numbers(self, name: str, column: pa.Array) -> tuple[str, tuple[str, ...], npt.NDArray[np.generic]]:
        """A column's kind, its words and its values as numbers; what is null is some number."""
        type_ = column.type
        if pa.types.is_boolean(type_):
            return "boolean", (), column.fill_null(False).cast(pa.uint8()).to_numpy()
        if pa.types.is_integer(type_) or pa.types.is_date32(type_):
            kind = "integer" if pa.types.is_integer(type_) else "date"
            number = column.cast(pa.int32()) if kind == "date" else column
            lowest = pc.min(number).as_py() or 0 if number.null_count else None
            return kind, (), (number if lowest is None else number.fill_null(lowest)).to_numpy()
        if pa.types.is_dictionary(type_):
            if len(column.dictionary) <= WORDS_MAX:
                codes = column.indices.fill_null(0).to_numpy()
                return "word", tuple(column.dictionary.to_pylist()), codes
            column = column.cast(pa.string())
        elif not pa.types.is_string(type_):
            raise TypeError(f"Column {name}: rows cannot hold {type_}.")
        text = column.cast(pa.large_string()).fill_null("")
        offsets = np.frombuffer(text.buffers()[1], np.int64)[text.offset : text.offset + len(text) + 1]
        self._texts.append((offsets, memoryview(text.buffers()[2] or b"")))
        return "text", (), np.diff(offsets)

    def frame(self, start: int, end: int) -> bytes:
        """The rows from `start`, a multiple of `BITS`, to before `end`."""
        parts = [bits[start // BITS : -(-end // BITS)].data for bits in self._bits]
        parts += [column[start:end].data for width in WIDTHS for column in self._parts[width]]
        parts += [data[offsets[start] : offsets[end]] for offsets, data in self._texts]
        return b"".join(parts)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole


def _narrow(values: npt.NDArray[np.generic]) -> tuple[int, int, npt.NDArray[np.generic]]:
    """The lowest value, the bytes that the greatest distance from it needs, and the distances."""
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    if high == low:
        return low, 0, values
    width = next(width for width in WIDTHS if high - low < 1 << 8 * width)
    if width == values.dtype.itemsize:
        # As wide as it is: modulo its width, no distance is too great.
        return low, width, values.view(f"<u{width}") - np.array(low % (1 << 8 * width), f"<u{width}")
    # Modulo 2^64, so that no distance is too great.
    distances = values.astype(np.int64).view(np.uint64) - np.uint64(low % 2**64)
    return low, width, distances.astype(f"<u{width}")


class Frame:
    """Some rows as bytes, to be read one by one."""

    def __init__(self, layout: Layout, raw: memoryview, rows: int) -> None:
        self.layout = layout
        self.rows = rows
        row_bytes = -(-rows // BITS)
        at = len(layout.nullable) * row_bytes
        self._bits = np.frombuffer(raw[:at], np.uint8).reshape(-1, row_bytes)
        self._matrices = []
        for width, height in zip(WIDTHS, layout.heights, strict=True):
            end = at + width * height * rows
            self._matrices.append(np.frombuffer(raw[at:end], f"<u{width}").reshape(height, rows))
            at = end
        self._texts = raw[at:]

    def column(self, name: str) -> npt.NDArray[np.int64]:
        """All values of a column of integers without nulls."""
        column = next(column for column in self.layout.columns if column.name == name)
        return self._stored(column).astype(np.int64) + column.low

    def _stored(self, column: Packed) -> npt.NDArray[np.generic]:
        """What stands for a column's values."""
        if not column.width:
            return np.zeros(self.rows, np.uint8)
        found: npt.NDArray[np.generic] = self._matrices[WIDTHS.index(column.width)][column.place]
        return found

    def row(self, number: int) -> dict[str, Any]:
        """A row, by column."""
        return self._selected(number, self.layout.everything)

    def some(self, number: int, names: frozenset[str]) -> dict[str, Any]:
        """Of a row the columns with these names: in the time of those few."""
        return self._selected(number, self.layout.only(names))

    def _selected(self, number: int, wanted: Selection) -> dict[str, Any]:
        found = wanted.row.copy()
        for matrix, places, columns in wanted.matrices:
            stored = self._matrices[matrix][places, number].tolist()
            for (name, low, meaning), value in zip(columns, stored, strict=True):
                found[name] = meaning(value + low)
        if wanted.has_texts:
            texts = zip(self.layout.texts, self._text(number), strict=True)
            found |= {text.name: said for text, said in texts if text.name in found}
        known = self._bits[wanted.bits, number // BITS] & (1 << (BITS - 1 - number % BITS))
        for place in np.flatnonzero(known == 0).tolist():
            found[wanted.nullable[place]] = None
        return found

    def _text(self, number: int) -> list[str]:
        """The row's texts, which stand column by column."""
        texts, at = [], 0
        for column in self.layout.texts:
            lengths = self._stored(column).astype(np.int64) + column.low
            start = at + int(lengths[:number].sum())
            texts.append(str(self._texts[start : start + int(lengths[number])], "utf-8"))
            at += int(lengths.sum())
        return texts


def _meaning(column: Packed) -> Callable[[int], Any]:
    """What makes a value of the number of a column that holds no longer texts."""
    match column.kind:
        case "integer":
            return int
        case "boolean":
            return bool
        case "word":
            return column.words.__getitem__ if column.words else lambda _: None
    return lambda number: date.fromordinal(_EPOCH + number)
