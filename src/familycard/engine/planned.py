"""A query over a few small tables, planned once and then only run.

To plan a query of a thousand expressions takes a hundred times longer than to compute it of ten
rows, and most questions about few persons have no rows in their answer. So the rows of its tables
are handed in when a query runs (`prepared.RowsAtHand`), and a query that must have no answer where
some tables have no rows is not run then.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import duckdb
import pyarrow as pa

from familycard.engine.prepared import RowsAtHand
from familycard.engine.standing import Standing, computes_row_by_row

FEW_VALUES = 20_000
"""An answer of so few values is cheaper to fetch row by row: to ask for columns plans the query once more."""
WIDE_COLUMNS = 40
"""Of wider tables a query is handed the columns that it names alone: each has its price whenever the query runs."""
_NAME = re.compile(r"[^\W\d]\w*")
_ALL_COLUMNS = re.compile(
    r"(?:\bselect|\bdistinct|,|\.|(?<!count)\()\s*\*|(?:^|\(|\ball|\bexcept)\s*from\b|\bnatural\b"
)
"""Where a query asks for all columns of something, in words or by saying nothing."""


class Planned:
    """A query over tables of certain columns."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        name: str,
        query: str,
        tables: Mapping[str, pa.Table],
        views: Mapping[str, str],
    ) -> None:
        """A plan under a name of its own.

        `tables` are those whose names are in the query, `views` the queries behind the other names,
        each after those that it speaks of.
        """
        self._connection, self._name, self._query, self._views = connection, name, query, views
        texts = (query, *views.values())
        named = None if any(map(_ALL_COLUMNS.search, texts)) else names_in(" ".join(texts))
        self._columns = {table: _wanted(rows.schema, named) for table, rows in tables.items()}
        """By table: the places of the columns that are handed in; None for all."""
        self._at_hand = {table: RowsAtHand(self._narrow(table, rows)) for table, rows in tables.items()}
        for table, rows in self._at_hand.items():
            connection.register(f"{name}_{table}", rows)
        connection.execute(f"prepare {name} as {self._text()}")
        self._schema: pa.Schema | None = None
        self._of_nothing: pa.Table | None = None
        """The answer where no table has rows."""
        self._nothing_without: dict[frozenset[str], bool] = {}
        """By some tables: whether there is no answer where they have no rows."""

    def answer(self, tables: Mapping[str, pa.Table]) -> pa.Table:
        """The rows of the query over these tables."""
        if self._schema is None:
            found = self._ask_for_columns(tables)
            self._schema = found.schema
            return found
        most_rows = max((rows.num_rows for rows in tables.values()), default=0)
        if not most_rows and self._of_nothing is not None:
            return self._of_nothing
        empty = frozenset(table for table, rows in tables.items() if not rows.num_rows)
        if self._nothing_without.get(empty):
            return self._nothing
        # An answer seldom has more rows than the tables: how wide they are says nothing of it.
        is_long = most_rows * len(self._schema) > FEW_VALUES
        found = self._ask_for_columns(tables) if is_long else self._ask_for_rows(tables)
        if not most_rows:
            self._of_nothing = found
        elif not found.num_rows and empty not in self._nothing_without:
            self._nothing_without[empty] = self._is_nothing_without(empty)
        return found

    @property
    def is_standing(self) -> bool:
        """Whether the query is kept running."""
        return self._standing is not None

    def _ask_for_rows(self, tables: Mapping[str, pa.Table]) -> pa.Table:
        assert self._schema is not None, "the first answer says what columns there are"
        if self._standing is not None:
            [(table, handed)] = tables.items()
            rows = self._standing.answer(self._narrow(table, handed))
        else:
            self._hand_in(tables)
            rows = self._connection.execute(f"execute {self._name}").fetchall()
        if not rows:
            return self._nothing
        # All columns at once: each by itself has its price.
        columns = pa.array(rows, pa.struct(list(self._schema))).flatten()
        return pa.Table.from_arrays(columns, schema=self._schema)

    def _ask_for_columns(self, tables: Mapping[str, pa.Table]) -> pa.Table:
        self._hand_in(tables)
        return self._connection.sql(f"execute {self._name}").to_arrow_table()

    @cached_property
    def _standing(self) -> Standing | None:
        """The query kept running, where it computes row by row."""
        if len(self._at_hand) != 1 or not computes_row_by_row(self._plan()):
            return None
        [(table, at_hand)] = self._at_hand.items()
        return Standing(self._connection, self._text(), f"{self._name}_{table}", at_hand.rows.schema)

    def _hand_in(self, tables: Mapping[str, pa.Table]) -> None:
        for table, at_hand in self._at_hand.items():
            at_hand.rows = self._narrow(table, tables[table])

    def _narrow(self, table: str, rows: pa.Table) -> pa.Table:
        columns = self._columns[table]
        return rows if columns is None else rows.select(columns)

    @cached_property
    def _nothing(self) -> pa.Table:
        """An answer without rows."""
        assert self._schema is not None, "the first answer says what columns there are"
        return self._schema.empty_table()

    def _text(self, without: frozenset[str] = frozenset()) -> str:
        """The query with all that it speaks of; some tables without rows."""
        behind = {
            table: f'from "{self._name}_{table}"{" where false" if table in without else ""}'
            for table in self._at_hand
        } | dict(self._views)
        # Not materialized: what a query does not ask of them is not computed.
        named = ", ".join(f'"{name}" as not materialized ({query})' for name, query in behind.items())
        return f"with {named} {self._query}" if named else self._query

    def _is_nothing_without(self, tables: frozenset[str]) -> bool:
        """Whether the optimizer sees that there is no answer where these tables have no rows."""
        node = self._plan(tables)
        while node["name"] in _ROW_BY_ROW:
            [node] = node["children"]
        return bool(node["name"] == "EMPTY_RESULT")

    def _plan(self, without: frozenset[str] = frozenset()) -> Any:
        """The plan of the query, where some tables have no rows: its last step."""
        [(_, plan)] = self._connection.execute(f"explain (format json) {self._text(without)}").fetchall()
        [last] = json.loads(plan)
        return last


_ROW_BY_ROW = ("PROJECTION", "ORDER_BY")
"""Steps that give no row without one."""


def names_in(text: str) -> frozenset[str]:
    """All words of a query that may be names."""
    return frozenset(_NAME.findall(text))


def _wanted(schema: pa.Schema, named: frozenset[str] | None) -> list[int] | None:
    """The places of a table's columns that a query names, at least one; None where it may ask for all."""
    if named is None or len(schema) < WIDE_COLUMNS:
        return None
    # A name of several words cannot be looked for among words.
    return [n for n, name in enumerate(schema.names) if name in named or not _NAME.fullmatch(name)] or [0]
