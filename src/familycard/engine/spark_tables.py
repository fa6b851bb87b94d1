"""The tables of a build on Spark: names, the frames behind them, and the files that they rest on.

Spark computes a frame whenever it is asked for, so a table that a stage makes is written as Parquet
and read back: its plan then begins at its files, a task that fails repeats only its own part, and
nothing is held in memory. What a query has read stays on disk as long as something rests on it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from familycard.engine.spark_sql import spark_sql, tables_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


WRITTEN_AT_A_TIME = 2
"""Tables that are written side by side: the planning of one leaves the cores to the tasks of the other."""
ROWS_A_FILE = 30_000
"""So many rows of a table in an order are worth a file, and a task, of their own."""


@dataclass(frozen=True)
class Extent:
    """Between which numbers the keys of some rows lie, and how many rows there are at most."""

    key: str
    low: int | None
    high: int | None
    rows: int


@dataclass
class Table:
    """What stands behind a name."""

    frame: DataFrame
    rests_on: frozenset[str]
    """Folders of files that the frame reads."""
    version: int
    places: tuple[str, ...] = ()
    """Where the table's own rows lie, in order; empty where it is only a part of another."""
    order: tuple[str, ...] = ()
    """The columns that its files are in the order of."""
    rows: int | None = None
    """How many there are, without what was added; None where nobody counted."""
    extent: Extent | None = None
    """Of the numbers that its rows are of, where somebody has looked."""
    added: list[tuple[DataFrame, frozenset[str]]] = field(default_factory=list)
    """Rows that were added and not yet written."""


@dataclass(frozen=True)
class View:
    """A query with a name: it means what its tables are when it is asked for."""

    query: str
    seen: tuple[int, ...] = ()
    """The versions of its tables when Spark was last told of it."""
    rests_on: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Unread:
    """Files that nobody has asked for yet: of hundreds of registers a query reads a few."""

    paths: tuple[Path, ...]
    rests_on: frozenset[str] = frozenset()


