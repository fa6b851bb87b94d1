"""The embedded engine's own operations, against the plainest way to do the same."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from familycard.engine.dense import in_order
from familycard.engine.duck import DuckEngine
from familycard.engine.interface import Beside, Part

quietly = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
NODES = st.lists(st.integers(-(2**62), 2**62), unique=True, max_size=30)


@pytest.fixture(scope="module", params=["in memory", "in files"])
def engine(request: pytest.FixtureRequest) -> DuckEngine:
    """An engine that may have all memory, and one of which no row may stay there."""
    with pytest.MonkeyPatch.context() as patch:
        for share in ("HELD_SHARE", "ORDERED_SHARE"):
            patch.setattr(f"familycard.engine.duck.{share}", 2**60)
        return DuckEngine(threads=2, memory_bytes=None if request.param == "in memory" else 2**30)


def load(engine: DuckEngine, table: str, **columns: Iterable[int | None]) -> None:
    data = pa.table({name: pa.array(list(values), pa.int64()) for name, values in columns.items()})
    engine.register("_load", data)
    engine.make(table, "select * from _load")
    engine.connection.unregister("_load")


def components(
    engine: DuckEngine, rank: dict[int, int], edges: list[tuple[int, int]]
) -> dict[int, tuple[int, int]]:
    load(engine, "nodes", node=rank.keys(), rank=rank.values())
    load(engine, "edges", a=[a for a, _ in edges], b=[b for _, b in edges])
    engine.components("nodes", "edges", "out")
    rows = engine.rows("select node, component, size from out")
    assert [node for node, _, _ in rows] == list(rank)
    return {node: (component, size) for node, component, size in rows}


def union_find(rank: dict[int, int], edges: list[tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """The node of the lowest rank of each node's component and its size, by following parents."""
    parent = {node: node for node in rank}

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for a, b in edges:
        low, high = sorted((root(a), root(b)), key=lambda node: rank[node])
        parent[high] = low
    sizes = Counter(root(node) for node in rank)
    return {node: (root(node), sizes[root(node)]) for node in rank}


@quietly
@given(NODES, st.data())
def test_components_are_those_of_a_plain_union_find(
    engine: DuckEngine, nodes: list[int], data: st.DataObject
) -> None:
    ends = st.sampled_from(nodes) if nodes else st.nothing()
    edges = data.draw(st.lists(st.tuples(ends, ends), max_size=25)) if nodes else []
    rank = dict(zip(nodes, data.draw(st.permutations(range(len(nodes)))), strict=True))
    assert components(engine, rank, edges) == union_find(rank, edges)


def test_a_path_of_ten_thousand_is_one_component(engine: DuckEngine) -> None:
    nodes = list(range(10_000))
    path = [(n, n + 1) for n in reversed(nodes[:-1])]
    last_first = {node: -node for node in nodes}
    assert components(engine, last_first, path) == dict.fromkeys(nodes, (9_999, 10_000))


PERSONS = st.lists(st.one_of(st.integers(0, 30), st.integers(-(2**62), 2**62)), max_size=20)


@quietly
@given(PERSONS, st.data())
def test_looking_up_is_a_left_join_by_a_unique_key(
    engine: DuckEngine, persons: list[int], data: st.DataObject
) -> None:
    keys = list(dict.fromkeys(persons))
    values = {
        "born": st.none() | st.dates(),
        "is_here": st.none() | st.booleans(),
        "number": st.none() | st.integers(-(2**63), 2**63 - 1),
        "text": st.none() | st.text(max_size=3),
    }
    of = {name: [data.draw(value) for _ in keys] for name, value in values.items()}
    types = {"born": pa.date32(), "is_here": pa.bool_(), "number": pa.int64(), "text": pa.string()}
    columns = {name: pa.array(of[name], type_) for name, type_ in types.items()}
    engine.register("persons", pa.table({"person": pa.array(keys, pa.int64())} | columns))
    asked = data.draw(st.lists(st.none() | st.sampled_from([*keys, 5, -(2**62)]), max_size=12))
    load(engine, "asked", place=range(len(asked)), who=asked)
    engine.look_up("persons", "person", [Beside("from asked order by place", {"who": [*values]}, "told")])
    listed = ", ".join(f"who__{name}" for name in values)
    joined = ", ".join(f"p.{name}" for name in values)
    assert engine.rows(f"select place, who, {listed} from told") == engine.rows(
        f"select place, who, {joined} from asked left join persons p on person = who order by place"
    )


