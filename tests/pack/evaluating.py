"""Run expressions of packs on rows, in the engine, for the tests beside this file.

Every SQL text that is run here must also be readable and renderable for Spark without a
construct that Spark lacks, and must mean the same after sqlglot has read and written it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa
import sqlglot
from sqlglot import ErrorLevel

from familycard.pack.expression import Compiled, Name, compile_expression, scope_of
from familycard.pack.model import Expression, Place
from familycard.pack.scope import Scope
from familycard.pack.types import BOOLEAN, DATE, INTEGER, MONEY, RATIO, TEXT, Kind, Type

PLACE = Place("programmes/example.yaml", 7)

TYPES: dict[str, Type] = {
    **dict.fromkeys(("flag", "other", "third"), BOOLEAN),
    **dict.fromkeys(("a", "b", "c", "n", "year", "month", "day"), INTEGER),
    **dict.fromkeys(("rate", "factor"), Type(Kind.NUMBER, 2)),
    **dict.fromkeys(("pay", "rent"), MONEY),
    **dict.fromkeys(("birth", "on_day", "from_day", "to_day"), DATE),
    **dict.fromkeys(("kind", "code"), TEXT),
    "share": RATIO,
}
"""The names that examples use. Numbers are handed over scaled: a rate of 0.35 is 35."""

_ARROW = {
    Kind.BOOLEAN: pa.bool_(),
    Kind.TEXT: pa.string(),
    Kind.DATE: pa.date32(),
}

SCOPE = scope_of({name: Name(f'"{name}"', type_, per_row=True) for name, type_ in TYPES.items()})


@cache
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={"enable_external_access": False, "threads": 1})


def compiled(text: str, scope: Scope = SCOPE, expect: Type | None = None) -> Compiled:
    return compile_expression(Expression(text, PLACE), scope, expect)


def with_leap_day(rule: str) -> Scope:
    return replace(SCOPE, leap_day=rule)


def aggregating(row_filter: str | None = None) -> Scope:
    keep = None if row_filter is None else compiled(row_filter)
    return replace(SCOPE, aggregates=True, row_filter=keep)


def table(rows: Sequence[Mapping[str, Any]], *extra: str) -> pa.Table:
    """Rows as a typed table; names that a row lacks are null. `extra` are more integer columns."""
    columns = {
        name: pa.array([row.get(name) for row in rows], _ARROW.get(type_.kind, pa.int64()))
        for name, type_ in (TYPES | dict.fromkeys(extra, INTEGER)).items()
    }
    return pa.table(columns)


def spark_text(sql: str) -> str:
    """The text for Spark; sqlglot raises where Spark has no such thing."""
    text = sqlglot.transpile(sql, read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE)[0]
    # What sqlglot lets through though Spark has no such type or function.
    for stranger in ("INT128", "HUGEINT", "TO_MONTHS", "::"):
        assert stranger not in text, f"Spark does not know {stranger}: {text}"
    return text


def run(value: Compiled, rows: Sequence[Mapping[str, Any]], group_by: str | None = None) -> list[Any]:
    """The value for each row in order or, with `group_by` (an integer column), for each group in order."""
    relation = table(rows, *([group_by] if group_by else []))
    connection().register("facts", relation)
    spark_text(value.sql)
    rewritten = sqlglot.transpile(value.sql, read="duckdb", write="duckdb")[0]
    tail = f'group by "{group_by}" order by "{group_by}"' if group_by else ""
    found = connection().sql(f"select {value.sql} as v, {rewritten} as w from facts {tail}").fetchall()
    assert all(v == w for v, w in found), f"{value.sql} and {rewritten} differ"
    values = [v for v, _ in found]
    assert value.nullable or None not in values, f"{value.sql} is said never to be unknown"
    return values


def column_of(text: str, rows: Sequence[Mapping[str, Any]], scope: Scope = SCOPE) -> list[Any]:
    return run(compiled(text, scope), rows)


def value_of(text: str, scope: Scope = SCOPE, **facts: Any) -> Any:
    return column_of(text, [facts], scope)[0]
