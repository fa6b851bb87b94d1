"""Expressions planned once give what a query of their own gives."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import duckdb
import pyarrow as pa

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