@quietly
@given(st.lists(st.tuples(st.integers(0, 4), *[st.sampled_from([0, 1, 2**40, -(2**61)])] * 3), unique=True))
def test_the_first_row_of_a_key_is_that_of_a_sort(
    engine: DuckEngine, rows: list[tuple[int, int, int, int]]
) -> None:
    names = ("key", "a", "b", "c")
    load(engine, "several", **{name: [row[i] for row in rows] for i, name in enumerate(names)})
    engine.first_of("from several", "key", ("a", "b", "c"), "first")
    firsts = {key: min(row for row in rows if row[0] == key) for key, *_ in rows}
    assert sorted(engine.rows("select key, a, b, c from first")) == sorted(firsts.values())


@quietly
@given(st.lists(st.tuples(*[st.none() | st.sampled_from([0, 1, 2, 2**40, -(2**50)])] * 4), unique=True))
def test_kept_rows_are_in_the_order_of_a_sort(engine: DuckEngine, rows: list[tuple[int | None, ...]]) -> None:
    names = ("a", "b", "c", "d")
    load(engine, "mixed", **{name: [row[i] for row in rows] for i, name in enumerate(names)})
    engine.keep("in_order", ["from mixed"], names)
    assert engine.rows("from in_order") == engine.rows("from mixed order by a, b, c, d")


@quietly
@given(st.permutations(range(4)), st.integers(0, 4))
def test_runs_in_order_change_places(runs: list[int], among: int) -> None:
    """Whole runs, and one that lies among the rows of another."""
    rows = [(n, x) for n in runs for x in range(5)] + [(among, 2)]
    table = pa.table({"a": [a for a, _ in rows], "b": [b for _, b in rows]})
    found = in_order(table, ["a", "b"])
    assert list(zip(*found.to_pydict().values(), strict=True)) == sorted(rows)


@quietly
@given(PERSONS)
def test_repeats_are_the_rows_beyond_the_distinct_keys(engine: DuckEngine, persons: list[int]) -> None:
    load(engine, "perhaps_twice", person=persons)
    assert engine.repeats("perhaps_twice", "person") == len(persons) - len(set(persons))


def test_a_table_that_is_kept_gives_way_to_one_that_grows_and_back(engine: DuckEngine) -> None:
    engine.hold("changing", "select 1 as x")
    engine.make("changing", "select x + 1 as x from changing")
    engine.run("insert into changing values (5)")
    assert engine.rows("from changing") == [(2,), (5,)]
    engine.hold("changing", "select sum(x)::bigint as x from changing")
    assert engine.rows("from changing") == [(7,)]
    engine.drop("changing")
    assert not engine.rows("select 1 from information_schema.tables where table_name = 'changing'")


def test_rows_beyond_what_may_be_in_memory_lie_in_files_until_the_table_is_dropped(tmp_path: Path) -> None:
    engine = DuckEngine(threads=2, memory_bytes=2**30)
    engine.work_in(tmp_path)
    engine.hold("few", "select range as n from range(1000)")
    assert not [*tmp_path.rglob("*.parquet")]
    engine.hold("many", "select range as n, hash(range) as h from range(2_000_000) order by h")
    assert [path.parent.name.rpartition("-")[0] for path in tmp_path.rglob("*.parquet")] == ["many"]
    engine.hold("many", "select n, h from many where n % 4 > 0")
    assert (engine.count("many"), len([*tmp_path.rglob("*.parquet")])) == (1_500_000, 1)
    engine.drop("many")
    assert not [*tmp_path.iterdir()]


def test_tables_kept_together_are_there_when_the_block_ends(engine: DuckEngine) -> None:
    with engine.keeping_together():
        engine.keep("evens", ["select 2 * range as n from range(100_000)"], ["n"])
        engine.keep("odds", [f"select 2 * range + {n} as n from range(100_000)" for n in (1, 200_001)], ["n"])
        engine.hold("meanwhile", "select 5 as n")
    assert [engine.count(table) for table in ("evens", "odds", "meanwhile")] == [100_000, 200_000, 1]
    assert engine.rows("select max(n) from odds") == [(399_999,)]
    engine.keep("alone", ["from evens"], ["n"])
    assert engine.count("alone") == 100_000


