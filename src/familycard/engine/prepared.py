"""A list of SQL expressions over one row, planned once and then asked of a few rows at a time.

To parse and plan a hundred expressions takes ten times longer than to compute them of ten rows.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from threading import Lock
from typing import Any

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import exp

Given = Callable[[Mapping[str, Any], tuple[Any, ...]], Any]
"""The value of an expression, of a row and of what the engine computed of it."""
_SIGNS: Mapping[type, Callable[[Any, Any], bool]] = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
}


class RowsAtHand:
    """Rows under a name in the engine, which asks for them anew whenever a plan runs: their columns stay."""

    def __init__(self, rows: pa.Table) -> None:
        self.rows = rows

    def __arrow_c_schema__(self) -> object:
        return self.rows.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.rows.__arrow_c_stream__(requested_schema)


class Prepared:
    """Expressions over columns of given types, in DuckDB; any number of threads may ask.

    The engine is asked neither for a column alone, nor for a constant or a column's comparison with
    one: it takes as long for each expression of one row as of a thousand.
    """

    def __init__(self, expressions: Sequence[str], types: Mapping[str, pa.DataType]) -> None:
        self._connection = duckdb.connect(":memory:", config={"threads": 1})
        plain = {sql: self._plain(sql, types) for sql in dict.fromkeys(expressions)}
        self._computed = [sql for sql, given in plain.items() if given is None]
        place = {sql: n + 1 for n, sql in enumerate(self._computed)}
        self._given = [plain[sql] or _at(place[sql]) for sql in expressions]
        named = "\n".join(self._computed)
        # The rows come back in any order, so each has its number.
        fields = [(name, type_) for name, type_ in types.items() if f'"{name}"' in named]
        self._schema = pa.schema([("_n", pa.int64()), *fields])
        self._rows = RowsAtHand(self._schema.empty_table())
        self._lock = Lock()
        self._connection.register("_rows", self._rows)
        listed = "".join(f", {sql}" for sql in self._computed)
        self._connection.execute(f'prepare _asked as select "_n"{listed} from _rows')

    def _plain(self, sql: str, types: Mapping[str, pa.DataType]) -> Given | None:
        """How an expression is given without the engine; None where it has to be asked."""
        if '"' not in sql:
            [[constant]] = self._connection.execute(f"select {sql}").fetchall()
            return lambda row, computed: constant
        if sql[1:-1] in types and sql == f'"{sql[1:-1]}"':
            name = sql[1:-1]
            return lambda row, computed: row[name]
        # Of many columns, it is not worth parsing.
        tree = sqlglot.parse_one(sql, read="duckdb").unnest() if sql.count('"') == 2 else None
        sign = _SIGNS.get(type(tree))
        if tree is None or sign is None or not isinstance(tree.this.unnest(), exp.Column):
            return None
        [[constant]] = self._connection.execute(f"select {tree.expression.sql('duckdb')}").fetchall()
        name = tree.this.unnest().name
        if name not in types or _of_python(types[name]) is not type(constant):
            return None
        return lambda row, computed: None if row[name] is None else sign(row[name], constant)

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
        """The values of the expressions, for each row in its order."""
        asked = self._ask(rows) if self._computed and rows else [()] * len(rows)
        return [
            [given(row, computed) for given in self._given] for row, computed in zip(rows, asked, strict=True)
        ]

    def _ask(self, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
        columns = [pa.array(range(len(rows)), pa.int64())]
        columns += [pa.array([row[f.name] for row in rows], f.type) for f in list(self._schema)[1:]]
        with self._lock:
            self._rows.rows = pa.table(columns, schema=self._schema)
            found = self._connection.execute("execute _asked").fetchall()
        return sorted(found, key=itemgetter(0))


def _at(place: int) -> Given:
    return lambda row, computed: computed[place]


def _of_python(type_: pa.DataType) -> type | None:
    """The type of a column's values in Python, where they are compared there as in the engine."""
    if pa.types.is_boolean(type_):
        return bool
    if pa.types.is_integer(type_):
        return int
    if pa.types.is_date32(type_):
        return date
    return str if pa.types.is_string(type_) else None
