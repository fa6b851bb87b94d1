"""Counting who meets a condition: each comparison in it is a bitmap, kept for the next question.

Whoever looks for a segment asks the same few things of a nation in ever new combinations. So a
condition is taken apart at its ``and``, ``or`` and ``not``; what is left are comparisons, each
computed once over its columns and remembered as two bits a subject (true, known), which cost next
to nothing to combine. What is asked of a person's family is computed for families, and handed to
their members by place: no join.

A comparison of a column with a constant is Arrow's; everything else is computed by DuckDB as it
stands. The rows of a level are those of `search_rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlglot
from sqlglot import exp

from familycard.pack.scope import Compiled
from familycard.pack.scopes import column
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.parts import parts_of
from familycard.snapshot.rows import MEMBERSHIPS, of_scores, unit_column

BITMAPS_KEPT = 128
"""Comparisons that are remembered: 5 MB each for a nation of 20 million."""
COLUMNS_KEPT = 4
_COMPARE: Mapping[type[exp.Expr], Callable[..., Any]] = {
    exp.EQ: pc.equal,
    exp.NEQ: pc.not_equal,
    exp.GT: pc.greater,
    exp.GTE: pc.greater_equal,
    exp.LT: pc.less,
    exp.LTE: pc.less_equal,
}
_TURNED: Mapping[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
}
_COMBINE: Mapping[type[exp.Expr], Callable[..., pa.BooleanArray]] = {
    exp.And: pc.and_kleene,
    exp.Or: pc.or_kleene,
}


@dataclass(frozen=True)
class _Place:
    """Where the values of a name stand."""

    rows: str
    """Whose they are: ``person``, or a kind of unit."""
    folder: str
    column: str


@dataclass(frozen=True)
class _Part:
    """A condition or a part of one, with where the values of each of its columns stand."""

    tree: exp.Expr
    places: Mapping[str, _Place]

    @property
    def columns(self) -> dict[str, _Place]:
        """The columns that it names."""
        return {found.name: self.places[found.name] for found in self.tree.find_all(exp.Column)}

    def under(self, tree: exp.Expr) -> _Part:
        """A part of this part."""
        return _Part(tree.unnest(), self.places)

    @property
    def key(self) -> tuple[str, frozenset[tuple[str, _Place]]]:
        """What it is remembered by."""
        return self.tree.sql("duckdb"), frozenset(self.columns.items())

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Part) and self.key == other.key


@dataclass(frozen=True)
class _File:
    """A file of a table, whose description (hundreds of columns) is read once."""

    path: Path
    about: pq.FileMetaData
    texts: tuple[str, ...]
    """Columns of text, which are read as numbers of words."""

    def opened(self) -> pq.ParquetFile:
        """A reader of its own: two threads that share one may wait for each other for ever."""
        return pq.ParquetFile(self.path, metadata=self.about, read_dictionary=self.texts)


class Bitmaps:
    """Conditions over the subjects of one snapshot; any number of threads may ask."""

    def __init__(self, snapshot: OpenSnapshot) -> None:
        self.snapshot, self.pack = snapshot, snapshot.pack
        self._files = lru_cache(None)(self._opened)
        self._column = lru_cache(COLUMNS_KEPT)(self._read)
        self._units = lru_cache(None)(self._read_units)
        self._unit_places = lru_cache(None)(self._place_units)
        self._compared = lru_cache(BITMAPS_KEPT)(self._compare)
        self._of_units = lru_cache(BITMAPS_KEPT)(self._hand_on)
        self._residents = lru_cache(1)(self._read_residents)

    def warm(self) -> None:
        """Look up now what the first questions would wait for: where columns lie, and who is in which family."""
        for folder in ("persons", *(f"units/{kind}" for kind in self.pack.units)):
            self._files(folder)
        self._residents()
        self._unit_places(self.pack.card_unit)

    def count(self, level: str, condition: Compiled) -> tuple[int, int, int]:
        """For how many subjects of a level a condition is true, for how many unknown, and how many there are."""
        whole = _Part(
            sqlglot.parse_one(condition.sql, read="duckdb").unnest(), self._places(level, condition)
        )
        self._prepare(level, whole)
        found = self._truth(level, whole)
        if level == "person":
            among = pc.and_kleene(found, self._residents())
            return among.true_count, among.null_count, self._residents().true_count
        units = len(self._units(level))
        among = found.slice(0, units)
        return among.true_count, among.null_count, units

    def _places(self, level: str, condition: Compiled) -> dict[str, _Place]:
        """By column of a condition where its values stand; parameters and dates are no columns."""
        names = {*condition.names, "area"}
        return {column(name)[1:-1]: self._place(level, name) for name in names}

    def _place(self, level: str, name: str) -> _Place:
        first, _, rest = name.partition(".")
        if first == "card":
            score = of_scores(str(self.pack.card_scorecard))
            folder = f"unused/{self.pack.card_unit}" if rest.startswith("unused") else score
            return _Place(self.pack.card_unit, folder, rest)
        if first == "programme":
            subject = self.pack.programmes[rest.partition(".")[0]].unit
            return _Place(subject, f"entitlements/{subject}", column(name)[1:-1])
        rows, own = (first, rest) if rest else (level, name)
        return _Place(rows, "persons" if rows == "person" else f"units/{rows}", own)

    def _prepare(self, level: str, whole: _Part) -> None:
        """Compute the comparisons that are not yet known, two at a time."""
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda asked: self._compared(*asked), set(self._comparisons(level, whole))))

    def _comparisons(self, rows: str, part: _Part) -> Iterator[tuple[str, _Part]]:
        kind = self._one_kind(part) or rows
        if type(part.tree) in _COMBINE or isinstance(part.tree, exp.Not):
            for below in part.tree.iter_expressions():
                yield from self._comparisons(kind, part.under(below))
        else:
            yield kind, part

    def _one_kind(self, part: _Part) -> str | None:
        """The kind of units that all of a part is asked of."""
        rows = {place.rows for place in part.columns.values()}
        return rows.pop() if len(rows) == 1 else None

    def _truth(self, rows: str, part: _Part) -> pa.BooleanArray:
        """The truth of a part for each of `rows`; of units one more at the end, for who has none."""
        kind = self._one_kind(part)
        if kind not in (None, rows):
            return self._of_units(str(kind), part)
        tree = part.tree
        if isinstance(tree, exp.Not):
            return pc.invert(self._truth(rows, part.under(tree.this)))
        if type(tree) in _COMBINE:
            sides = (self._truth(rows, part.under(side)) for side in (tree.this, tree.expression))
            return _COMBINE[type(tree)](*sides)
        return self._compared(rows, part)

    def _hand_on(self, kind: str, part: _Part) -> pa.BooleanArray:
        """What is true of a unit, for each person of it."""
        found = self._truth(kind, part)
        codes = np.where(_bits(found.is_valid()), _bits(found.fill_null(False)), UNKNOWN)
        of_persons = codes[self._unit_places(kind)]
        return _booleans(of_persons == 1, of_persons != UNKNOWN)

    def _compare(self, rows: str, part: _Part) -> pa.BooleanArray:
        """A comparison's truth for each of `rows`."""
        columns = {name: self._beside(rows, place) for name, place in part.columns.items()}
        found = _simple(part.tree, columns, self._constant)
        return self._ask(rows, part, columns) if found is None else found

    def _constant(self, tree: exp.Expr) -> Any:
        """The value of an expression without columns."""
        with self.snapshot.engine.connection.cursor() as cursor:
            return cursor.execute(f"select {tree.sql('duckdb')}").fetchall()[0][0]

    def _ask(self, rows: str, part: _Part, columns: Mapping[str, pa.ChunkedArray]) -> pa.BooleanArray:
        """The truth of any expression, as DuckDB finds it."""
        length = len(next(iter(columns.values()))) if columns else self._length(rows)
        table = pa.table({"_n": pa.nulls(length, pa.bool_()), **columns})
        with self.snapshot.engine.connection.cursor() as cursor:
            cursor.register("_compared", pa.Table.from_batches(table.to_batches(1 << 17), table.schema))
            found = cursor.sql(f"select ({part.tree.sql('duckdb')}) as c from _compared").to_arrow_table()[
                "c"
            ]
        return _whole(found)

    def _length(self, rows: str) -> int:
        return len(self._residents()) if rows == "person" else len(self._units(rows)) + 1

    def _beside(self, rows: str, place: _Place) -> pa.ChunkedArray:
        """The values of a place for each of `rows`."""
        values = self._column(place)
        if place.rows == rows:
            return values
        return pa.chunked_array([_whole(values).take(pa.array(self._unit_places(place.rows)))])

    def _read(self, place: _Place) -> pa.ChunkedArray:
        """The values of a place in the order of its rows; of units one more, for who has none."""
        if place.rows == "person":
            return self._stored(place.folder, place.column)
        if place.folder.startswith("unused/"):
            return self._unused(place)
        values = self._stored(place.folder, place.column)
        return pa.chunked_array([*values.chunks, pa.nulls(1, values.type)], values.type)

    def _unused(self, place: _Place) -> pa.ChunkedArray:
        """Unused rights by unit: a family without a row, and who has no family, has none."""
        units, rows = self._units(place.rows), self._stored(place.folder, "unit").to_numpy()
        found = np.zeros(len(units) + 1, dtype=np.int64)
        found[np.searchsorted(units, rows)] = self._stored(place.folder, place.column).fill_null(0).to_numpy()
        return pa.chunked_array([found])

    def _stored(self, folder: str, name: str) -> pa.ChunkedArray:
        """A column in the pieces in which it lies: to put them together costs more than to compare them."""

        def read(file: _File) -> list[pa.Array]:
            with file.opened() as reader:
                chunks: list[pa.Array] = reader.read(columns=[name], use_threads=False)[name].chunks
            return chunks

        with ThreadPoolExecutor(2) as pool:
            parts = list(pool.map(read, self._files(folder)))
        return pa.chunked_array([chunk for part in parts for chunk in part])

    def _opened(self, folder: str) -> list[_File]:
        paths = parts_of(self.snapshot.path / folder)
        texts = tuple(field.name for field in pq.read_schema(paths[0]) if pa.types.is_string(field.type))
        return [_File(path, pq.read_metadata(path), texts) for path in paths]

    def _read_units(self, kind: str) -> npt.NDArray[np.int64]:
        found: npt.NDArray[np.int64] = self._stored(f"units/{kind}", "unit").to_numpy()
        return found

    def _place_units(self, kind: str) -> npt.NDArray[np.int32]:
        """For each person the place of the unit; that behind the last for who has none."""
        units = self._units(kind)
        of_persons = self._stored(MEMBERSHIPS, unit_column(kind)).fill_null(-1).to_numpy()
        highest = max(int(units.max(initial=0)), int(of_persons.max(initial=0)))
        places = np.full(highest + 2, len(units), dtype=np.int32)
        places[units] = np.arange(len(units), dtype=np.int32)
        # -1 is the last, which is no unit's.
        found: npt.NDArray[np.int32] = places[of_persons]
        return found

    def _read_residents(self) -> pa.BooleanArray:
        return _whole(self._stored("persons", "is_resident").fill_null(False))


