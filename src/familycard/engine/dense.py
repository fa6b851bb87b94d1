"""Dense columns beside the database: where keys stand, rows gathered by place, components by array.

A hash table of twenty million keys costs a cache miss or two for each probe and each build.
Numbers of persons are nearly dense, so a plain array says where each of them stands, and one
gather brings all columns of a row at once: an order of magnitude fewer cycles. Keys that are
not dense are found by bisection.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Integers = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]

_BATCHES_AT_A_TIME = 2 * (os.cpu_count() or 1)
"""As many keep the threads busy; more would only take memory."""
_SPARSE = 8
"""Keys that span more than so many times their number are found by bisection."""
_NEITHER = 2
"""A boolean that is missing, beside 0 and 1."""


class Positions:
    """The places 0, 1, … of unique keys."""

    def __init__(self, keys: Integers) -> None:
        self.count = len(keys)
        self.low = int(keys.min(initial=np.iinfo(np.int64).max))
        self.span = int(keys.max(initial=np.iinfo(np.int64).min)) - self.low + 1 if self.count else 0
        self.is_dense = self.span <= _SPARSE * self.count
        if self.is_dense:
            self.places = np.full(self.span + 1, self.count, dtype=np.int32)
            self.places[keys - self.low] = np.arange(self.count, dtype=np.int32)
        else:
            self.order = np.argsort(keys, kind="stable").astype(np.int32)
            self.sorted = keys[self.order]

    def of(self, values: Integers) -> Places:
        """The place of each value; `count` for one that is no key."""
        if not self.count:
            return np.zeros(len(values), dtype=np.int32)
        if self.is_dense:
            offset = values - self.low
            # As unsigned numbers what is below the lowest key is far above the highest.
            offset[offset.view(np.uint64) >= self.span] = self.span
            return self.places.take(offset)
        place = np.minimum(np.searchsorted(self.sorted, values), self.count - 1)
        found = self.sorted[place] == values
        return np.where(found, self.order[place], self.count).astype(np.int32)

    @property
    def repeats(self) -> int:
        """How many keys stand again after their first time."""
        if self.is_dense:
            return self.count - int((self.places < self.count).sum())
        return int((self.sorted[1:] == self.sorted[:-1]).sum())


def numbers(column: pa.ChunkedArray | pa.Array, missing: int) -> Integers:
    """An integer column as an array, with a number in the place of nulls."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    filled = whole if whole.type == pa.int64() else whole.cast(pa.int64())
    if filled.null_count:
        filled = filled.fill_null(missing)
    found: Integers = filled.to_numpy(zero_copy_only=False)
    return found


def places_in(positions: Positions, rows: pa.RecordBatchReader) -> list[Places]:
    """By column of rows that come some at a time: the places of its keys, half as wide as the keys."""
    found: list[list[Places]] = [[np.zeros(0, dtype=np.int32)] for _ in rows.schema]
    for batch in rows:
        for places, column in zip(found, batch.columns, strict=True):
            places.append(positions.of(numbers(column, positions.low - 1)))
    return [np.concatenate(places) for places in found]


class Packed:
    """Columns of a table laid out row by row, so that a gather touches one place a row.

    Booleans, integers and dates are packed, with a number of their own for null; a column of
    another type stays as it is. The key itself is what was looked up.
    """

    def __init__(self, table: pa.Table, key: str) -> None:
        self.key = key
        self.positions = Positions(numbers(table[key], 0))
        self.types = {name: table.schema.field(name).type for name in table.column_names}
        packed = {name: _packed_type(type_) for name, type_ in self.types.items() if name != key}
        layout = [(name, type_) for name, type_ in packed.items() if type_ is not None]
        layout.sort(key=lambda field: -field[1].itemsize)
        # One row more than there are keys: all null, for whatever is not found.
        self.rows = np.empty(self.positions.count + 1, dtype=layout)
        self.missing: dict[str, int] = {}
        self.loose: dict[str, pa.Array] = {}
        # One column after the other, because all at once would be in memory twice.
        for name in packed:
            column = table[name].combine_chunks()
            found = _packable(column)
            if found is None:
                self.loose[name] = column
            else:
                values, missing = found
                self.rows[name][:-1] = values
                self.rows[name][-1] = missing
                self.missing[name] = missing

    def beside(self, rows: pa.RecordBatchReader, at: Mapping[str, Sequence[str]]) -> pa.RecordBatchReader:
        """`rows` with ``<column>__<name>`` for each column that holds a key and each name asked of it."""
        found = self._all_widened(rows, at)
        first = next(found)
        return pa.RecordBatchReader.from_batches(first.schema, chain([first], found))

    def _all_widened(
        self, rows: pa.RecordBatchReader, at: Mapping[str, Sequence[str]]
    ) -> Iterator[pa.RecordBatch]:
        first = next(rows, None) or _no_rows(rows.schema)
        second = next(rows, None)
        if second is None:
            # A thread would cost more than a few rows.
            yield self._widened(first, at)
            return
        with ThreadPoolExecutor() as pool:
            waiting: deque[Future[pa.RecordBatch]] = deque()
            for batch in chain((first, second), rows):
                waiting.append(pool.submit(self._widened, batch, at))
                if len(waiting) > _BATCHES_AT_A_TIME:
                    yield waiting.popleft().result()
            for last in waiting:
                yield last.result()

    def _widened(self, batch: pa.RecordBatch, at: Mapping[str, Sequence[str]]) -> pa.RecordBatch:
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        for column, names in at.items():
            keys = numbers(batch.column(column), self.positions.low - 1)
            place = self.positions.of(keys)
            found = self.rows.take(place) if self.missing.keys() & names else self.rows[:0]
            for name in names:
                if name == self.key:
                    own = keys.astype(self.types[name].to_pandas_dtype(), copy=False)
                    columns[f"{column}__{name}"] = self._array(name, own, place == self.positions.count)
                else:
                    columns[f"{column}__{name}"] = self._column(name, place, found)
        return pa.RecordBatch.from_pydict(columns)

    def _column(self, name: str, place: Places, found: npt.NDArray[np.void]) -> pa.Array:
        if name in self.loose:
            return pc.take(self.loose[name], pa.array(place, mask=place == self.positions.count))
        values = np.ascontiguousarray(found[name])
        return self._array(name, values, values == self.missing[name])

    def _array(self, name: str, values: npt.NDArray[np.generic], missing: npt.NDArray[np.bool_]) -> pa.Array:
        """Values as a column has them."""
        type_ = self.types[name]
        data = _bits(values == 1) if pa.types.is_boolean(type_) else pa.py_buffer(values)
        valid = _bits(~missing) if missing.any() else None
        return pa.Array.from_buffers(type_, len(values), [valid, data])


