"""The embedded engine for some hundred rows: all in memory, one thread, and nothing is planned twice.

What a statement costs here is its planning, not its rows; and the stages of a build over other
persons say the same words. So tables are Arrow's, which cost nothing to make or to count, a
statement is planned when it is first met (`planned.py`), and columns of one table are taken
without asking the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import pyarrow as pa

from familycard.engine.columns_of_one import columns_of_one
from familycard.engine.dense import Positions, in_order, numbers, with_columns
from familycard.engine.duck import DuckEngine
from familycard.engine.interface import Part
from familycard.engine.planned import Planned, names_in
from familycard.engine.scatter import laid_out

EVERYBODY = 2**40
"""More than there are numbers of persons: all are of one block."""


class SmallEngine(DuckEngine):
    """A `DuckEngine` that keeps nothing on disk: `save` is not for it."""

    def __init__(self) -> None:
        super().__init__(threads=1, block_rows=EVERYBODY)
        self._behind: dict[str, str] = {}
        """By view its query."""
        self._shapes: dict[pa.Schema, int] = {}
        """A number for each set of columns that a table has had."""
        self._shape_of: dict[str, tuple[pa.Schema, int]] = {}
        self._planned: dict[tuple[str | int, ...], Planned] = {}
        """By query, the columns of its tables and the queries of its views."""
        self._words: dict[tuple[str, ...], Mapping[str, str]] = {}

    def make(self, table: str, query: str) -> None:
        self.register(table, self.arrow(query))

    def view(self, table: str, query: str) -> None:
        self.drop(table)
        self._behind[table] = query

    def add(self, table: str, query: str) -> None:
        more = self.arrow(query)
        if more.num_rows:
            held = self._registered[table]
            more = more.rename_columns(held.column_names).cast(held.schema)
            self.register(table, pa.concat_tables([held, more]).combine_chunks())

    def keep(
        self, table: str, queries: Iterable[str], order: Sequence[str], beside: str | None = None
    ) -> None:
        parts = []
        for query in queries:
            rows = in_order(self.arrow(query), order)
            parts.append(with_columns(self._registered[beside], rows, order) if beside else rows)
        self.register(table, pa.concat_tables(parts))

    def register(self, table: str, data: pa.Table) -> None:
        self._registered[table] = data
        before = self._shape_of.get(table)
        # To compare columns with those of the last event is cheaper than to look them up.
        if before is None or not before[0].equals(data.schema):
            number = self._shapes.setdefault(data.schema, len(self._shapes))
            self._shape_of[table] = data.schema, number

    def drop(self, *tables: str) -> None:
        for table in tables:
            self._registered.pop(table, None)
            self._behind.pop(table, None)

    def has(self, table: str) -> bool:
        return table in self._registered or table in self._behind

    def count(self, table: str) -> int:
        held = self._registered.get(table)
        return super().count(table) if held is None else int(held.num_rows)

    def coded(self, words: Sequence[str]) -> Mapping[str, str]:
        if tuple(words) not in self._words:
            self._words[tuple(words)] = super().coded(words)
        return self._words[tuple(words)]

    def arrow(self, query: str) -> pa.Table:
        found = self._columns_of_one(query)
        return self._answer(query) if found is None else found

    def rows(self, query: str) -> list[tuple[object, ...]]:
        return [tuple(row.values()) for row in self.arrow(query).to_pylist()]

    def same_order(self, one: str, other: str, key: str) -> bool:
        keys = [self.arrow(f"select {key} from {table}")[key] for table in (one, other)]
        return bool(keys[0].equals(keys[1]))

    def widen(self, keys: str, key: str, parts: Sequence[Part], out: str) -> None:
        base = self.arrow(keys)
        positions = Positions(numbers(base[key], 0))
        columns: dict[str, pa.Array | pa.ChunkedArray] = {name: base[name] for name in base.column_names}
        for part in parts:
            columns |= laid_out(positions, part, self.arrow, part.query)
        self.register(out, pa.table(columns))

    def _columns_of_one(self, query: str) -> pa.Table | None:
        """The answer to a query of columns of one table or such a view; None for any other query."""
        asked = columns_of_one(query)
        if asked is None:
            return None
        behind = self._behind.get(asked.table)
        held = self._registered.get(asked.table) if behind is None else self._columns_of_one(behind)
        return None if held is None else asked.of(held)

    def _answer(self, query: str) -> pa.Table:
        names, views = self._spoken_of(query)
        tables = {name: self._registered[name] for name in names}
        key: tuple[str | int, ...] = (
            query,
            *names,
            *(self._shape_of[name][1] for name in names),
            *views.values(),
        )
        if key not in self._planned:
            name = f"_planned_{len(self._planned)}"
            self._planned[key] = Planned(self.connection, name, query, tables, views)
        return self._planned[key].answer(tables)

    def _spoken_of(self, query: str) -> tuple[list[str], dict[str, str]]:
        """The tables and views that a query may read; more than it does read do no harm."""
        views: dict[str, str] = {}
        names = set(_names(query))
        waiting = [name for name in names if name in self._behind]
        while waiting:
            view = waiting.pop()
            # One that is met again goes before all that speak of it.
            views = {view: self._behind[view]} | {name: text for name, text in views.items() if name != view}
            named = _names(self._behind[view])
            names |= named
            waiting += [name for name in named if name in self._behind]
        return sorted(name for name in names if name in self._registered), views


_names = lru_cache(8_192)(names_in)
