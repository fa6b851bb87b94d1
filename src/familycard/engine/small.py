"""The embedded engine for some hundred rows: all in memory, one thread, and nothing is asked twice.

What a statement costs here is its planning, not its rows. So tables are Arrow's, which cost
nothing to make or to count, and what a query says of empty tables is remembered: among few
persons most lists of faults, doubts and refused rows are empty.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from functools import lru_cache

import pyarrow as pa

from familycard.engine.dense import Positions, in_order, numbers, with_columns
from familycard.engine.duck import DuckEngine, laid_out
from familycard.engine.interface import Part

EVERYBODY = 2**40
"""More than there are numbers of persons: all are of one block."""
WIDE_COLUMNS = 40
"""From so many columns on a table is the database's own."""
_MAKING = "_making"
# Some hundred rows are copied in no time.
warnings.filterwarnings("ignore", message="Arrow output on a DB-API result")
_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")


class SmallEngine(DuckEngine):
    """A `DuckEngine` that keeps nothing on disk: `save` is not for it."""

    def __init__(self) -> None:
        super().__init__(threads=1, block_rows=EVERYBODY)
        self._behind: dict[str, str] = {}
        """By view its query."""
        self._held: set[str] = set()
        """Tables that the database holds."""
        self._of_nothing: dict[tuple[str, tuple[pa.Schema, ...]], pa.Table] = {}
        """By query and the tables that it reads, all empty: what it gives."""

    def make(self, table: str, query: str) -> None:
        self.register(table, self.arrow(query))

    def view(self, table: str, query: str) -> None:
        self.drop(table)
        self.connection.execute(f'create view "{table}" as {query}')
        self._views.add(table)
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
        self._forget(table)
        self._registered[table] = data
        if data.num_columns < WIDE_COLUMNS:
            self.connection.register(table, data)
            return
        # Of a table of Arrow every column is looked at whenever a query is planned.
        self.connection.register(_MAKING, data)
        self.connection.execute(f'create table "{table}" as from {_MAKING}')
        self.connection.unregister(_MAKING)
        self._held.add(table)

    def _forget(self, table: str) -> None:
        if table in self._held:
            self.connection.execute(f'drop table "{table}"')
            self._held.discard(table)
            del self._registered[table]
        else:
            super()._forget(table)

    def drop(self, *tables: str) -> None:
        for table in tables:
            if table in self._registered:
                self._forget(table)
            elif table in self._views:
                self.connection.execute(f'drop view "{table}"')
                self._views.discard(table)
                del self._behind[table]

    def has(self, table: str) -> bool:
        return table in self._registered or table in self._views

    def count(self, table: str) -> int:
        held = self._registered.get(table)
        return super().count(table) if held is None else int(held.num_rows)

    def arrow(self, query: str) -> pa.Table:
        read = self._read_by(query)
        if not read or any(self._registered[table].num_rows for table in read):
            return self._run(query)
        asked = (query, tuple(self._registered[table].schema for table in read))
        if asked not in self._of_nothing:
            self._of_nothing[asked] = self._run(query)
        return self._of_nothing[asked]

    def _run(self, query: str) -> pa.Table:
        # A relation would be planned twice.
        reader = self.connection.execute(query).to_arrow_reader()
        assert reader is not None, "a query has a result, if only an empty one"
        return reader.read_all()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        return [tuple(row.values()) for row in self.arrow(query).to_pylist()]

    def _read_by(self, query: str) -> list[str]:
        """The tables that a query may read, also behind views, in order; more than it does read do no harm."""
        found: set[str] = set()
        waiting = [query]
        while waiting:
            names = _names(waiting.pop())
            found |= names & self._registered.keys()
            waiting += [self._behind[view] for view in names & self._behind.keys()]
        return sorted(found)

    def widen(self, keys: str, key: str, parts: Sequence[Part], out: str) -> None:
        base = self.arrow(keys)
        positions = Positions(numbers(base[key], 0))
        columns: dict[str, pa.Array | pa.ChunkedArray] = {name: base[name] for name in base.column_names}
        for part in parts:
            columns |= laid_out(positions, part, self.arrow)
        self.register(out, pa.table(columns))


@lru_cache(8_192)
def _names(query: str) -> frozenset[str]:
    return frozenset(_NAME.findall(query))