class Tables:
    """Names, and what stands behind them in one session."""

    def __init__(self, session: SparkSession, work: str | None) -> None:
        self.session = session
        self._work = work
        self._own: tempfile.TemporaryDirectory[str] | None = None
        self._known: dict[str, Table | View | Unread] = {}
        self._version = 0
        self._is_remote = ".connect." in type(session).__module__
        self._pins = 0
        self._loose: set[str] = set()
        """Places written for a table that has not yet its name."""
        self._written: set[str] = set()
        """Places of tables, ours to delete."""

    def work_in(self, folder: Path) -> None:
        """Where tables are written, unless an option named another place."""
        self._work = self._work or str(folder / "spark")

    @property
    def work(self) -> str:
        """The folder, on whatever file system, of the tables of this build."""
        if self._work is None:
            self._own = tempfile.TemporaryDirectory(prefix="familycard-spark-")
            self._work = self._own.name
        return self._work

    def __contains__(self, table: str) -> bool:
        return table in self._known

    def frame(self, query: str) -> tuple[DataFrame, frozenset[str]]:
        """A query in DuckDB's dialect as a frame, and the files it rests on."""
        return self.spark_frame(spark_sql(query), tables_of(query))

    def spark_frame(
        self, text: str, tables: Sequence[str] | frozenset[str]
    ) -> tuple[DataFrame, frozenset[str]]:
        """A query in Spark's own dialect over named tables, as these are now."""
        rests_on = self._ready(tables)
        frame = self.session.sql(text)
        return self._pinned(frame) if self._is_remote else frame, rests_on

    def _pinned(self, frame: DataFrame) -> DataFrame:
        """The frame of a Spark Connect server, which else would find its tables by name when it is asked for rows."""
        self._pins += 1
        frame.createOrReplaceTempView(f"_frame_{self._pins}")
        return self.session.table(f"_frame_{self._pins}")

    def _ready(self, tables: Sequence[str] | frozenset[str]) -> frozenset[str]:
        """See that Spark knows these tables as they are now; the files they rest on."""
        rests_on: set[str] = set()
        for name in sorted(tables):
            held = self._known.get(name)
            if isinstance(held, Unread):
                held = self._opened(name, held.paths)
            if isinstance(held, View):
                held = self._seen(name, held)
            elif held is not None and held.added:
                held = self._with_added(name, held)
            rests_on |= held.rests_on if held is not None else frozenset()
        return frozenset(rests_on)

    def _seen(self, name: str, view: View) -> View:
        tables = sorted(tables_of(view.query))
        rests_on = self._ready(tables)
        seen = tuple(self._version_of(table) for table in tables)
        if seen != view.seen:
            self.session.sql(spark_sql(view.query)).createOrReplaceTempView(name)
            self._known[name] = view = View(view.query, seen, rests_on)
        return view

    def _version_of(self, name: str) -> int:
        held = self._known.get(name)
        if isinstance(held, View):
            return hash((held.query, held.seen))
        return held.version if isinstance(held, Table) else -1

    def read(self, name: str, paths: Sequence[Path]) -> None:
        """Make files known as a table, to be opened when it is asked for."""
        self._known[name] = Unread(tuple(paths))

    def _opened(self, name: str, paths: Sequence[Path]) -> Table:
        columns = columns_of(paths[0])
        schema = columns and ", ".join(f"`{column}` {type_}" for column, type_ in columns.items())
        return self.bind_files(name, [str(path) for path in paths], schema)

    def _with_added(self, name: str, table: Table) -> Table:
        """Write the rows that were added, all at once."""
        frames = [frame for frame, _ in table.added]
        more = frames[0]
        for frame in frames[1:]:
            more = more.unionAll(frame)
        place = self.write(name, more)
        if _rows_in([place]) == 0:
            self._written.add(place)
            table.added.clear()
            self._sweep()
            return table
        own = () if table.rows == 0 else table.places or (self.write(name, table.frame),)
        return self.bind_files(name, (*own, place), table.frame.schema)

    def write(self, name: str, frame: DataFrame) -> str:
        """Write a frame's rows to a new place of the table's; the place."""
        return self._write_all({name: frame})[name]

    def _write_all(self, frames: Mapping[str, DataFrame]) -> dict[str, str]:
        """Write the rows of some frames, one while another is planned; the place of each."""
        places = {}
        for name in frames:
            self._version += 1
            places[name] = f"{self.work}/{self._version:05d}-{name}"
        with ThreadPoolExecutor(WRITTEN_AT_A_TIME) as pool:
            list(pool.map(lambda name: frames[name].write.parquet(places[name]), frames))
        self._loose.update(places.values())
        return places

    def keep(self, name: str, frame: DataFrame, order: Sequence[str] = ()) -> None:
        """Make (or replace) a table from a frame, written in an order where one is named."""
        self.bind_files(name, (self.write(name, in_order(frame, order)),), frame.schema, order)

    def keep_all(self, frames: Mapping[str, DataFrame]) -> None:
        """Make (or replace) tables none of which rests on another."""
        for name, place in self._write_all(frames).items():
            self.bind_files(name, (place,), frames[name].schema)

    def bind_files(
        self, name: str, places: Sequence[str], schema: Any = None, order: Sequence[str] = ()
    ) -> Table:
        """Make files, or folders of files, known as a table."""
        reader = self.session.read if schema is None else self.session.read.schema(schema)
        rows, frame = _rows_in(places), reader.parquet(*places)
        if rows == 0:
            # What is known to be empty, Spark leaves out of its plans, with all that is joined to it.
            frame = self._nothing(frame)
        table = self.bind(name, frame, frozenset(places))
        table.places, table.order, table.rows = tuple(places), tuple(order), rows
        named = self._loose.intersection(places)
        self._written |= named
        self._loose -= named
        return table

    def _nothing(self, like: DataFrame) -> DataFrame:
        columns = (f"cast(null as {f.dataType.simpleString()}) as `{f.name}`" for f in like.schema.fields)
        return self.session.sql(f"select {', '.join(columns)} where false")

    def bind(self, name: str, frame: DataFrame, rests_on: frozenset[str]) -> Table:
        """Make a frame known as a table without writing it."""
        self._version += 1
        frame.createOrReplaceTempView(name)
        table = Table(frame, rests_on, self._version)
        self._known[name] = table
        self._sweep()
        return table

    def extent(self, query: str) -> Extent | None:
        """That of the one table that a query goes through, if somebody has looked at it."""
        named = [held for name in tables_of(query) if (held := self._known.get(name))]
        found = named[0] if len(named) == 1 else None
        return found.extent if isinstance(found, Table) else None

    def view(self, name: str, query: str) -> None:
        """Give a query a name."""
        self._known[name] = View(query)

    def add(self, name: str, query: str) -> None:
        """Add a query's rows to a table, when it is next read."""
        frame, rests_on = self.frame(query)
        table = self.table(name)
        fields = table.frame.schema.fields
        typed = [
            f"cast(`_{place}` as {field.dataType.simpleString()}) as `{field.name}`"
            for place, field in enumerate(fields)
        ]
        renamed = frame.toDF(*(f"_{place}" for place in range(len(fields)))).selectExpr(*typed)
        table.added.append((renamed, rests_on))
        self._version += 1
        table.version = self._version

    def is_view(self, name: str) -> bool:
        """Whether a name is that of a query alone."""
        return isinstance(self._known.get(name), View)

    def table(self, name: str) -> Table:
        """What stands behind a table's name."""
        found = self._known[name]
        assert isinstance(found, Table), f"{name} is a view"
        return found

    def settled(self, name: str) -> Table:
        """The same, with what was added written."""
        self._ready([name])
        return self.table(name)

    def free(self, name: str) -> Table:
        """A table with all that was added; whatever rests on its files is written, so that they may be moved."""
        table = self.settled(name)
        for other, held in list(self._known.items()):
            if other == name or not isinstance(held, Table):
                continue
            if any(rests_on & table.rests_on for _, rests_on in held.added):
                held = self.settled(other)
            if not held.places and held.rests_on & table.rests_on:
                self.keep(other, held.frame)
        return table

    def drop(self, *names: str) -> None:
        """Forget tables, and the files on which nothing rests any more."""
        for name in names:
            if self._known.pop(name, None) is not None:
                self.session.catalog.dropTempView(name)
        self._sweep()

    def _sweep(self) -> None:
        """Delete what was written and is no longer read by anything."""
        read: set[str] = set()
        for held in self._known.values():
            read |= held.rests_on
            if isinstance(held, Table):
                read = read.union(held.places, *(rests_on for _, rests_on in held.added))
        for place in self._written - read:
            shutil.rmtree(place, ignore_errors=True)
            self._written.discard(place)


