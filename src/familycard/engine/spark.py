"""The engine of a cluster: Apache Spark behind the interface of the embedded one."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from familycard.engine.column_file import ColumnWriter
from familycard.engine.digest import Digest, TableDigest, digest_of, table_digest
from familycard.engine.interface import ROWS_BY_KEY, SHORT_COLUMNS, Beside, Part
from familycard.engine.parquet_file import batches_of
from familycard.engine.row_file import RowWriter
from familycard.engine.spark_columns import beside_each, doubts_of, first_row, folded, laid_beside, name
from familycard.engine.spark_components import Rounds, named
from familycard.engine.spark_session import open_session
from familycard.engine.spark_sql import is_part_of_one_table, spark_sql, tables_of, with_columns_of
from familycard.engine.spark_tables import Tables, extent_of, in_order

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

EVERYBODY = 2**62
"""All persons are of one block: what is too much for one task, Spark cuts itself."""
PARTS_AT_A_TIME = 8
"""Registers joined to persons by one task, which has a sort and a hash table for each."""


class SparkEngine:
    """Implements `interface.Engine` on one Spark session, in this process or behind Spark Connect."""

    def __init__(self, options: Mapping[str, str] | None = None) -> None:
        """An engine with options (`spark_session.py`); UsageError where Spark cannot run."""
        options = options or {}
        self.block_rows = EVERYBODY
        self.session = open_session(options)
        self.tables = Tables(self.session, options.get("work"))
        self._by_row: dict[str, tuple[str, frozenset[str] | None]] = {}
        self._by_column: dict[str, frozenset[str]] = {}

    def work_in(self, folder: Path) -> None:
        self.tables.work_in(folder)

    def make(self, table: str, query: str) -> None:
        frame, rests_on = self.tables.frame(query)
        if is_part_of_one_table(query) and not any(map(self.tables.is_view, tables_of(query))):
            # To read it is as cheap as to read what it is a part of.
            self.tables.bind(table, frame, rests_on)
        else:
            self.tables.keep(table, frame)

    def hold(self, table: str, query: str) -> None:
        self.make(table, query)

    def view(self, table: str, query: str) -> None:
        self.tables.view(table, query)

    def derive(self, table: str, query: str) -> None:
        self.view(table, query)

    def add(self, table: str, query: str) -> None:
        self.tables.add(table, query)

    def has(self, table: str) -> bool:
        return table in self.tables

    def count(self, table: str) -> int:
        counted = None if self.tables.is_view(table) else self.tables.settled(table).rows
        return int(self.rows(f'select count(*) from "{table}"')[0][0]) if counted is None else counted

    def keep(
        self, table: str, queries: Iterable[str], order: Sequence[str], beside: str | None = None
    ) -> None:
        places, schema = [], None
        for query in queries:
            frame = self._beside(query, beside, order) if beside else self.tables.frame(query)[0]
            schema, extent = frame.schema, self.tables.extent(query)
            places.append(self.tables.write(table, in_order(frame, order, extent)))
        self.tables.bind_files(table, places, schema, order)

    def _beside(self, query: str, beside: str, keys: Sequence[str]) -> DataFrame:
        """A query's columns and those of the table that it goes through, without joining the two where one need not."""
        held = self.tables.settled(beside).frame.columns
        own, _ = self.tables.frame(query)
        given = set(own.columns)
        others = [column for column in held if column not in given]
        listed = [name(c) for c in (*held, *(c for c in own.columns if c not in held))]
        together = with_columns_of(query, beside, others)
        if together is not None:
            return self.tables.spark_frame(together, tables_of(query))[0].selectExpr(*listed)
        others = [c for c in others if c not in keys]
        rest = self.tables.settled(beside).frame.selectExpr(*map(name, [*keys, *others]))
        return own.join(rest, list(keys)).selectExpr(*listed)

    def keeping_together(self) -> AbstractContextManager[None]:
        return nullcontext()

    def also_by_row(self, table: str, key: str, columns: frozenset[str] | None = None) -> None:
        self._by_row[table] = key, columns

    def also_by_column(self, table: str, columns: frozenset[str]) -> None:
        self._by_column[table] = columns

    def save(self, table: str, order: str, folder: Path) -> TableDigest:
        columns = tuple(order.split(", "))
        held = None if self.tables.is_view(table) else self.tables.free(table)
        frame = held.frame if held else self.tables.frame(f'select * from "{table}"')[0]
        folder.mkdir(parents=True, exist_ok=True)
        places = [Path(place) for place in held.places] if held and held.order == columns else []
        if not places or not all(place.is_dir() for place in places):
            places = [folder / ".written"]
            in_order(frame, columns).write.parquet(str(places[0]))
        schema = frame.schema
        files = _taken_from(places, folder)
        self.tables.bind_files(table, [str(file) for file in files], schema, columns)
        self._write_rows(table, files, folder)
        if table not in self._by_column:
            return table_digest(files)
        return _digest_and_columns(files, folder / SHORT_COLUMNS, self._by_column[table])

    def _write_rows(self, table: str, files: Sequence[Path], folder: Path) -> None:
        """Where a table is also wanted by row: its row file, from the files that Spark wrote."""
        if table not in self._by_row:
            return
        key, columns = self._by_row[table]
        writer = RowWriter(folder / ROWS_BY_KEY, key)
        for batch in batches_of(files, columns):
            writer.add(pa.Table.from_batches([batch]))
        writer.close()

    def run(self, statement: str) -> None:
        self.session.sql(spark_sql(statement))

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.tables.frame(query)[0].collect()]

    def arrow(self, query: str) -> pa.Table:
        return self.tables.frame(query)[0].toArrow()

    def register(self, table: str, data: pa.Table) -> None:
        self.tables.bind(table, self.session.createDataFrame(data), frozenset())

    def read_parquet(self, table: str, paths: Sequence[Path]) -> None:
        self.tables.read(table, paths)

    def drop(self, *tables: str) -> None:
        self.tables.drop(*tables)

    def same_order(self, one: str, other: str, key: str) -> bool:
        # Rows of a cluster are in no order before they are written.
        return False

    def components(self, nodes: str, edges: str, out: str) -> None:
        stars = "_stars"

        def keep(table: str, text: str) -> None:
            self.tables.keep(table, self.tables.spark_frame(text, [nodes, edges])[0])

        def count(text: str) -> int:
            return int(self.tables.spark_frame(text, [stars])[0].collect()[0][0])

        Rounds(keep, count).run(nodes, edges, stars)
        self.tables.keep(out, self.tables.spark_frame(named(nodes, stars), [nodes, stars])[0])
        self.tables.drop(stars)

    def widen(self, keys: str, key: str, parts: Sequence[Part], out: str) -> None:
        base, rests_on = self.tables.frame(keys)
        columns = {column: f"k.{name(column)}" for column in base.columns}
        batches: list[str] = []
        if len(parts) <= PARTS_AT_A_TIME:
            values, text, of_parts = self._joined(base, key, parts, out)
            frame, _ = self.tables.spark_frame(f"select {_listed(columns | values)} from {text}", [])
        else:
            batches, values = self._batches(base, key, parts, out)
            text = " ".join(
                f"left join {name(batch)} b{place} on b{place}._key = k.{name(key)}"
                for place, batch in enumerate(batches)
            )
            base.createOrReplaceTempView(f"_keys_{out}")
            frame, of_parts = self.tables.spark_frame(
                f"select {_listed(columns | values)} from {name(f'_keys_{out}')} k {text}", batches
            )
        # Not written: a stage asks for it once, and to write hundreds of columns takes longer than all else.
        self.tables.bind(out, frame, rests_on | of_parts).extent = extent_of(base, key)
        self.tables.drop(*batches)

    def _batches(
        self, base: DataFrame, key: str, parts: Sequence[Part], called: str
    ) -> tuple[list[str], dict[str, str]]:
        """The tables of some parts each, written beside their keys, and what each column of the parts is.

        Every further join copies the columns that a row has already: those of a batch are copied as one value.
        """
        batches, columns = {}, dict[str, str]()
        for place, at in enumerate(range(0, len(parts), PARTS_AT_A_TIME)):
            table, some = f"{called}_{at}", parts[at : at + PARTS_AT_A_TIME]
            values, text, _ = self._joined(base.select(name(key)), key, some, table)
            batches[table] = self.session.sql(
                f"select k.{name(key)} as _key, struct({_listed(values)}) as _batch from {text}"
            )
            columns |= {column: f"b{place}._batch.{name(column)}" for column in values}
        self.tables.keep_all(batches)
        return [*batches], columns

    def _joined(
        self, base: DataFrame, key: str, parts: Sequence[Part], called: str
    ) -> tuple[dict[str, str], str, frozenset[str]]:
        """What each column of the parts is, the join that gives it, and the files that it rests on: keys are `k`.

        `called` makes the names of views that no other join has.
        """
        base.createOrReplaceTempView(f"_keys_{called}")
        columns: dict[str, str] = {}
        joins, rests_on = [f"{name(f'_keys_{called}')} k"], frozenset[str]()
        for place, part in enumerate(parts):
            view = f"_part_{place}_{called}"
            rests_on |= self._bind_part(view, part)
            columns |= {column: laid_beside(part, place, column) for column in part.columns}
            joins.append(f"{name(view)} p{place} on p{place}._key = k.{name(key)}")
        doubted = {place: part.doubted for place, part in enumerate(parts) if part.doubted}
        if doubted:
            texts = {place: spark_sql(query) for place, query in doubted.items()}
            frame, of_doubts = self.tables.spark_frame(
                doubts_of(texts), frozenset[str]().union(*map(tables_of, doubted.values()))
            )
            rests_on |= of_doubts
            frame.createOrReplaceTempView(f"_doubts_{called}")
            joins.append(f"{name(f'_doubts_{called}')} doubts on doubts._key = k.{name(key)}")
        return columns, " left join ".join(joins), rests_on

    def _bind_part(self, view: str, part: Part) -> frozenset[str]:
        names = ", ".join(f'"{column}"' for column in part.columns)
        frame, rests_on = self.tables.frame(
            f'select "{part.key}" as _key, true as _has, {names} from ({part.query}) where "{part.key}" is not null'
        )
        frame.createOrReplaceTempView(view)
        return rests_on

    def coded(self, words: Sequence[str]) -> Mapping[str, str]:
        return {word: "'" + word.replace("'", "''") + "'" for word in words}

    def fold(self, rows: str, key: str, first: str, folds: Mapping[str, str], out: str) -> None:
        frame, _ = self.tables.frame(rows)
        frame.createOrReplaceTempView("_rows")
        try:
            self.tables.keep(out, self.session.sql(folded("_rows", key, first, folds)))
        except Exception as error:
            if "ARITHMETIC_OVERFLOW" in str(error):
                raise OverflowError("a sum over the members of a unit is beyond 64 bits") from error
            raise

    def look_up(self, table: str, key: str, into: Sequence[Beside]) -> None:
        widened = {}
        for beside in into:
            frame, _ = self.tables.frame(beside.rows)
            rows = f"_rows_{beside.out}"
            frame.createOrReplaceTempView(rows)
            text = beside_each(beside.at, key, name(rows), table)
            widened[beside.out] = self.tables.spark_frame(text, [table])[0]
        self.tables.keep_all(widened)

    def first_of(self, rows: str, key: str, order: Sequence[str], out: str) -> None:
        frame, _ = self.tables.frame(rows)
        frame.createOrReplaceTempView("_rows")
        self.tables.keep(out, self.session.sql(first_row(key, order, "_rows")))

    def repeats(self, table: str, key: str) -> int:
        twice = f'select count(*) - 1 as more from "{table}" group by "{key}" having count(*) > 1'
        return int(self.rows(f"select cast(coalesce(sum(more), 0) as bigint) from ({twice})")[0][0])

    def write_parquet(self, query: str, path: Path) -> int:
        rows = self.arrow(query)
        pq.write_table(rows, path, compression="zstd", store_schema=False)
        return int(rows.num_rows)


def _listed(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{sql} as {name(column)}" for column, sql in columns.items())


def _digest_and_columns(files: Sequence[Path], path: Path, names: frozenset[str]) -> TableDigest:
    """The digest of the files that Spark wrote, and of these columns the short form, in one reading."""
    schema = pq.read_schema(files[0])
    writer = ColumnWriter(path, schema, names)
    digest = Digest(schema, writer)
    for batch in batches_of(files):
        digest.add(pa.Table.from_batches([batch]))
    found = digest_of(len(files), digest.rows, digest.columns())
    writer.close()
    return found


def _taken_from(places: Sequence[Path], folder: Path) -> list[Path]:
    """Move the files of a table that Spark wrote, in their order, to their names in a snapshot."""
    written = [file for place in places for file in sorted(place.glob("part-*.parquet"))]
    # Of an empty part nothing but its columns is told.
    filled = [file for file in written if pq.read_metadata(file).num_rows] or written[:1]
    digits = max(3, len(str(len(filled) - 1)))
    moved = [folder / f"part-{number:0{digits}d}.parquet" for number in range(len(filled))]
    for file, target in zip(filled, moved, strict=True):
        shutil.move(file, target)
    for place in places:
        shutil.rmtree(place)
    return moved