def test_of_tables_kept_together_none_is_known_where_one_cannot_be_made(engine: DuckEngine) -> None:
    with pytest.raises(duckdb.Error), engine.keeping_together():
        engine.keep("well_made", ["select 1 as n"], ["n"])
        engine.keep("ill_made", ["from never_was"], ["n"])
    assert not engine.has("well_made")
    engine.keep("well_made", ["select 2 as n"], ["n"])
    assert engine.rows("from well_made") == [(2,)]


def test_a_long_table_is_kept_in_parts_with_the_digest_of_one(tmp_path: Path) -> None:
    queries = {
        "shuffled": "select range as n, range % 7 as day, 'word ' || (range % 3) as word from range(3_000_000)"
        " order by hash(range)",
        "in order": "select range as n, range % 5 as day, 'word ' || (range % 3) as word from range(3_000_000)",
    }
    for name, query in queries.items():
        digests = []
        for memory in (None, 2**29):
            engine = DuckEngine(threads=2, memory_bytes=memory)
            engine.work_in(tmp_path / name / str(memory))
            engine.keep("numbers", [query], ["n"])
            digests.append(engine.save("numbers", "n", tmp_path / name / "saved" / str(memory)))
        whole, parts = digests
        assert (parts.rows, parts.sha256) == (whole.rows, whole.sha256), name
        assert parts.files > whole.files == 1, name


KEYS = st.lists(st.integers(0, 40), unique=True, max_size=20)


@quietly
@given(KEYS, KEYS, KEYS)
def test_widening_is_a_left_join(
    engine: DuckEngine, keys: list[int], first: list[int], second: list[int]
) -> None:
    load(engine, "keys", key=keys, own=[key * 2 for key in keys])
    load(engine, "first", k=first, x=[None if key % 3 == 0 else key for key in first])
    load(engine, "second", k=second, y=second, z=[-key for key in second])
    parts = [Part('from "first"', "k", ("x",)), Part('from "second"', "k", ("y", "z"))]
    engine.widen("from keys", "key", parts, "wide")
    assert [row[0] for row in engine.rows("from wide")] == keys, "in the order of the keys"
    assert engine.rows("from wide order by key") == engine.rows(
        'select keys.*, x, y, z from keys left join "first" f on f.k = key'
        ' left join "second" s on s.k = key order by key'
    )


def test_the_same_rows_are_the_same_bytes_whatever_the_threads(tmp_path: Path) -> None:
    query = "select i as key, hash(i) % 97 as value, i::varchar as text from range(450000) t(i) order by key"
    digests = set()
    for threads in (1, 2, 4):
        path = tmp_path / f"{threads}.parquet"
        assert DuckEngine(threads=threads).write_parquet(query, path) == 450_000
        digests.add(hashlib.sha256(path.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_tables_are_dropped_whether_table_or_view_and_missing_ones_are_passed_over(
    engine: DuckEngine, tmp_path: Path
) -> None:
    engine.write_parquet("select 1 as one", tmp_path / "it's.parquet")
    engine.read_parquet("seen", [tmp_path / "it's.parquet"])
    engine.make("made", "from seen")
    engine.drop("seen", "made", "never_was")
    assert not {"seen", "made"} & {row[0] for row in engine.rows("select table_name from duckdb_tables()")}


def test_threads_may_ask_one_engine_at_once() -> None:
    engine = DuckEngine(threads=1)
    engine.make("numbers", "select range as n from range(200_000)")
    with ThreadPoolExecutor(8) as pool:
        rows = [pool.submit(engine.rows, "select sum(n) from numbers") for _ in range(40)]
        tables = [pool.submit(engine.arrow, "select max(n) as n from numbers") for _ in range(40)]
    assert {answer.result()[0][0] for answer in rows} == {199_999 * 100_000}
    assert {answer.result()["n"][0].as_py() for answer in tables} == {199_999}
