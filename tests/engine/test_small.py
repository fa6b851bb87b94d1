"""The engine for few rows says what the database says, however often it is asked and whatever is in its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa
import pytest

from familycard.engine.duck import DuckEngine
from familycard.engine.interface import Part
from familycard.engine.planned import FEW_VALUES, WIDE_COLUMNS, Planned
from familycard.engine.small import SmallEngine

SOME = pa.table({"person": [3, 1, 2], "born": [None, 7, 5], "name": ["c", "a", None]})
NONE = SOME.slice(0, 0)
OTHERS = pa.table({"person": [2, 9], "told": [True, None]})
WIDE = pa.table(
    {f"c{n}": [n, n + 1] for n in range(WIDE_COLUMNS + 1)} | {"two words": [1, 2], "жасы": [3, 4]}
)
QUERIES = [
    "select * from people",
    "from people order by person",
    'select name, "person" as one from people order by born, person',
    "select person from people where person is not null order by person",
    "select person from people where born is not null order by person",
    "select person from people order by name",
    "select born, born as again from people",
    "select * from people limit 0",
    "select nobody from (select person as nobody from people)",
    "select count(*) as all_rows, sum(born)::bigint as born from people",
    "select p.person, told from people p left join others using (person) order by person",
    "select p.person, told from people p join others using (person)",
    "select person from people where person not in (select person from others) order by person",
    "select person from people union all select person from others order by person",
    "select 1 as one where false",
    "select c3 as three, c40 from wide order by three",
    'select "two words" + c1 as three, "жасы" from wide where c2 > 2',
    "select * exclude (c3) from wide where c3 > 3",
    "select count(distinct columns(*)) from wide",
]


@pytest.fixture(scope="module")
def small() -> SmallEngine:
    return SmallEngine()


@pytest.fixture(scope="module")
def whole() -> DuckEngine:
    return DuckEngine(threads=1)


def tables() -> Iterator[dict[str, pa.Table]]:
    """Rows, none, and rows again, in each table by itself."""
    for people in (SOME, NONE, SOME.slice(1)):
        for others in (OTHERS, OTHERS.slice(0, 0), OTHERS):
            for wide in (WIDE, WIDE.slice(2)):
                yield {"people": people, "others": others, "wide": wide}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_has_the_answer_of_the_database_whatever_rows_it_meets(
    small: SmallEngine, whole: DuckEngine, query: str
) -> None:
    for given in tables():
        for name, rows in given.items():
            small.register(name, rows)
            whole.register(name, rows)
        expected = whole.arrow(query)
        # The first answer, one that is planned, and one that may be remembered.
        for _ in range(3):
            assert small.arrow(query).to_pydict() == expected.to_pydict()


def test_a_table_may_get_other_columns_and_a_view_another_query(small: SmallEngine) -> None:
    small.register("people", SOME)
    small.view("named", "select person as node, name from people where name is not null")
    small.view("again", "select node from named")
    assert sorted(small.arrow("from again")["node"].to_pylist()) == [1, 3]
    small.view("named", "select person as node, name from people")
    assert sorted(small.arrow("select * from again")["node"].to_pylist()) == [1, 2, 3]
    small.register("people", pa.table({"person": ["x"], "name": ["y"]}))
    assert small.arrow("select node, name from named").to_pylist() == [{"node": "x", "name": "y"}]
    small.drop("named", "again", "people")
    assert not small.has("named") and not small.has("people")


@pytest.mark.parametrize("engine", [DuckEngine(threads=1), SmallEngine()])
def test_a_row_or_a_doubt_without_a_key_is_nobodys(engine: DuckEngine) -> None:
    engine.register("keys", pa.table({"person": [0, 1, 2]}))
    engine.register("rows", pa.table({"person": [None, 1], "value": [5, 6]}))
    engine.register("doubts", pa.table({"person": pa.array([None, 2], pa.int64())}))
    part = Part("from rows", "person", ("value",), absent={"value": 0}, doubted="select person from doubts")
    engine.widen("from keys", "person", [part], "wide_rows")
    assert engine.arrow("select * from wide_rows order by person")["value"].to_pylist() == [0, 6, None]


def test_a_short_answer_over_wide_tables_is_fetched_row_by_row(
    small: SmallEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To ask for columns plans the query once more, whatever the answer; only long answers are worth it."""
    asked: list[int] = []

    def ask_for_columns(planned: Planned, tables: Mapping[str, pa.Table]) -> pa.Table:
        asked.append(max(rows.num_rows for rows in tables.values()))
        return columns(planned, tables)

    columns = Planned._ask_for_columns
    monkeypatch.setattr(Planned, "_ask_for_columns", ask_for_columns)
    for rows in (1, 2, FEW_VALUES // 4, FEW_VALUES):
        column = pa.array(range(rows))
        small.register("wide", pa.table({f"c{n}": column for n in range(50)}))
        assert small.arrow("select c0 + c1 as sum, c2 + 0 as c2 from wide").num_rows == rows
    assert asked == [1, FEW_VALUES], "the first answer, which says what columns there are, and the long one"
