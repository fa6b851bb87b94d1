"""A batch of one column, as short as its values allow: what a digest hashes and a file of columns holds.

Numbers, dates and yes or no are distances from the batch's lowest value, none, one, two, four or
eight bytes wide; texts are the distinct ones in the order of their first row, and for each row the
number of its text. What is unknown has the lowest value and is told by one bit a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

BATCH_ROWS = 131_072
FEW = 64
"""Dictionaries up to this size are put in order without looking at the texts."""
_NONE = np.empty(0, np.uint8)
_CODED = pa.dictionary(pa.int32(), pa.large_string())

Distances = npt.NDArray[np.unsignedinteger]
T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True)
class Short:
    """Some rows of a column."""

    rows: int
    valid: pa.BooleanArray | None
    """Which values are known; None where all are."""
    words: pa.Array | None
    """Of texts the distinct ones, whose numbers the values are."""
    lowest: int | None
    """None where nothing is known."""
    highest: int
    distances: Distances
    """A row's distance from the lowest; empty where all have the lowest, and where `bits` or `few` tell it."""
    bits: npt.NDArray[np.uint8] | None = None
    """The distances as a bit a row, where a file has them so."""
    few: tuple[npt.NDArray[np.uint32], Distances] | None = None
    """The rows that have not the lowest, with their distances, where a file has them so."""

    @property
    def width(self) -> int:
        """Bytes of a distance."""
        return self.distances.itemsize if len(self.distances) else 0

    @cached_property
    def places(self) -> Distances:
        """The distances, a number a row."""
        return self.each(lambda distances: distances)

    def each(self, of: Callable[[Distances], npt.NDArray[T]]) -> npt.NDArray[T]:
        """What `of` makes of the distance of each row; where most have the same, it is asked of that once."""
        if self.bits is not None:
            return of(np.unpackbits(self.bits, count=self.rows, bitorder="little"))
        if len(self.distances):
            return of(self.distances)
        rows, distances = self.few or (None, _NONE)
        found = np.full(self.rows, of(np.zeros(1, distances.dtype))[0])
        if rows is not None:
            found[rows] = of(distances)
        return found

    def array(self, type_: pa.DataType) -> pa.Array:
        """The values themselves."""
        if self.lowest is None:
            return pa.nulls(self.rows, _CODED if is_text(type_) else type_)
        known = None if self.valid is None else self.valid.buffers()[1]
        if self.words is not None:
            codes = pa.Array.from_buffers(
                pa.int32(), self.rows, [known, pa.py_buffer(self.places.astype(np.int32))]
            )
            return pa.DictionaryArray.from_arrays(codes, self.words)
        if pa.types.is_boolean(type_):
            bits = np.packbits(self.places + self.lowest, bitorder="little")
            return pa.Array.from_buffers(type_, self.rows, [known, pa.py_buffer(bits)])
        # Modulo 2^64, so that no distance is too great.
        numbers = (self.places.astype(np.uint64) + np.uint64(self.lowest % 2**64)).view(np.int64)
        if pa.types.is_date32(type_):
            return pa.Array.from_buffers(type_, self.rows, [known, pa.py_buffer(numbers.astype(np.int32))])
        return pa.Array.from_buffers(pa.int64(), self.rows, [known, pa.py_buffer(numbers)])


def shorten(values: pa.Array) -> Short:
    """The short form of a batch in one piece."""
    valid = values.is_valid() if values.null_count else None
    if pa.types.is_dictionary(values.type):
        return _texts(values, valid)
    if is_text(values.type):
        return _texts(values.dictionary_encode(), valid)
    return _numbers(_integers(values), valid)


def _numbers(numbers: pa.Array, valid: pa.BooleanArray | None, words: pa.Array | None = None) -> Short:
    """Nulls are as far as the lowest itself."""
    bounds = pc.min_max(numbers).as_py()
    lowest, highest = bounds["min"], bounds["max"]
    rows = len(numbers)
    if lowest is None or lowest == highest:
        return Short(rows, valid, words, lowest, highest or 0, _NONE)
    width = next(width for width in (1, 2, 4, 8) if highest - lowest < 1 << 8 * width)
    filled = pc.fill_null(numbers, lowest) if numbers.null_count else numbers
    if width == 8:
        distance = filled.cast(pa.int64()).to_numpy().view(np.uint64) - np.uint64(lowest % 2**64)
    else:
        distance = filled.to_numpy(zero_copy_only=False) - filled.type.to_pandas_dtype()(lowest)
    return Short(rows, valid, words, lowest, highest, distance.astype(f"<u{width}", copy=False))


def _texts(values: pa.DictionaryArray, valid: pa.BooleanArray | None) -> Short:
    if len(values.dictionary) > FEW or values.dictionary.null_count:
        values = values.cast(pa.large_string()).dictionary_encode()
        texts, codes = values.dictionary, _codes(values)
    else:
        texts, codes = _in_order_of_rows(values)
    unknown = None if valid is None else pc.invert(valid).to_numpy(False)
    return _numbers(pa.array(codes, mask=unknown), valid, texts.cast(pa.large_string()))


def _codes(values: pa.DictionaryArray) -> npt.NDArray[np.int32]:
    """The place of each row's text; -1 for a null."""
    codes: npt.NDArray[np.int32] = pc.fill_null(values.indices.cast(pa.int32()), -1).to_numpy(
        zero_copy_only=False
    )
    return codes


def _in_order_of_rows(values: pa.DictionaryArray) -> tuple[pa.Array, npt.NDArray[np.int32]]:
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


def is_text(type_: pa.DataType) -> bool:
    """Whether it is a type of plain texts."""
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_))