UNKNOWN = 2


def bitmaps_of(snapshot: OpenSnapshot) -> Bitmaps:
    """Those of a snapshot, kept with it."""
    return snapshot.remember("bitmaps", lambda: Bitmaps(snapshot))


def _simple(tree: exp.Expr, columns: Mapping[str, pa.ChunkedArray], constant: Any) -> pa.BooleanArray | None:
    """The truth of a column alone, or of its comparison with a constant; None for anything else."""
    if isinstance(tree, exp.Column):
        return _whole(columns[tree.name])
    if type(tree) not in _COMPARE:
        return None
    compare, left, right = type(tree), tree.this.unnest(), tree.expression.unnest()
    if isinstance(right, exp.Column):
        compare, left, right = _TURNED.get(compare, compare), right, left
    if not isinstance(left, exp.Column) or right.find(exp.Column):
        return None
    values, value = columns[left.name], constant(right)
    if pa.types.is_dictionary(values.type) and isinstance(value, str):
        pieces = [_COMPARE[compare](piece.dictionary, value).take(piece.indices) for piece in values.chunks]
        return _whole(pa.chunked_array(pieces, pa.bool_()))
    if _is_of(values.type, value):
        return _whole(_COMPARE[compare](values, pa.scalar(value, values.type)))
    return None


def _is_of(type_: pa.DataType, value: Any) -> bool:
    """Whether a constant can be compared as it is."""
    if isinstance(value, bool) or not isinstance(value, int | date):
        return False
    if isinstance(value, date):
        return bool(pa.types.is_date32(type_))
    return bool(pa.types.is_int64(type_)) and abs(value) < 1 << 63


def _whole(values: pa.ChunkedArray) -> pa.Array:
    """One array; texts as numbers of words of one list."""
    if pa.types.is_dictionary(values.type):
        values = values.unify_dictionaries()
    found = values.combine_chunks()
    return found.chunk(0) if isinstance(found, pa.ChunkedArray) else found


def _bits(values: pa.BooleanArray) -> npt.NDArray[np.int8]:
    found: npt.NDArray[np.int8] = values.to_numpy(zero_copy_only=False).view(np.int8)
    return found


def _booleans(true: npt.NDArray[np.bool_], known: npt.NDArray[np.bool_]) -> pa.BooleanArray:
    bits = [pa.py_buffer(np.packbits(mask, bitorder="little")) for mask in (known, true)]
    return pa.Array.from_buffers(pa.bool_(), len(true), bits)