def _rows_in(places: Sequence[str]) -> int | None:
    """How many rows Parquet files, or folders of them, have by their footers; None where they are not here."""
    files: list[Path] = []
    for place in map(Path, places):
        if not place.exists():
            return None
        files += sorted(place.glob("part-*.parquet")) if place.is_dir() else [place]
    rows: int = sum(pq.read_metadata(file).num_rows for file in files)
    return rows


def columns_of(path: Path) -> dict[str, str] | None:
    """The columns of a Parquet file as Spark declares them, from its footer, which takes Spark a job to read.

    None where Spark has to be asked: for a file that is not here, or has another type.
    """
    if not path.is_file():
        return None
    found = {field.name: _TYPES.get(str(field.type), "") for field in pq.read_schema(path)}
    return found if all(found.values()) else None


_TYPES = {
    "bool": "boolean",
    "int8": "tinyint",
    "int16": "smallint",
    "int32": "int",
    "int64": "bigint",
    "uint8": "smallint",
    "uint16": "int",
    "uint32": "bigint",
    "date32[day]": "date",
    "string": "string",
}


def extent_of(frame: DataFrame, key: str) -> Extent:
    """The extent of a frame's rows by a column of theirs; without ends where it is no number."""
    from pyspark.sql import functions as f

    low, high, rows = frame.agg(f.min(f"`{key}`"), f.max(f"`{key}`"), f.count("*")).collect()[0]
    return Extent(key, low, high, rows) if isinstance(low, int) else Extent(key, None, None, rows)


def in_order(frame: DataFrame, order: Sequence[str], extent: Extent | None = None) -> DataFrame:
    """A frame in the order of columns, nulls last; as it is where no order is named.

    Where the first column is a number of persons or units, which have few gaps, ranges of equal width
    between its least and greatest are of about equal size. They are looked for unless they are told,
    or told of another column. Spark finds the ranges of other columns by computing all columns of all
    rows once more.
    """
    if not order:
        return frame
    from pyspark.sql import functions as f

    if extent is None or extent.key != order[0]:
        extent = extent_of(frame, order[0])
    by_order = [f.col(f"`{column}`").asc_nulls_last() for column in order]
    at_most = int(frame.sparkSession.conf.get("spark.sql.shuffle.partitions"))
    files = min(at_most, -(-extent.rows // ROWS_A_FILE))
    if files < 2:
        return frame.coalesce(1).sortWithinPartitions(*by_order)
    if extent.low is None or extent.high is None:
        return frame.orderBy(*by_order)
    width, last = (extent.high - extent.low) // files + 1, files - 1
    # What lies beyond what was told is of the first or the last file, so the order is right in any case.
    file = f.expr(
        f"cast(coalesce(greatest(0, least({last}, (`{order[0]}` - {extent.low}) div {width})), {last}) as int)"
    )
    return frame.repartitionById(files, file).sortWithinPartitions(*by_order)
