"""Spark's own operations, against those of the embedded engine or the plainest way to do the same.

One query of Spark costs as much as a thousand here, so random cases are asked all at once.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from test_duck import union_find

from familycard.engine.duck import DuckEngine
from familycard.engine.interface import Beside, Engine, Part
from familycard.engine.spark import SparkEngine
from familycard.engine.spark_tables import ROWS_A_FILE


@pytest.fixture(scope="module")
def engine(spark: Callable[[], SparkEngine]) -> SparkEngine:
    return spark()


def integers(**columns: Iterable[int | None]) -> pa.Table:
    return pa.table({name: pa.array(list(values), pa.int64()) for name, values in columns.items()})


def components(engine: Engine, rank: dict[int, int], edges: list[tuple[int, int]]) -> dict[int, Any]:
    engine.register("nodes", integers(node=rank.keys(), rank=rank.values()))
    engine.register("edges", integers(a=[a for a, _ in edges], b=[b for _, b in edges]))
    engine.components("nodes", "edges", "found")
    return {node: (head, size) for node, head, size in engine.rows("select node, component, size from found")}


def test_components_of_many_random_graphs_are_those_of_a_plain_union_find(engine: SparkEngine) -> None:
    dice = random.Random(1)
    rank: dict[int, int] = {}
    edges: list[tuple[int, int]] = []
    for graph in range(400):
        nodes = [100 * graph + n for n in range(dice.randint(1, 30))]
        rank |= dict.fromkeys(nodes, 0)
        edges += [(dice.choice(nodes), dice.choice(nodes)) for _ in range(dice.randint(0, 40))]
    rank = dict(zip(rank, dice.sample(range(-(10**6), 10**6), len(rank)), strict=True))
    assert components(engine, rank, edges) == union_find(rank, edges)


def test_a_path_of_ten_thousand_is_one_component(engine: SparkEngine) -> None:
    nodes = list(range(10_000))
    path = [(n, n + 1) for n in reversed(nodes[:-1])]
    last_first = {node: -node for node in nodes}
    assert components(engine, last_first, path) == dict.fromkeys(nodes, (9_999, 10_000))


def test_nobody_and_nobody_tied_are_components_too(engine: SparkEngine) -> None:
    assert components(engine, {}, []) == {}
    assert components(engine, {1: 5, 2: 4}, []) == {1: (1, 1), 2: (2, 1)}


def some(dice: random.Random, value: Callable[[], Any]) -> list[Any]:
    return [None if dice.random() < 0.3 else value() for _ in range(200)]


def facts(dice: random.Random, key: str, keys: list[int | None]) -> pa.Table:
    """Rows of every type, each value perhaps unknown."""
    rows = len(keys)
    columns = {
        key: pa.array(keys, pa.int64()),
        "money": pa.array(some(dice, lambda: dice.randint(-(2**40), 2**40))[:rows], pa.int64()),
        "small": pa.array(some(dice, lambda: dice.randint(-5, 5))[:rows], pa.int32()),
        "yes": pa.array(some(dice, lambda: dice.random() < 0.5)[:rows], pa.bool_()),
        "born": pa.array(
            some(dice, lambda: date(1900, 1, 1) + timedelta(dice.randint(0, 40_000)))[:rows], pa.date32()
        ),
        "word": pa.array(some(dice, lambda: dice.choice(["", "ə", "z", "Ab", "it's"]))[:rows], pa.string()),
    }
    return pa.table(columns)


def same(one: Engine, other: Engine, table: str, order: str) -> None:
    """Assert that two engines have equal rows, names and types in a table."""
    found, expected = (engine.arrow(f"select * from {table} order by {order}") for engine in (one, other))
    assert found.column_names == expected.column_names
    assert found.to_pylist() == expected.to_pylist()


def test_folding_is_what_the_embedded_engine_does(engine: SparkEngine) -> None:
    dice, duck = random.Random(2), DuckEngine(threads=1)
    keys = sorted(dice.randint(0, 60) for _ in range(200))
    rows = facts(dice, "unit", list(keys))
    first = [n == 0 or keys[n - 1] != keys[n] for n in range(200)]
    rows = rows.append_column("head", pa.array(first))
    folds = {"money": "sum", "small": "min", "yes": "any", "born": "max", "word": "only"}
    more = {"money": "head", "small": "only", "yes": "all", "born": "min", "word": "head"}
    for number, wanted in enumerate((folds, more, {"yes": "count", "word": "max"})):
        for one in (engine, duck):
            one.register("rows", rows)
            one.fold("select * from rows", "unit", "head", wanted, f"folded_{number}")
        same(engine, duck, f"folded_{number}", "unit")


def test_more_columns_are_folded_than_a_number_has_bits(engine: SparkEngine) -> None:
    dice, duck = random.Random(5), DuckEngine(threads=1)
    folds = {f"c{n}": ("any", "all", "count")[n % 3] for n in range(90)}
    values = {c: [dice.choice([True, True, False, None]) for _ in range(80)] for c in folds}
    table = pa.table({"unit": [n // 2 for n in range(80)], "head": [n % 2 == 0 for n in range(80)], **values})
    for one in (engine, duck):
        one.register("rows", table)
        one.fold("select * from rows", "unit", "head", folds, "folded")
    same(engine, duck, "folded", "unit")


def test_looking_up_and_the_first_of_many_are_what_the_embedded_engine_finds(engine: SparkEngine) -> None:
    dice, duck = random.Random(3), DuckEngine(threads=1)
    asked = [dice.choice([None, *range(250)]) for _ in range(300)]
    orders = [dice.randint(0, 3) for _ in range(300)]
    for one in (engine, duck):
        one.register("persons", facts(random.Random(4), "person", list(range(200))))
        one.register("asked", integers(place=range(300), who=asked, other=reversed(asked), rank=orders))
        wanted = {"who": ["money", "word", "yes"], "other": ["born", "person"]}
        one.look_up("persons", "person", [Beside("select * from asked", wanted, "told")])
        one.first_of("from asked where who is not null", "who", ("rank", "place"), "first")
        assert one.repeats("asked", "rank") == 296
    same(engine, duck, "told", "place")
    same(engine, duck, "first", "who")


def test_widening_with_silence_and_doubt_is_what_the_embedded_engine_does(engine: SparkEngine) -> None:
    duck = DuckEngine(threads=1)
    columns = ("money", "small", "yes", "born", "word")
    absent: dict[str, Any] = {"money": 0, "yes": False, "born": date(2000, 2, 29), "word": "it's \\n"}
    parts = []
    for number in range(12):
        names = tuple(f"{column}_{number}" for column in columns)
        listed = ", ".join(f'{c} as "{n}"' for c, n in zip(columns, names, strict=True))
        parts.append(
            Part(
                f"select k, {listed} from facts_{number}",
                "k",
                names,
                absent={f"{c}_{number}": v for c, v in absent.items()} if number % 2 else {},
                doubted=f"select person from doubted_{number}" if number % 3 else "",
                only_true=frozenset({f"yes_{number}"}) if number % 4 == 0 else frozenset(),
                settled_by_true=frozenset({f"yes_{number}"}) if number % 5 < 3 else frozenset(),
            )
        )
    for one in (engine, duck):
        dice = random.Random(5)
        one.register("base", integers(key=dice.sample(range(120), 100), own=range(100)))
        for number in range(12):
            keys = dice.sample(range(150), 60)
            one.register(f"facts_{number}", facts(dice, "k", list(keys)))
            one.register(f"doubted_{number}", integers(person=dice.sample(range(150), 20)))
        one.widen("select * from base", "key", parts, "wide")
    same(engine, duck, "wide", "key")


def test_a_table_may_be_made_of_itself_and_rows_may_be_added(engine: SparkEngine, tmp_path: Path) -> None:
    engine.make("growing", "select 1::bigint as x, 'a' as why")
    engine.view("seen", "select x + 10 as y from growing")
    engine.add("growing", "select 2, null")
    assert sorted(engine.rows("from seen")) == [(11,), (12,)]
    engine.make("growing", "select x * 2 as x, why from growing")
    engine.add("growing", "select max(x) + 1, 'b' from growing")
    engine.hold("some", "select x from growing where why is not null")
    engine.drop("growing", "never_was")
    assert sorted(engine.rows("from some")) == [(2,), (5,)]
    assert engine.has("some") and not engine.has("growing")
    digest = engine.save("some", "x", tmp_path / "some")
    assert digest.rows == 2


def test_a_table_in_an_order_is_cut_into_files_by_ranges_of_its_key(
    engine: SparkEngine, tmp_path: Path
) -> None:
    dice, duck = random.Random(6), DuckEngine(threads=1)
    rows = range(2 * ROWS_A_FILE)
    units = [None if dice.random() < 0.01 else dice.randint(-40, 5_000) for _ in rows]
    numbers = integers(unit=units, member=dice.sample(rows, len(rows)))
    for one, folder in ((engine, tmp_path / "spark"), (duck, tmp_path / "duck")):
        one.register("numbers", numbers)
        one.keep("ordered", ["select * from numbers"], ["unit", "member"])
        one.save("ordered", "unit, member", folder)
    files = sorted((tmp_path / "spark").glob("part-*.parquet"))
    assert len(files) == 2
    found, expected = (pq.read_table(tmp_path / name) for name in ("spark", "duck"))
    assert found.to_pydict() == expected.to_pydict()
    assert min(pq.read_metadata(file).num_rows for file in files) > ROWS_A_FILE // 2


def test_other_numbers_than_those_that_were_widened_are_in_order_too(
    engine: SparkEngine, tmp_path: Path
) -> None:
    rows = range(2 * ROWS_A_FILE)
    engine.register("numbers", integers(key=rows))
    engine.widen("select * from numbers", "key", [], "wide")
    engine.keep("ordered", ["select key * 3 - 1000 as key from wide"], ["key"])
    engine.save("ordered", "key", tmp_path / "ordered")
    assert pq.read_table(tmp_path / "ordered")["key"].to_pylist() == [row * 3 - 1000 for row in rows]


def test_a_large_table_in_the_order_of_words_is_in_that_order(engine: SparkEngine, tmp_path: Path) -> None:
    dice, duck = random.Random(7), DuckEngine(threads=1)
    rows = range(2 * ROWS_A_FILE)
    table = pa.table({"word": [dice.choice(["ä", "b", "B", "ғ", None]) for _ in rows], "member": list(rows)})
    for one, folder in ((engine, tmp_path / "spark"), (duck, tmp_path / "duck")):
        one.register("words", table)
        one.make("said", "from words")
        one.save("said", "word, member", folder)
    found, expected = (pq.read_table(tmp_path / name) for name in ("spark", "duck"))
    assert found.to_pydict() == expected.to_pydict()


def test_a_sum_beyond_64_bits_is_an_error(engine: SparkEngine) -> None:
    engine.register("rows", integers(unit=[1, 1], money=[2**62, 2**62]))
    with pytest.raises(OverflowError):
        engine.fold("select *, true as head from rows", "unit", "head", {"money": "sum"}, "folded")


def test_texts_that_differ_between_the_dialects_mean_the_same(engine: SparkEngine) -> None:
    duck = DuckEngine(threads=1)
    for one in (engine, duck):
        one.register("rows", integers(a=[1, 2, 3, None], b=[2, 2, 9, 9]))
        one.register("few", integers(b=[9, 1]))
    queries = [
        "select a, b from rows where b not in (select b from few) and not (a in (select b from few))",
        "select a, b from (select * replace (a + 1 as a) from rows)",
        "select greatest(b) as b, json_object('a', a, 'd', date '2024-02-29', 't', 'ə\"') as j from rows",
        "select b, string_agg(a::varchar, ',' order by a desc) as l from rows where a > 0 group by b",
        "select a, row_number() over w as n from rows window w as (partition by b order by a) qualify n = 1",
        "select unnest([a, b]) as a, (a > 1) is not true as x from rows",
        "select b // a as a, b % a as m, (a, b) < (b, a) as less, a::utinyint as u from rows where a > 0",
        "select cast(date '2024-01-31' + cast(a as integer) * interval '1' month as date) as d from rows",
        "select date_diff('day', date '2024-02-28', date '2024-03-01') as days from rows",
    ]
    for query in queries:
        found, expected = (sorted(map(str, one.rows(query))) for one in (engine, duck))
        assert found == expected, query


def fail_once(marker: Path) -> Callable[[int], int]:
    def value(x: int) -> int:
        try:
            marker.touch(exist_ok=False)
        except FileExistsError:
            return x
        raise RuntimeError("a task that fails once")

    return value


def test_a_task_that_fails_once_changes_nothing(engine: SparkEngine, tmp_path: Path) -> None:
    from pyspark.sql.types import LongType

    marker = tmp_path / "failed"
    engine.session.udf.register("fails_once", fail_once(marker), LongType())
    nodes, edges = list(range(100)), [(n, n + 1) for n in range(99) if n % 10 != 9]
    engine.register("nodes", integers(node=nodes, rank=nodes))
    engine.register("safe", integers(a=[a for a, _ in edges], b=[b for _, b in edges]))
    engine.view("edges", "select fails_once(a) as a, b from safe")
    engine.components("nodes", "edges", "found")
    assert marker.exists(), "a task did fail"
    assert dict(engine.rows("select node, component from found")) == {n: n // 10 * 10 for n in nodes}
