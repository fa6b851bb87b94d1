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
        # A list of words would be joined, and a query with a join cannot be kept running (`standing.py`).
        self.connection.execute("set disabled_optimizers = 'in_clause'")
        self._behind: dict[str, str] = {}
        """By view its query."""
        self._shapes: dict[pa.Schema, int] = {}
        """A number for each set of columns that a table has had."""
        self._shapes_of: dict[str, list[tuple[pa.Schema, int]]] = {}
        """By table the sets of columns that it has had, with their numbers."""
        self._shape_of: dict[str, int] = {}
        """By table the number of the columns that it has."""
        self._planned: dict[tuple[str | int, ...], Planned] = {}
        """By query, the columns of its tables and the queries of its views."""
        self._words: dict[tuple[str, ...], Mapping[str, str]] = {}

    def make(self, table: str, query: str) -> None:
        self.register(table, self.arrow(query))

    def view(self, table: str, query: str) -> None:
        self.drop(table)
        self._behind[table] = query

    def derive(self, table: str, query: str) -> None:
        # Apart from what leaves rows out or joins them, a query of many expressions can be kept running.
        found = self.arrow(query)
        self.drop(table)
        self.register(table, found)

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
        shapes, schema = self._shapes_of.setdefault(table, []), data.schema
        # To compare columns with those that the table had before is cheaper than to look them up.
        known = next((shape for shape in shapes if shape[0].equals(schema)), None)
        if known is None:
            known = schema, self._shapes.setdefault(schema, len(self._shapes))
            shapes.append(known)
        self._shape_of[table] = known[1]

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
            *(self._shape_of[name] for name in names),
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
        waiting = sorted(self._behind.keys() & names)
        while waiting:
            view = waiting.pop()
            # One that is met again goes before all that speak of it.
            views = {view: self._behind[view]} | {name: text for name, text in views.items() if name != view}
            named = _names(self._behind[view])
            names |= named
            waiting += sorted(self._behind.keys() & named)
        # A wide query has thousands of words.
        return sorted(self._registered.keys() & names), views


_names = lru_cache(8_192)(names_in)
