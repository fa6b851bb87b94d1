"""Counting who meets a condition: each comparison in it is a bitmap, kept for the next question.

Whoever looks for a segment asks the same few things of a nation in ever new combinations. So a
condition is taken apart at its ``and``, ``or`` and ``not``; what is left are comparisons, each
computed once over its columns and remembered as two bits a subject (true, known), which cost next
to nothing to combine. What is asked of a person's family is computed for families, and handed to
their members by place: no join.

What is asked of one column is answered from its short form (`compared.py`), and so is the
comparison of two; everything else is computed by DuckDB as it stands. The rows of a level are those
of `search_rows`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache, reduce
from typing import Any, TypeVar

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import sqlglot
from sqlglot import exp

from familycard.engine.short import Short
from familycard.pack.scope import Compiled
from familycard.pack.scopes import column
from familycard.snapshot.compared import (
    against,
    answers_for,
    codes,
    looked_up,
    of_each_other,
    pair,
    simple,
    spelt_out,
    values_of,
)
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.rows import MEMBERSHIPS, of_scores
from familycard.snapshot.short_columns import Tables, places_of, shortened, unused_of

BITMAPS_KEPT = 128
"""Comparisons that are remembered: 5 MB each for a nation of 20 million."""
TASKS = 8
"""Into how many a column is divided for two threads."""
_COMBINE: Mapping[type[exp.Expr], Callable[..., pa.BooleanArray]] = {
    exp.And: pc.and_kleene,
    exp.Or: pc.or_kleene,
}
_NOBODYS = Short(1, pa.array([False]), None, None, 0, np.empty(0, np.uint8))
"""What is known of the unit of somebody who has none."""
_NO_RIGHT = Short(1, None, None, 0, 0, np.empty(0, np.uint8))
"""The same of unused rights, of which there are none."""
T = TypeVar("T")


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

    @cached_property
    def columns(self) -> dict[str, _Place]:
        """The columns that it names."""
        return {found.name: self.places[found.name] for found in self.tree.find_all(exp.Column)}

    def under(self, tree: exp.Expr) -> _Part:
        """A part of this part."""
        return _Part(tree.unnest(), self.places)

    @cached_property
    def key(self) -> tuple[str, frozenset[tuple[str, _Place]]]:
        """What it is remembered by."""
        return self.tree.sql("duckdb"), frozenset(self.columns.items())

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Part) and self.key == other.key


class Bitmaps:
    """Conditions over the subjects of one snapshot; any number of threads may ask."""

    def __init__(self, snapshot: OpenSnapshot) -> None:
        self.snapshot, self.pack = snapshot, snapshot.pack
        self._tables = Tables(snapshot.path)
        self._computed_places = lru_cache(None)(self._compute_places)
        self._compared = lru_cache(BITMAPS_KEPT)(self._compare)
        self._of_units = lru_cache(BITMAPS_KEPT)(self._hand_on)
        self._residents = lru_cache(1)(self._read_residents)

    def warm(self) -> None:
        """Look up now what the first questions would wait for: where columns lie, who is resident and in which units."""
        # Bitmaps come and go: of this allocator's memory the system has to clear less anew.
        with suppress(NotImplementedError):
            pa.set_memory_pool(pa.jemalloc_memory_pool())
        for folder in ("persons", *(f"units/{kind}" for kind in self.pack.units)):
            self._tables.files(folder)
        for file in self.snapshot.columns.values():
            file.load()
        self._residents()
        if MEMBERSHIPS in self.snapshot.columns:
            self.snapshot.columns[MEMBERSHIPS].check()
        else:
            self._unit_places(self.pack.card_unit)

    def count(self, level: str, condition: Compiled) -> tuple[int, int, int]:
        """For how many subjects of a level a condition is true, for how many unknown, and how many there are."""
        whole = _Part(
            spelt_out(sqlglot.parse_one(condition.sql, read="duckdb")).unnest(),
            self._places(level, condition),
        )
        self._prepare(level, whole)
        found = self._truth(level, whole)
        if level == "person":
            among = pc.and_kleene(found, self._residents())
            return among.true_count, among.null_count, self._residents().true_count
        units = self._length(level) - 1
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
        """Compute the comparisons that are not yet known, each by two threads."""
        for asked in dict.fromkeys(self._comparisons(level, whole)):
            self._compared(*asked)

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
            sides = (self._truth(rows, side) for side in self._sides(rows, part))
            return reduce(_COMBINE[type(tree)], sides)
        return self._compared(rows, part)

    def _sides(self, rows: str, part: _Part) -> Iterator[_Part]:
        """The parts that an ``and`` or ``or`` combines; those of one kind of other units are one part, handed on once."""
        combine = type(part.tree)
        of_kinds: dict[str, list[exp.Expr]] = {}
        for tree in _flat(part.tree, combine):
            side = part.under(tree)
            kind = self._one_kind(side)
            if kind in (None, rows):
                yield side
            else:
                of_kinds.setdefault(str(kind), []).append(tree)
        for trees in of_kinds.values():
            yield part.under(reduce(lambda one, other: combine(this=one, expression=other), trees))

    def _hand_on(self, kind: str, part: _Part) -> pa.BooleanArray:
        """What is true of a unit, for each person of it."""
        answers, places = codes(self._truth(kind, part)), self._unit_places(kind)
        return _joined(_in_two(len(places), lambda n: looked_up(places[n], answers)))

    def _compare(self, rows: str, part: _Part) -> pa.BooleanArray:
        """A comparison's truth for each of `rows`."""
        places, found = part.columns, None
        if all(place.rows == rows for place in places.values()):
            if len(places) == 1:
                found = self._ask_one(part, *places.items())
            elif len(places) == 2:
                found = self._ask_two(part)
        return self._ask_rows(rows, part) if found is None else found

    def _ask_one(self, part: _Part, named: tuple[str, _Place]) -> pa.BooleanArray | None:
        """The truth of what is asked of one column; None where its values are too many to ask for each."""
        name, place = named
        type_ = self._type(place)
        number = simple(part.tree, type_, self._constant)
        if number is not None:
            return _joined(self._each(lambda short: against(number[0], short, number[1]), place))
        column = self._each(lambda short: short, place)
        values = values_of(column, type_)
        if values is None:
            return None
        try:
            answers = codes(self._ask(part, pa.table({name: values.values})))
        except duckdb.Error:
            # Perhaps for a value that nobody has.
            return None
        return _joined(_in_two(len(column), lambda n: answers_for(column[n], values, answers)))

    def _ask_two(self, part: _Part) -> pa.BooleanArray | None:
        """The truth of a comparison of two columns of numbers; None for anything else."""
        compared = pair(part.tree)
        if compared is None:
            return None
        sign, *names = compared
        one, other = (part.columns[name] for name in names)
        type_ = self._type(one)
        if pa.types.is_string(type_) or type_ != self._type(other):
            return None
        return _joined(
            self._each(
                lambda left, right: of_each_other(sign, left.array(type_), right.array(type_)), one, other
            )
        )

    def _constant(self, tree: exp.Expr) -> Any:
        """The value of an expression without columns."""
        with self.snapshot.engine.connection.cursor() as cursor:
            return cursor.execute(f"select {tree.sql('duckdb')}").fetchall()[0][0]

    def _ask_rows(self, rows: str, part: _Part) -> pa.BooleanArray:
        """The truth of any expression for each of `rows`."""
        columns = {name: self._beside(rows, place) for name, place in part.columns.items()}
        return self._ask(part, pa.table({"_n": pa.nulls(self._length(rows), pa.bool_()), **columns}))

    def _ask(self, part: _Part, table: pa.Table) -> pa.BooleanArray:
        """The truth of any expression for each row of a table, as DuckDB finds it."""
        with self.snapshot.engine.connection.cursor() as cursor:
            cursor.register("_compared", pa.Table.from_batches(table.to_batches(1 << 17), table.schema))
            found = cursor.sql(f"select ({part.tree.sql('duckdb')}) as c from _compared").to_arrow_table()
        return _joined(found["c"].chunks)

    def _length(self, rows: str) -> int:
        """How many rows there are; of units one more."""
        if rows == "person":
            return self._tables.rows("persons")
        return self._tables.rows(f"units/{rows}") + 1

    def _beside(self, rows: str, place: _Place) -> pa.ChunkedArray:
        """The values of a place for each of `rows`."""
        type_ = self._type(place)
        values = pa.chunked_array(self._each(lambda short: short.array(type_), place))
        if place.rows == rows:
            return values
        whole, places = values.unify_dictionaries().combine_chunks(), self._unit_places(place.rows)
        return pa.chunked_array(
            _in_two(len(places), lambda n: pc.take(whole, places[n].array(pa.int64()), boundscheck=False))
        )

    def _each(self, work: Callable[..., T], *places: _Place) -> list[T]:
        """What `work` makes of each batch of columns side by side, in order; of units one more, for who has none."""
        columns = [self._stored(place) for place in places]
        found = _in_two(len(columns[0]), lambda n: work(*(column[n] for column in columns)))
        if places[0].rows == "person":
            return found
        return [*found, work(*(_NO_RIGHT if _is_unused(place) else _NOBODYS for place in places))]

    def _stored(self, place: _Place) -> Sequence[Short]:
        """A column in its short form, in the order of its rows."""
        file = self.snapshot.columns.get(place.folder)
        if file is not None and place.column in file:
            return file[place.column]
        if _is_unused(place):
            units = self._tables.numbers(f"units/{place.rows}", "unit")
            return shortened(unused_of(self._tables, place.folder, place.column, units))
        return self._tables.short(place.folder, place.column)

    def _type(self, place: _Place) -> pa.DataType:
        """The type of a column's values: numbers of any width are of 64 bits."""
        type_ = self._tables.type(place.folder, place.column)
        return pa.int64() if pa.types.is_integer(type_) else type_

    def _unit_places(self, kind: str) -> Sequence[Short]:
        """For each person the place of the unit; that behind the last for who has none."""
        file = self.snapshot.columns.get(MEMBERSHIPS)
        return file[kind] if file is not None and kind in file else self._computed_places(kind)

    def _compute_places(self, kind: str) -> list[Short]:
        return shortened(places_of(self._tables, kind, self._tables.numbers(f"units/{kind}", "unit")))

    def _read_residents(self) -> pa.BooleanArray:
        place = _Place("person", "persons", "is_resident")
        return _joined(self._each(lambda short: short.array(pa.bool_()), place)).fill_null(False)


