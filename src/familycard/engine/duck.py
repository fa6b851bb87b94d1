"""The embedded engine: DuckDB in this process, Arrow and numpy beside it."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from familycard.engine.column_file import ColumnWriter
from familycard.engine.dense import (
    Packed,
    Positions,
    first_rows,
    in_order,
    labels,
    lowest_ranked,
    numbers,
    with_columns,
)
from familycard.engine.digest import Digest, TableDigest, digest_of
from familycard.engine.fold import folded
from familycard.engine.interface import ROWS_BY_KEY, SHORT_COLUMNS, Beside, Part
from familycard.engine.row_file import RowWriter
from familycard.engine.scatter import Layout

ROW_GROUP_ROWS = 122_880
BLOCK_ROWS = 1_000_000
"""Persons at a time: some 2 GB while their wide rows are made."""
BYTES_A_PERSON = 12_000
"""Memory for each person of a block, the queries' half of it included."""

_NONE = pa.array([], pa.int64())


class DuckEngine:
    """Implements `interface.Engine` on one DuckDB connection."""

    def __init__(
        self,
        *,
        threads: int | None = None,
        memory_bytes: int | None = None,
        block_rows: int = BLOCK_ROWS,
    ) -> None:
        """An engine of its own in memory.

        Of `memory_bytes` the queries get half and spill what is more; the other half is for the
        block of persons at hand, whose size falls to what fits.
        """
        config: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        if threads:
            config["threads"] = threads
        if memory_bytes:
            config["memory_limit"] = f"{memory_bytes // 2 >> 20}MiB"
            block_rows = min(block_rows, max(memory_bytes // BYTES_A_PERSON, 1))
        self.block_rows = block_rows
        self.connection = duckdb.connect(":memory:", config=config)
        # A connection that is busy refuses another thread's question instead of letting it wait.
        self._asking = RLock()
        self.connection.execute("set enable_progress_bar = false")
        # Hundreds of queries read the same wide files.
        self.connection.execute("set parquet_metadata_cache = true")
        self._folder: Path | None = None
        self._own: tempfile.TemporaryDirectory[str] | None = None
        self._kept: dict[str, list[Path]] = {}
        self._digests: dict[str, TableDigest] = {}
        self._by_row: dict[str, tuple[str, frozenset[str] | None]] = {}
        self._by_column: dict[str, frozenset[str]] = {}
        self._open: dict[str, list[RowWriter | ColumnWriter]] = {}
        self._views: set[str] = set()
        self._registered: dict[str, pa.Table] = {}

    def work_in(self, folder: Path) -> None:
        self._folder = folder
        spill = str(folder / "spill").replace("'", "''")
        self.connection.execute(f"set temp_directory = '{spill}'")

    def make(self, table: str, query: str) -> None:
        if table in self._kept or table in self._views:
            self.connection.execute(f'create or replace table "_making" as {query}')
            self.drop(table)
            self.connection.execute(f'alter table "_making" rename to "{table}"')
            return
        self.connection.execute(f'create or replace table "{table}" as {query}')
        # Last, because the query may read what had the name before.
        self._forget(table)

    def add(self, table: str, query: str) -> None:
        self.connection.execute(f'insert into "{table}" {query}')

    def has(self, table: str) -> bool:
        return table in self._registered or bool(
            self.rows(f"select 1 from information_schema.tables where table_name = '{table}'")
        )

    def count(self, table: str) -> int:
        return int(self.rows(f'select count(*) from "{table}"')[0][0])

    def hold(self, table: str, query: str) -> None:
        # Columns of Arrow: a table of the database counts the distinct values of each column as it grows.
        self.register(table, self.arrow(query))

    def view(self, table: str, query: str) -> None:
        self.drop(table)
        self.connection.execute(f'create view "{table}" as {query}')
        self._views.add(table)

    def keep(
        self, table: str, queries: Iterable[str], order: Sequence[str], beside: str | None = None
    ) -> None:
        folder = self._work() / table
        making = folder.with_name(f".{table}")
        shutil.rmtree(making, ignore_errors=True)
        names: list[str] = []
        digest: Digest | None = None
        by_row = self._row_writer(table, making)
        # A part is written while the next is computed.
        with ThreadPoolExecutor(1) as writer:
            writing: list[Future[None]] = []
            for number, query in enumerate(queries):
                rows = in_order(self.arrow(query), order)
                if beside:
                    rows = with_columns(self._registered[beside], rows, order)
                for earlier in writing:
                    earlier.result()
                names.append(f"part-{number:03d}.parquet")
                digest = digest or Digest(rows.schema, self._column_writer(table, rows.schema, making))
                writing = [writer.submit(_write, rows, making / names[-1], order, digest, by_row)]
            for last in writing:
                last.result()
        found = digest and digest_of(len(names), digest.rows, digest.columns())
        self._close_beside(table)
        self.drop(table)
        os.rename(making, folder)
        self._kept[table] = [folder / name for name in names]
        if found:
            self._digests[table] = found
        self.read_parquet(table, self._kept[table])

    def also_by_row(self, table: str, key: str, columns: frozenset[str] | None = None) -> None:
        self._by_row[table] = key, columns

    def _row_writer(self, table: str, folder: Path) -> Callable[[pa.Table], None] | None:
        """What takes the rows that are written of a table, where they are also wanted by row."""
        if table not in self._by_row:
            return None
        key, columns = self._by_row[table]
        writer = RowWriter(folder / ROWS_BY_KEY, key)
        self._open.setdefault(table, []).append(writer)
        return lambda rows: writer.add(
            rows if columns is None else rows.select([name for name in rows.column_names if name in columns])
        )

    def also_by_column(self, table: str, columns: frozenset[str]) -> None:
        self._by_column[table] = columns

    def _column_writer(self, table: str, schema: pa.Schema, folder: Path) -> ColumnWriter | None:
        if table not in self._by_column:
            return None
        writer = ColumnWriter(folder / SHORT_COLUMNS, schema, self._by_column[table])
        self._open.setdefault(table, []).append(writer)
        return writer

    def save(self, table: str, order: str, folder: Path) -> TableDigest:
        folder.mkdir(parents=True, exist_ok=True)
        if table not in self._kept:
            rows = self.arrow(f'select * from "{table}" order by {order}')
            digest = Digest(rows.schema, self._column_writer(table, rows.schema, folder))
            _write(
                rows, folder / "part-000.parquet", order.split(", "), digest, self._row_writer(table, folder)
            )
            found = digest_of(1, digest.rows, digest.columns())
            self._close_beside(table)
            return found
        moved = [folder / path.name for path in self._kept[table]]
        for path, target in zip(self._kept[table], moved, strict=True):
            os.rename(path, target)
        for path in _beside(self._kept[table]):
            os.rename(path, folder / path.name)
        # What is saved is no longer the engine's to delete.
        del self._kept[table]
        self.read_parquet(table, moved)
        return self._digests.pop(table)

    def _close_beside(self, table: str) -> None:
        for writer in self._open.pop(table, []):
            writer.close()

    def _work(self) -> Path:
        if self._folder is None:
            self._own = tempfile.TemporaryDirectory(prefix="familycard-")
            self.work_in(Path(self._own.name))
        assert self._folder is not None
        return self._folder

    def run(self, statement: str) -> None:
        self.connection.execute(statement)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        # Not `sql`, which plans a query twice.
        with self._asking:
            return self.connection.execute(query).fetchall()

    def arrow(self, query: str) -> pa.Table:
        with self._asking:
            return self.connection.sql(query).to_arrow_table()

    def register(self, table: str, data: pa.Table) -> None:
        if table not in self._registered:
            # It would stay in memory behind the new one.
            self.connection.execute(f'drop table if exists "{table}"')
        # Batches, because one is read by one thread.
        batches = pa.Table.from_batches(data.to_batches(ROW_GROUP_ROWS), data.schema)
        self.connection.register(table, batches)
        self._registered[table] = batches

    def _forget(self, table: str) -> None:
        if table in self._registered:
            self.connection.unregister(table)
            del self._registered[table]

    def read_parquet(self, table: str, paths: Sequence[Path]) -> None:
        files = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        self.connection.execute(f'create or replace view "{table}" as select * from read_parquet([{files}])')
        self._views.add(table)

    def drop(self, *tables: str) -> None:
        for table in tables:
            if table in self._registered:
                self._forget(table)
            else:
                kind = "view" if table in self._views else "table"
                self.connection.execute(f'drop {kind} if exists "{table}"')
            self._views.discard(table)
            paths = self._kept.pop(table, [])
            for path in [*_beside(paths), *paths]:
                path.unlink()
                if not any(path.parent.iterdir()):
                    path.parent.rmdir()

    def same_order(self, one: str, other: str, key: str) -> bool:
        keys = f"(select {key} from {one}) a positional join (select {key} from {other}) b"
        return not self.rows(f"select 1 from {keys} where a.{key} is distinct from b.{key} limit 1")

    def components(self, nodes: str, edges: str, out: str) -> None:
        given = self.arrow(f'select node, rank from "{nodes}"')
        node, rank = numbers(given["node"], 0), numbers(given["rank"], 0)
        ends = self.arrow(f'select a, b from "{edges}"')
        positions = Positions(node)
        a, b = (positions.of(numbers(ends[side], positions.low - 1)) for side in ("a", "b"))
        head, size = lowest_ranked(labels(len(node), a, b), rank)
        self.register(out, pa.table({"node": node, "component": node[head], "size": size}))

    def coded(self, words: Sequence[str]) -> Mapping[str, str]:
        quoted = {word: "'" + word.replace("'", "''") + "'" for word in words}
        listed = ", ".join(quoted.values())
        type_ = "_words_" + hashlib.sha256(listed.encode()).hexdigest()[:8]
        self.connection.execute(f'create type if not exists "{type_}" as enum ({listed})')
        return {word: f'cast({text} as "{type_}")' for word, text in quoted.items()}

    def fold(self, rows: str, key: str, first: str, folds: Mapping[str, str], out: str) -> None:
        self.register(out, folded(self.arrow(rows), key, first, folds))

    def look_up(self, table: str, key: str, into: Sequence[Beside]) -> None:
        names = {key, *(name for beside in into for wanted in beside.at.values() for name in wanted)}
        listed = ", ".join(f'"{name}"' for name in sorted(names))
        packed = Packed(self.arrow(f'select {listed} from "{table}"'), key)
        for beside in into:
            self.register(beside.out, packed.beside(self.arrow(beside.rows), beside.at))

    def first_of(self, rows: str, key: str, order: Sequence[str], out: str) -> None:
        found = self.arrow(rows)
        first = first_rows(numbers(found[key], 0), [numbers(found[name], 0) for name in order])
        self.register(out, found.filter(pa.array(first)))

    def repeats(self, table: str, key: str) -> int:
        return Positions(numbers(self.arrow(f'select "{key}" from "{table}"')[key], 0)).repeats

    def widen(self, keys: str, key: str, parts: Sequence[Part], out: str) -> None:
        base = self.arrow(keys)
        positions = Positions(numbers(base[key], 0))
        columns: dict[str, pa.Array | pa.ChunkedArray] = {name: base[name] for name in base.column_names}
        # Small queries keep one core busy at most, so two run at a time, each with its laying out.
        with ThreadPoolExecutor(2) as pool:
            for found in pool.map(partial(self._beside, positions), parts):
                columns |= found
        self.register(out, pa.table(columns))

    def _beside(self, positions: Positions, part: Part) -> dict[str, pa.Array]:
        """The part's columns, one value a key."""
        with self.connection.cursor() as cursor:
            for table, data in self._registered.items():
                # A cursor does not see what was registered beside it.
                if table in part.query or table in part.doubted:
                    cursor.register(table, data)
            names = ", ".join(f'"{name}"' for name in (part.key, *part.columns))
            rows = f'select {names} from ({part.query}) where "{part.key}" is not null'
            return laid_out(positions, part, lambda query: cursor.sql(query).to_arrow_table(), rows)

    def write_parquet(self, query: str, path: Path) -> int:
        rows = self.arrow(query)
        _write(rows, path)
        return int(rows.num_rows)


def laid_out(
    positions: Positions, part: Part, run: Callable[[str], pa.Table], rows_of: str
) -> dict[str, pa.Array]:
    """A part's columns, one value a key; `run` gives the rows of a query, `rows_of` is the part's own.

    A null key is nobody's, whether a row or a doubt has it.
    """
    rows = run(rows_of)
    doubted = run(part.doubted).column(0) if part.doubted else _NONE
    places = [positions.of(numbers(keys, positions.low - 1)) for keys in (rows[part.key], doubted)]
    layout = Layout(positions.count, *places)
    return {
        name: layout.column(
            rows[name],
            part.absent.get(name),
            only_true=name in part.only_true,
            true_settles=name in part.settled_by_true,
        )
        for name in part.columns
    }


def _beside(paths: Sequence[Path]) -> list[Path]:
    """What else was written beside the files of a kept table."""
    folders = {path.parent for path in paths}
    return [
        file for folder in folders for file in (folder / ROWS_BY_KEY, folder / SHORT_COLUMNS) if file.exists()
    ]


def _write(
    rows: pa.Table,
    path: Path,
    keys: Sequence[str] = (),
    digest: Digest | None = None,
    by_row: Callable[[pa.Table], None] | None = None,
) -> None:
    """One Parquet file, in row groups of one size whatever the threads: the same bytes; its rows go to `digest`.

    Arrow's writer takes half the time of DuckDB's for hundreds of columns; numbers as differences
    under LZ4 are written and read sooner than plain ones under Zstandard. Lowest and highest
    values are noted of `keys` alone, by which rows lie together: those of other columns rule nothing
    out. (DuckDB's own files of enums name unused words twice, which readers of dictionaries take
    for other words.)
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = [field.name for field in rows.schema if not pa.types.is_primitive(field.type)]
    pq.write_table(
        rows,
        path,
        compression="lz4",
        row_group_size=ROW_GROUP_ROWS,
        store_schema=False,
        use_dictionary=texts,
        column_encoding={
            field.name: "DELTA_BINARY_PACKED" for field in rows.schema if pa.types.is_integer(field.type)
        },
        write_statistics=list(keys),
    )
    if digest:
        digest.add(rows)
    if by_row:
        by_row(rows)
