"""Expressions planned once give what a query of their own gives."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from familycard.engine.prepared import Prepared

TYPES = {"a": pa.int64(), "b": pa.bool_(), "not named": pa.string()}
EXPRESSIONS = ['("a" * 2 + 1)', '"a"', '(not "b")', "7", '"a"', "cast(null as date)"]


def test_rows_are_answered_in_their_order_however_often_they_are_asked() -> None:
    prepared = Prepared(EXPRESSIONS, TYPES)
    rows = [{"a": n, "b": n % 3 == 0 if n % 2 else None, "not named": ""} for n in range(5_000)]
    for some in (rows[:1], [], rows, rows[:3]):
        expected = [
            [r["a"] * 2 + 1, r["a"], None if r["b"] is None else not r["b"], 7, r["a"], None] for r in some
        ]
        assert prepared(some) == expected


def test_expressions_of_columns_alone_ask_no_engine() -> None:
    assert Prepared(['"a"'], TYPES)([{"a": 3, "b": None}]) == [[3]]
    assert Prepared([], TYPES)([{"a": 3}]) == [[]]


VALUES: dict[str, tuple[pa.DataType, list[Any], list[str]]] = {
    "n": (
        pa.int64(),
        [None, -(2**63), -1, 0, 7, 2**63 - 1],
        ["0", "(-1)", "7.5", "cast(null as bigint)", "3 + 4"],
    ),
    "d": (pa.date32(), [None, date(1, 1, 1), date(2025, 12, 31)], ["date '2025-12-31'", "date '1969-01-01'"]),
    "t": (pa.string(), [None, "", "A", "a", "ғ", "\U0001f600", "\uffff"], ["'A'", "''", "'ғ'", "'\uffff'"]),
    "b": (pa.bool_(), [None, True, False], ["true", "false"]),
}


@pytest.mark.parametrize("name", list(VALUES))
def test_a_column_is_compared_with_a_constant_as_the_engine_does(name: str) -> None:
    type_, values, constants = VALUES[name]
    asked = [f'("{name}" {sign} {c})' for sign in ("=", "<>", "<", "<=", ">", ">=") for c in constants]
    found = Prepared([*asked, "(1 > 2)"], {name: type_})([{name: value} for value in values])
    with duckdb.connect() as connection:
        connection.register("_rows", pa.table({name: pa.array(values, type_)}))
        expected = connection.sql(f"select {', '.join(asked)}, false from _rows").fetchall()
    assert found == [list(row) for row in expected]


def test_many_threads_get_each_its_own_answer() -> None:
    prepared = Prepared(EXPRESSIONS, TYPES)

    def ask(number: int) -> bool:
        return prepared([{"a": number, "b": None}])[0][0] == number * 2 + 1

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(400)))


def test_a_quoted_name_that_is_no_column_is_refused_when_it_is_planned() -> None:
    try:
        Prepared(['"stranger"'], TYPES)
    except duckdb.BinderException as error:
        assert "stranger" in str(error)
    else:
        raise AssertionError("a name without a column was taken")
