"""A query kept running says of each row what it says of that row by itself."""

from __future__ import annotations

import json
import random

import duckdb
import pyarrow as pa
import pytest

from familycard.engine.small import SmallEngine
from familycard.engine.standing import Standing, computes_row_by_row

COLUMNS = pa.schema(
    [("number", pa.int64()), ("word", pa.dictionary(pa.int32(), pa.string())), ("is_so", pa.bool_())]
)
QUERY = (
    "select number * 2 as twice, word, not is_so as is_not, cast(case when word = 'a' then 'b' end as words) as coded,"
    " [number, 1] as several, date '2026-01-01' + number::integer as day from given"
)


def rows(first: int, count: int) -> pa.Table:
    numbers = range(first, first + count)
    columns = [
        numbers,
        [("a", "b", None)[n % 3] for n in numbers],
        [(True, None, False)[n % 3] for n in numbers],
    ]
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, COLUMNS, strict=True)], schema=COLUMNS)


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect(":memory:", config={"threads": 1})
    made.execute("create type words as enum ('a', 'b')")
    return made


def test_each_row_has_its_answer_however_many_are_asked_of_at_once(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    standing = Standing(connection, QUERY, "given", COLUMNS)
    chance = random.Random(0)
    for asked in range(200):
        # Now and then more than the engine takes at a time.
        given = rows(chance.randrange(1_000), 5_000 if asked % 50 == 7 else chance.randrange(9))
        # A table of the test's own, which the database finds by its name.
        expected = duckdb.sql(QUERY.replace("as words)", "as varchar)")).fetchall()
        assert standing.answer(given) == expected


def test_rows_in_several_pieces_are_answered_in_their_order(connection: duckdb.DuckDBPyConnection) -> None:
    standing = Standing(connection, "select number from given", "given", COLUMNS)
    pieces = pa.concat_tables([rows(1, 2), rows(7, 1), rows(3, 3)])
    for _ in range(3):
        assert [number for (number,) in standing.answer(pieces)] == [1, 2, 7, 3, 4, 5]


def test_what_cannot_be_computed_is_an_error_and_the_next_rows_are_answered(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    standing = Standing(connection, "select number::tinyint from given", "given", COLUMNS)
    for _ in range(2):
        assert standing.answer(rows(1, 2)) == [(1,), (2,)]
        with pytest.raises(duckdb.ConversionException):
            standing.answer(rows(127, 2))


def test_other_columns_are_refused_before_the_engine_meets_them(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    standing = Standing(connection, "select number from given", "given", COLUMNS)
    with pytest.raises(TypeError):
        standing.answer(
            rows(1, 2).cast(pa.schema([COLUMNS.field(0), ("word", pa.string()), COLUMNS.field(2)]))
        )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select a + 1 as b, a from (select *, a * 2 as c from given)", True),
        ("select a from given where a > 1", False),
        ("select a from given order by a", False),
        ("select count(*) from given", False),
        ("select unnest([a, a]) from given", False),
        ("select a from given union all select a from given", False),
        ("select g.a from given g join given h using (a)", False),
        ("select row_number() over () from given", False),
        ("select a from given limit 1", False),
        ("select 1 where false", False),
    ],
)
def test_only_what_computes_row_by_row_can_be_kept_running(query: str, expected: bool) -> None:
    connection = duckdb.connect(":memory:")
    connection.register("given", pa.table({"a": [1, 2]}).to_reader())
    [(_, plan)] = connection.execute(f"explain (format json) {query}").fetchall()
    assert computes_row_by_row(json.loads(plan)[0]) is expected


def test_the_engine_for_few_rows_keeps_such_a_query_running_and_no_other() -> None:
    small = SmallEngine()
    small.register("given", pa.table({"a": [1, 2]}))
    for query in ("select a + 1 as b from given", "select a + 1 as b from given where a > 1"):
        for _ in range(3):
            assert small.arrow(query)["b"].to_pylist()[-1] == 3
    assert [planned.is_standing for planned in small._planned.values()] == [True, False]
