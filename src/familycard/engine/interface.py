"""What a stage may ask of an engine: little, so that another engine can stand behind it.

SQL is one text in DuckDB's dialect. Tables have names; a stage makes tables from tables.
`components`, `widen`, `look_up`, `first_of` and `repeats` are operations of the
engine because their good way differs: dense columns in memory here, SQL rounds and joins on
a cluster.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from familycard.engine.digest import TableDigest

ROWS_BY_KEY = "by-key.rows"
SHORT_COLUMNS = "short.columns"


@dataclass(frozen=True)
class Part:
    """A query with one row a key, whose columns go beside a key table, and what silence means.

    A key has the value of its row; without a row what `absent` says, unknown where it says nothing.
    """

    query: str
    key: str
    columns: tuple[str, ...]
    absent: Mapping[str, int | bool | str | date] = field(default_factory=dict)
    """By column: the value of a key without a row."""
    doubted: str = ""
    """A query of keys whose values are unknown, whatever their rows say."""
    only_true: frozenset[str] = frozenset()
    """Columns in which every key is in doubt."""
    settled_by_true: frozenset[str] = frozenset()
    """Columns of yes or no in which a true value stands in spite of doubt."""


@dataclass(frozen=True)
class Beside:
    """Rows that get columns of another table beside them."""

    rows: str
    """A query."""
    at: Mapping[str, Sequence[str]]
    """By column of `rows` that holds a key of the other table: which columns of the other table are wanted."""
    out: str


class Engine(Protocol):
    """One engine, with its tables."""

    block_rows: int
    """How many persons, with all that is known of them, the engine wants at a time."""

    def make(self, table: str, query: str) -> None:
        """Make (or replace) a table from a query."""

    def view(self, table: str, query: str) -> None:
        """Give a query a table's name; it runs whenever the table is asked for."""

    def derive(self, table: str, query: str) -> None:
        """Give a query a table's name, where it runs at once or whenever the table is asked for, as is cheaper.

        What it reads stays as it is until the table is dropped.
        """

    def add(self, table: str, query: str) -> None:
        """Add a query's rows to a table that `make` made; their columns are in its order."""

    def has(self, table: str) -> bool:
        """Whether there is a table of this name."""

    def count(self, table: str) -> int:
        """How many rows a table has."""

    def hold(self, table: str, query: str) -> None:
        """Make (or replace) a table in memory that is only read: cheaper to make, and it takes no more rows."""

    def keep(
        self, table: str, queries: Iterable[str], order: Sequence[str], beside: str | None = None
    ) -> None:
        """Make (or replace) a table on disk from the rows of several queries, one after the other.

        A query is asked for when the one before has run, so it may rest on what was made between.
        The rows of each are put in the order of the integer columns `order`; rows that go through a
        table in that order are the cheapest. `beside` names a table of `widen` with a row for each
        row of the query, in that order: its columns come along, unless the query gives them anew.
        """

    def keeping_together(self) -> AbstractContextManager[None]:
        """Tables kept in this block may be written while others are made; they are known when it ends."""

    def also_by_row(self, table: str, key: str, columns: frozenset[str] | None = None) -> None:
        """Wherever this table is kept or saved, its rows are also written each whole in one place.

        That is, with these columns or all, to a file `ROWS_BY_KEY` beside its own (`row_file.py`), to be
        found by `key`, the first of its order.
        """

    def also_by_column(self, table: str, columns: frozenset[str]) -> None:
        """Wherever this table is kept or saved, those of these columns that it has are also written in their short form.

        That is, to a file `SHORT_COLUMNS` beside its own (`column_file.py`).
        """

    def save(self, table: str, order: str, folder: Path) -> TableDigest:
        """Leave the table's files in `folder` (Parquet, rows in `order`); the digest of what was written.

        The files of a kept table are moved there.
        """

    def work_in(self, folder: Path) -> None:
        """Where kept tables lie, and what does not fit into memory."""

    def run(self, statement: str) -> None:
        """Run a statement for its effect."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """A small result as tuples."""

    def arrow(self, query: str) -> pa.Table:
        """A result as an Arrow table."""

    def register(self, table: str, data: pa.Table) -> None:
        """Make an Arrow table known under a name."""

    def read_parquet(self, table: str, paths: Sequence[Path]) -> None:
        """Make Parquet files known as a table, without reading them yet."""

    def drop(self, *tables: str) -> None:
        """Forget tables."""

    def same_order(self, one: str, other: str, key: str) -> bool:
        """Whether two tables are known to have the same keys in the same order; false where that is not known."""

    def components(self, nodes: str, edges: str, out: str) -> None:
        """Connected components.

        `nodes` has columns ``node`` and ``rank`` (BIGINT, each unique), `edges` columns ``a`` and
        ``b``, both among the nodes; an edge may stand twice. `out` gets ``node, component, size``
        in the order of `nodes`: component is the node of the lowest rank in it, size how many it has.
        """

    def widen(self, keys: str, key: str, parts: Sequence[Part], out: str) -> None:
        """One row for each row of the query `keys` (in its order), with the columns of all parts beside it.

        A part's key that `keys` lacks is passed over.
        """

    def coded(self, words: Sequence[str]) -> Mapping[str, str]:
        """SQL of each of a few words, in the form in which a column of nothing else is the cheapest."""

    def fold(self, rows: str, key: str, first: str, folds: Mapping[str, str], out: str) -> None:
        """One row a key of the query `rows`, by key, with each named column folded over the key's rows.

        ``sum``, ``count`` (of true), ``min`` and ``max`` are unknown where one value is; ``any`` is
        true where one is true, else unknown where one is unknown, ``all`` the other way round;
        ``only`` is the one value that all rows have; ``head`` the value of the row that `first`
        marks. OverflowError for a sum beyond 64 bits.
        """

    def look_up(self, table: str, key: str, into: Sequence[Beside]) -> None:
        """Tables of rows with columns of one table beside them: a left join by a unique integer key.

        Each `out` has the columns of its rows and, for each column `c` in `at` and each name wanted,
        ``c__<name>``; null where `c` is null or no key. The order of the rows stays.
        """

    def first_of(self, rows: str, key: str, order: Sequence[str], out: str) -> None:
        """Of the rows of a query, for each value of the integer `key` the one that is first in an order.

        `order` names integer columns, the most important first; none is null, and no two rows
        of a key agree in all of them.
        """

    def repeats(self, table: str, key: str) -> int:
        """How many rows of a table have an integer key that an earlier row has too."""

    def write_parquet(self, query: str, path: Path) -> int:
        """Write an ordered query's rows to one Parquet file, the same bytes for the same rows; how many rows."""
