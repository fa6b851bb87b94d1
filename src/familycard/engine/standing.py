"""A query that gives a row for each row of one table, begun once and then kept running.

To begin a query takes far longer than to compute a few rows: the engine lays out room for two
thousand values for each step of each expression, and a programme's conditions have thousands.
So the query reads an endless stream: rows are handed in, and as many rows are taken out. That
holds for a query that computes row by row; one that leaves rows out or puts them together would
wait for more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa

_ROW_BY_ROW = "PROJECTION"
_SOURCE = "PYTHON_ARROW_SCAN"


class Standing:
    """A query over one table, in a connection of its own; for one thread at a time."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, query: str, table: str, schema: pa.Schema
    ) -> None:
        """`query` speaks of the rows that are handed in as `table`; they have the columns of `schema`."""
        self._connection, self._query = connection.cursor(), query
        # As soon as there is a row it is given: nothing is computed beforehand to have it at hand.
        for setting in ("streaming_buffer_size", "max_streaming_buffer_size"):
            self._connection.execute(f"set session {setting} = '1 byte'")
        self._handed = _Handed(schema)
        self._connection.register(table, self._handed)
        self._is_running = False

    def answer(self, rows: pa.Table) -> list[tuple[Any, ...]]:
        """A row for each of these rows, in their order."""
        if not rows.num_rows:
            return []
        passed_over = self._handed.hand_in(rows)
        try:
            if not self._is_running:
                self._connection.execute(self._query)
                self._is_running = True
            found = self._connection.fetchmany(passed_over + rows.num_rows)
        except duckdb.Error:
            # What it stumbled over is not in the way of the next rows.
            self._is_running = False
            self._handed.start_again()
            raise
        assert len(found) == passed_over + rows.num_rows, (
            f"{len(found)} rows of {rows.num_rows}: {self._query}"
        )
        return found[passed_over:]


class _Handed:
    """The rows that are handed in, as a stream without end: where none are waiting, a row stands once more."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema
        self.start_again()

    def start_again(self) -> None:
        self._waiting = deque[pa.RecordBatch]()
        self._again = 0

    def hand_in(self, rows: pa.Table) -> int:
        """Let rows be read next; how many were read in the meantime that nobody has asked for."""
        if not rows.schema.equals(self._schema):
            # The engine would take their bytes for something else.
            raise TypeError(f"{rows.schema} is not {self._schema}")
        self._waiting.extend(rows.to_batches())
        again, self._again = self._again, 0
        return again

    def __arrow_c_schema__(self) -> object:
        return self._schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return pa.RecordBatchReader.from_batches(self._schema, self._batches()).__arrow_c_stream__()

    def _batches(self) -> Iterator[pa.RecordBatch]:
        last: pa.RecordBatch | None = None
        while True:
            if self._waiting:
                last = self._waiting.popleft()
                yield last
            else:
                # The engine reads on before it gives what it has; this row it could compute.
                assert last is not None, "rows are handed in before the query begins"
                self._again += 1
                yield last.slice(0, 1)


def computes_row_by_row(plan: dict[str, Any]) -> bool:
    """Whether a plan gives one row for each row of the one table it reads, in their order."""
    node = plan
    while node["name"] == _ROW_BY_ROW:
        [node] = node["children"]
    return bool(node["name"] == _SOURCE)