def _bits(marks: npt.NDArray[np.bool_]) -> pa.Buffer:
    """Marks as Arrow keeps booleans and validity."""
    return pa.py_buffer(np.packbits(marks, bitorder="little"))


def _packed_type(type_: pa.DataType) -> np.dtype[np.generic] | None:
    """What a column is packed as; None where there is no way."""
    if pa.types.is_boolean(type_):
        return np.dtype(np.int8)
    if pa.types.is_date32(type_):
        return np.dtype(np.int32)
    return np.dtype(type_.to_pandas_dtype()) if pa.types.is_signed_integer(type_) else None


def _packable(column: pa.Array) -> tuple[npt.NDArray[np.generic], int] | None:
    """The values of a column, nulls as a number that is no value, and that number; None where there is no way."""
    if _packed_type(column.type) is None:
        return None
    if pa.types.is_boolean(column.type):
        return column.cast(pa.int8()).fill_null(_NEITHER).to_numpy(zero_copy_only=False), _NEITHER
    if pa.types.is_date32(column.type):
        column = column.view(pa.int32())
    missing = int(np.iinfo(column.type.to_pandas_dtype()).min)
    filled = column.fill_null(missing).to_numpy(zero_copy_only=False)
    return (filled, missing) if int((filled == missing).sum()) == column.null_count else None


def _no_rows(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], type=field.type) for field in schema], schema=schema)


def labels(count: int, a: Places, b: Places) -> Places:
    """For each of `count` nodes the lowest node that edges join it with.

    Each round lowers the label of an edge's ends to the lower of both, and follows labels to
    the end; families are small, so a few rounds do. Edges that are settled leave the race.
    """
    label = np.arange(count, dtype=np.int32)
    while len(a):
        low, high = np.minimum(label[a], label[b]), np.maximum(label[a], label[b])
        np.minimum.at(label, high, low)
        _follow(label)
        unsettled = label[a] != label[b]
        a, b = a[unsettled], b[unsettled]
    return label


def _follow(label: Places) -> None:
    """Let every label be one that labels itself."""
    moved = np.flatnonzero(label != np.arange(len(label), dtype=np.int32))
    while len(moved):
        further = label[label[moved]]
        changed = further != label[moved]
        label[moved] = further
        moved = moved[changed]


