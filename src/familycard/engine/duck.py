"""The embedded engine: DuckDB in this process, Arrow and numpy beside it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from familycard.engine.interface import Part

ROW_GROUP_ROWS = 122_880


class DuckEngine:
    """Implements `interface.Engine` on one DuckDB connection."""

    def __init__(self, *, threads: int | None = None, memory_limit: str | None = None) -> None:
        config: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        if threads:
            config["threads"] = threads
        if memory_limit:
            config["memory_limit"] = memory_limit
        self.connection = duckdb.connect(":memory:", config=config)
        self.connection.execute("set enable_progress_bar = false")

    def make(self, table: str, query: str) -> None:
        self.connection.execute(f'create or replace table "{table}" as {query}')

    def run(self, statement: str) -> None:
        self.connection.execute(statement)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.connection.sql(query).fetchall()

    def arrow(self, query: str) -> pa.Table:
        return self.connection.sql(query).to_arrow_table()

    def register(self, table: str, data: pa.Table) -> None:
        self.connection.register(table, data)

    def read_parquet(self, table: str, paths: Sequence[Path]) -> None:
        files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        self.connection.execute(f'create or replace view "{table}" as select * from read_parquet([{files}])')

    def drop(self, *tables: str) -> None:
        kinds = dict(self.rows("select table_name, table_type from information_schema.tables"))
        for table in tables:
            if table in kinds:
                self.connection.execute(f'drop {"view" if kinds[table] == "VIEW" else "table"} "{table}"')

    def components(self, nodes: str, edges: str, out: str) -> None:
        node = self.arrow(f'select node from "{nodes}" order by node')["node"].to_numpy()
        ends = self.arrow(f'select a, b from "{edges}"')
        count = len(node)
        a, b = (np.searchsorted(node, ends[side].to_numpy()) for side in ("a", "b"))
        graph = coo_matrix((np.ones(len(a), dtype=np.int8), (a, b)), shape=(count, count))
        _, label = connected_components(graph, directed=False)
        # Nodes are sorted, so the first node of a label is its lowest.
        lowest = np.zeros(label.max(initial=-1) + 1, dtype=np.int64)
        lowest[label[::-1]] = np.arange(count)[::-1]
        component = node[lowest[label]] if count else node
        self.register("_components", pa.table({"node": node, "component": component}))
        self.make(out, "select * from _components")
        self.connection.unregister("_components")

    def widen(self, keys: str, key: str, parts: Sequence[Part], out: str) -> None:
        base = self.arrow(f'select * from "{keys}"')
        number = base[key].to_numpy()
        order = np.argsort(number, kind="stable")
        columns: dict[str, pa.Array | pa.ChunkedArray] = {name: base[name] for name in base.column_names}
        with ThreadPoolExecutor() as pool:
            for part in parts:
                names = ", ".join(f'"{name}"' for name in part.columns)
                rows = self.arrow(
                    f'select "{part.key}" as _key, {names} from "{part.table}" where "{part.key}" is not null'
                )
                take = _places(number, order, rows["_key"].to_numpy())
                found = [rows[name].combine_chunks() for name in part.columns]
                scattered = pool.map(partial(pc.take, indices=take), found)
                columns |= dict(zip(part.columns, scattered, strict=True))
        self.register(out, pa.table(columns))

    def write_parquet(self, query: str, path: Path) -> int:
        path.parent.mkdir(parents=True, exist_ok=True)
        target = str(path).replace("'", "''")
        # An ordered query is cut into row groups of one size whatever the threads: the same bytes.
        options = f"format parquet, compression zstd, row_group_size {ROW_GROUP_ROWS}"
        [(rows,)] = self.connection.execute(f"copy ({query}) to '{target}' ({options})").fetchall()
        return int(rows)


def _places(number: np.ndarray, order: np.ndarray, keys: np.ndarray) -> pa.Array:
    """For each of `number` the position of its key, null where it has none; `order` sorts `number`."""
    where = np.full(len(number), -1, dtype=np.int64)
    if len(number):
        in_order = number[order]
        place = np.searchsorted(in_order, keys)
        place[place == len(in_order)] = 0
        found = in_order[place] == keys
        where[order[place[found]]] = np.flatnonzero(found)
    return pa.array(where, mask=where < 0)
