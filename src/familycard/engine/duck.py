"""The embedded engine: DuckDB in this process, Arrow and numpy beside it."""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any

import duckdb
import pyarrow as pa

from familycard.engine.column_file import ColumnWriter
from familycard.engine.dense import (
    Packed,
    Positions,
    are_in_order,
    first_rows,
    in_order,
    labels,
    lowest_ranked,
    numbers,
    places_in,
    with_columns,
)
from familycard.engine.digest import Digest, TableDigest, digest_of
from familycard.engine.fold import folded
from familycard.engine.interface import ROWS_BY_KEY, SHORT_COLUMNS, Beside, Part
from familycard.engine.keeping import Keeping, Kept
from familycard.engine.parquet_file import (
    ROW_GROUP_ROWS,
    batches_of,
    in_memory_or_file,
    in_pieces,
    write_table,
)
from familycard.engine.row_file import RowWriter
from familycard.engine.scatter import laid_out

BLOCK_ROWS = 1_000_000
"""Persons at a time: some 2 GB while their wide rows are made."""
BYTES_A_PERSON = 12_000
"""Memory for each person of a block, the queries' half of it included."""
HELD_SHARE, ORDERED_SHARE = 64, 16
"""A table that is only read stays in memory, and rows to be kept are ordered there, up to so small a part of the limit."""

_UNORDERED = "_unordered"


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
        block of persons at hand, whose size falls to what fits. Tables of many rows lie in files then.
        """
        config: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
        if threads:
            config["threads"] = threads
        if memory_bytes:
            config["memory_limit"] = f"{memory_bytes // 2 >> 20}MiB"
            block_rows = min(block_rows, max(memory_bytes // BYTES_A_PERSON, 1))
        self.block_rows = block_rows
        self._held_bytes = memory_bytes and memory_bytes // HELD_SHARE
        self._ordered_bytes = memory_bytes and memory_bytes // ORDERED_SHARE
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
        self._files = itertools.count()
        self._keeping = Keeping()

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
        self._settle(table, self._batches(query))

    def _batches(self, query: str) -> pa.RecordBatchReader:
        """The rows of a query some at a time: where memory is limited, without all of them being there at once.

        Until they are read, nothing else can be asked.
        """
        if self._held_bytes is None:
            return self.arrow(query).to_reader(ROW_GROUP_ROWS)
        # Where what is too much goes must be known before.
        self._work()
        return self.connection.sql(query).to_arrow_reader(ROW_GROUP_ROWS)

    def _new_file(self, table: str) -> Path:
        """A file that never was: what a file of the same name said would be remembered."""
        return self._work() / f"{table}-{next(self._files)}" / "rows.parquet"

    def _settle(self, table: str, rows: pa.RecordBatchReader) -> None:
        """Make (or replace) a table that is only read, in memory or in a file."""
        if self._held_bytes is None:
            self.register(table, rows.read_all())
            return
        path = self._new_file(table)
        held = in_memory_or_file(rows, self._held_bytes, path)
        if held is not None:
            self.register(table, held)
            return
        # Last, because the rows may be of what had the name before.
        self.drop(table)
        self._kept[table] = [path]
        self.read_parquet(table, [path])

    def view(self, table: str, query: str) -> None:
        self.drop(table)
        self.connection.execute(f'create view "{table}" as {query}')
        self._views.add(table)

    def derive(self, table: str, query: str) -> None:
        self.view(table, query)

    def keep(
        self, table: str, queries: Iterable[str], order: Sequence[str], beside: str | None = None
    ) -> None:
        folder = self._work() / table
        making = folder.with_name(f".{table}")
        shutil.rmtree(making, ignore_errors=True)
        kept = Kept(folder, making)
        by_row = self._row_writer(table, making)

        def parts() -> Iterator[Callable[[], None]]:
            for rows in self._parts(queries, order, beside):
                if kept.digest is None:
                    kept.digest = Digest(rows.schema, self._column_writer(table, rows.schema, making))
                kept.names.append(f"part-{len(kept.names):03d}.parquet")
                yield partial(write_table, rows, making / kept.names[-1], order, kept.digest, by_row)

        self._keeping.write(parts(), partial(self._finish, table, kept))

    def _finish(self, table: str, kept: Kept) -> None:
        """Make a table known whose parts are written."""
        found = kept.digest and digest_of(len(kept.names), kept.digest.rows, kept.digest.columns())
        self._close_beside(table)
        self.drop(table)
        os.rename(kept.making, kept.folder)
        self._kept[table] = [kept.folder / name for name in kept.names]
        if found:
            self._digests[table] = found
        self.read_parquet(table, self._kept[table])

    def keeping_together(self) -> AbstractContextManager[None]:
        return self._keeping.together()

    def _parts(self, queries: Iterable[str], order: Sequence[str], beside: str | None) -> Iterator[pa.Table]:
        """The rows of each query in their order, with what goes beside them."""
        for query in queries:
            if beside:
                yield with_columns(self._registered[beside], in_order(self.arrow(query), order), order)
            elif self._ordered_bytes is None:
                yield in_order(self.arrow(query), order)
            else:
                yield from self._ordered(query, order, self._ordered_bytes)

    def _ordered(self, query: str, order: Sequence[str], most_bytes: int) -> Iterator[pa.Table]:
        """The rows of a query in their order; where they are more than so many bytes, in pieces of a block's rows."""
        path = self._new_file(_UNORDERED)
        rows = in_memory_or_file(self._batches(query), most_bytes, path)
        if rows is not None:
            yield in_order(rows, order)
            return
        listed = ", ".join(f'"{name}"' for name in order)
        self._kept[_UNORDERED] = [path]
        self.read_parquet(_UNORDERED, [path])
        if are_in_order(self._batches(f"select {listed} from {_UNORDERED}"), order):
            batches: Iterable[pa.RecordBatch] = batches_of([path])
        else:
            batches = self._batches(f"from {_UNORDERED} order by {listed}")
        yield from in_pieces(batches, -(-self.block_rows // ROW_GROUP_ROWS) * ROW_GROUP_ROWS)
        self.drop(_UNORDERED)

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
        if table not in self._digests:
            rows = self.arrow(f'select * from "{table}" order by {order}')
            digest = Digest(rows.schema, self._column_writer(table, rows.schema, folder))
            write_table(
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
        if table in self._kept:
            self.drop(table)
        elif table not in self._registered:
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
        del given
        positions = Positions(node)
        a, b = places_in(positions, self._batches(f'select a, b from "{edges}"'))
        head, size = lowest_ranked(labels(len(node), a, b), rank)
        self._settle(out, pa.table({"node": node, "component": node[head], "size": size}).to_reader())

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
            self._settle(beside.out, packed.beside(self._batches(beside.rows), beside.at))

    def first_of(self, rows: str, key: str, order: Sequence[str], out: str) -> None:
        found = self.arrow(rows)
        first = first_rows(numbers(found[key], 0), [numbers(found[name], 0) for name in order])
        self._settle(out, found.filter(pa.array(first)).to_reader())

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
        write_table(rows, path)
        return int(rows.num_rows)


def _beside(paths: Sequence[Path]) -> list[Path]:
    """What else was written beside the files of a kept table."""
    folders = {path.parent for path in paths}
    return [
        file for folder in folders for file in (folder / ROWS_BY_KEY, folder / SHORT_COLUMNS) if file.exists()
    ]