def lowest_ranked(label: Places, rank: Integers) -> tuple[Places, Integers]:
    """For each node the node of the lowest rank that has the same label, and how many have it."""
    lowest = np.full(len(label), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(lowest, label, rank)
    first = np.flatnonzero(lowest[label] == rank)
    head = np.empty(len(label), dtype=np.int32)
    head[label[first]] = first
    return head[label], np.bincount(label, minlength=len(label))[label]


def first_rows(key: Integers, order: Sequence[Integers]) -> npt.NDArray[np.bool_]:
    """Of the rows of each key the one that is first by the columns of `order`, as marks.

    Leading columns are packed into one number as far as their ranges allow; the others are
    asked only where that number leaves several rows first.
    """
    if not len(key):
        return np.zeros(0, dtype=np.bool_)
    place = _compact(key)
    number, used = _as_one_number(order)
    first = _lowest_of_each(place, number)
    if used < len(order):
        rows = _repeated(place, np.flatnonzero(first))
        by_rest = np.lexsort([*(column[rows] for column in reversed(order[used:])), place[rows]])
        ordered = place[rows][by_rest]
        first[rows[by_rest][1:][ordered[1:] == ordered[:-1]]] = False
    return first


def order_of(columns: Sequence[Integers]) -> npt.NDArray[np.intp]:
    """The places of rows in the order of integer columns, the most important first.

    As many columns as fit are packed into one number and sorted at once; where rows are still
    equal, their place so far is packed with the columns that follow.
    """
    rest = list(columns)
    while True:
        number, used = _as_one_number(rest)
        if used < 2 <= len(rest):
            # Ranks are narrow enough to go beside a place.
            rest[1] = np.unique(rest[1], return_inverse=True)[1].astype(np.int64)
            number, used = _as_one_number(rest)
        order = np.argsort(number)
        rest = rest[used:]
        if not rest or not len(order):
            return order
        ordered = number[order]
        starts = np.concatenate([[0], ordered[1:] != ordered[:-1]]).cumsum()
        if starts[-1] == len(order) - 1:
            return order
        place = np.empty(len(order), dtype=np.int64)
        place[order] = starts
        rest = [place, *rest]


LAST = 2**62
"""A number after all that are sorted: keys, places and rows."""


def in_order(table: pa.Table, order: Sequence[str]) -> pa.Table:
    """The table in the order of integer columns, nulls last.

    Threads leave long runs of rows that belong one after the other: these change places without
    a row being copied.
    """
    if table.num_rows < 2:
        return table
    columns = [numbers(table[name], LAST) for name in order]
    if _is_in_order(columns):
        return table
    places = order_of(columns)
    starts = np.flatnonzero(np.diff(places, prepend=-2) != 1)
    if len(starts) > _RUNS_MAX:
        return table.take(pa.array(places))
    lengths = np.diff(starts, append=len(places))
    return pa.concat_tables(
        table.slice(places[start], length) for start, length in zip(starts, lengths, strict=True)
    )


_RUNS_MAX = 1_000
"""Putting more runs together would cost more than copying the rows."""


def _is_in_order(columns: Sequence[Integers]) -> bool:
    equal = np.ones(max(len(columns[0]) - 1, 0), dtype=np.bool_)
    for column in columns:
        if bool((equal & (column[1:] < column[:-1])).any()):
            return False
        equal &= column[1:] == column[:-1]
    return True


def are_in_order(rows: pa.RecordBatchReader, order: Sequence[str]) -> bool:
    """Whether rows that come some at a time are in the order of integer columns, nulls last; they are read no further than that."""
    before = [np.zeros(0, dtype=np.int64) for _ in order]
    for batch in rows:
        columns = [numbers(batch[name], LAST) for name in order]
        if not _is_in_order([np.concatenate(pair) for pair in zip(before, columns, strict=True)]):
            rows.close()
            return False
        before = [column[-1:] for column in columns]
    return True


def with_columns(table: pa.Table, more: pa.Table, keys: Sequence[str]) -> pa.Table:
    """The columns of `table` in their order, those that `more` gives anew replaced, then the rest of `more`.

    Both have the same rows in the same order of `keys`; ValueError where they do not.
    """
    for key in keys:
        if not np.array_equal(numbers(table[key], LAST), numbers(more[key], LAST)):
            raise ValueError(f"two tables that go beside each other differ in {key}")
    columns = {name: table[name] for name in table.column_names}
    return pa.table(columns | {name: more[name] for name in more.column_names})


def _compact(key: Integers) -> Integers:
    low, high = int(key.min()), int(key.max())
    if high - low < _SPARSE * len(key):
        return key - low
    return np.unique(key, return_inverse=True)[1].astype(np.int64)


def _as_one_number(order: Sequence[Integers]) -> tuple[Integers, int]:
    """A number that orders as the leading columns do, and how many those are."""
    number, bits = np.zeros(len(order[0]), dtype=np.int64), 0
    if not len(number):
        return number, len(order)
    for used, column in enumerate(order):
        low = int(column.min())
        width = (int(column.max()) - low).bit_length()
        if bits + width > 62:
            # A column that is too wide for company orders alone.
            return (number, used) if bits else (column, used + 1)
        if width:
            number, bits = (number << width) | (column - low), bits + width
    return number, len(order)


def _lowest_of_each(place: Integers, number: Integers) -> npt.NDArray[np.bool_]:
    lowest = np.full(int(place.max()) + 1, np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(lowest, place, number)
    marks: npt.NDArray[np.bool_] = lowest[place] == number
    return marks


def _repeated(place: Integers, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Those of `rows` whose place another of them has too."""
    times = np.bincount(place[rows], minlength=1)
    return rows[times[place[rows]] > 1]
