"""The embedded engine's own operations, against the plainest way to do the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from familycard.engine.duck import DuckEngine
from familycard.engine.interface import Part

quietly = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
NODES = st.lists(st.integers(-(2**62), 2**62), unique=True, max_size=30)


@pytest.fixture(scope="module")
def engine() -> DuckEngine:
    return DuckEngine(threads=2)


def load(engine: DuckEngine, table: str, **columns: Iterable[int | None]) -> None:
    data = pa.table({name: pa.array(list(values), pa.int64()) for name, values in columns.items()})
    engine.register("_load", data)
    engine.make(table, "select * from _load")
    engine.connection.unregister("_load")


def components(engine: DuckEngine, nodes: list[int], edges: list[tuple[int, int]]) -> dict[int, int]:
    load(engine, "nodes", node=nodes)
    load(engine, "edges", a=[a for a, _ in edges], b=[b for _, b in edges])
    engine.components("nodes", "edges", "out")
    return dict(engine.rows("select node, component from out"))  # type: ignore[arg-type]


def union_find(nodes: list[int], edges: list[tuple[int, int]]) -> dict[int, int]:
    """The lowest node of each node's component, by following parents."""
    parent = {node: node for node in nodes}

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for a, b in edges:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    return {node: root(node) for node in nodes}


@quietly
@given(NODES, st.data())
def test_components_are_those_of_a_plain_union_find(
    engine: DuckEngine, nodes: list[int], data: st.DataObject
) -> None:
    ends = st.sampled_from(nodes) if nodes else st.nothing()
    edges = data.draw(st.lists(st.tuples(ends, ends), max_size=25)) if nodes else []
    assert components(engine, nodes, edges) == union_find(nodes, edges)


def test_a_path_of_ten_thousand_is_one_component(engine: DuckEngine) -> None:
    nodes = list(range(10_000))
    path = [(n, n + 1) for n in reversed(nodes[:-1])]
    assert components(engine, nodes, path) == dict.fromkeys(nodes, 0)


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