def bitmaps_of(snapshot: OpenSnapshot) -> Bitmaps:
    """Those of a snapshot, kept with it."""
    return snapshot.remember("bitmaps", lambda: Bitmaps(snapshot))


def _is_unused(place: _Place) -> bool:
    """Whether it is of unused rights, which not every unit has a row of."""
    return place.folder.startswith("unused/")


def _flat(tree: exp.Expr, combine: type[exp.Expr]) -> Iterator[exp.Expr]:
    """What a chain of ``and`` or of ``or`` combines."""
    if isinstance(tree.unnest(), combine):
        for side in tree.unnest().iter_expressions():
            yield from _flat(side, combine)
    else:
        yield tree


def _in_two(count: int, work: Callable[[int], T]) -> list[T]:
    """The results of some numbered tasks, in order, computed by two threads."""
    bounds = [count * n // TASKS for n in range(TASKS + 1)]
    parts = _threads(os.getpid()).map(
        lambda n: [work(at) for at in range(bounds[n], bounds[n + 1])], range(TASKS)
    )
    return [found for part in parts for found in part]


@lru_cache(1)
def _threads(process: int) -> ThreadPoolExecutor:
    """Two threads of a process that stay: new ones would ask the system for their memory anew each time."""
    return ThreadPoolExecutor(2)


def _joined(answers: Sequence[pa.BooleanArray]) -> pa.BooleanArray:
    found: pa.BooleanArray = pa.concat_arrays(answers) if answers else pa.array([], pa.bool_())
    return found
