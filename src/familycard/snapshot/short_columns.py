"""The columns that segments are counted from, in their short form beside the tables: written by a build, and read.

Derived from the tables and outside the digests. A snapshot that an earlier version built has none:
its columns are read from the tables and shortened when they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from familycard.engine.column_file import ColumnFile, write_columns
from familycard.engine.interface import SHORT_COLUMNS, Engine
from familycard.engine.short import BATCH_ROWS, Short, shorten
from familycard.indicators.tables import PERSONS, entitlements, scores, unit_values
from familycard.pack.model import Pack
from familycard.pack.scopes import PROGRAMME_PARTS, people_attributes
from familycard.programmes.evaluate import subjects_of
from familycard.snapshot.memberships import NAME_PARTS
from familycard.snapshot.parts import parts_of
from familycard.snapshot.rows import MEMBERSHIPS, unit_column, whole

OF_UNUSED = ("unused_count", "unused_monthly")


def want_columns(engine: Engine, pack: Pack) -> None:
    """Have the engine write, with the tables that a build makes from here on, the columns that may be asked for."""
    who = people_attributes(pack).keys() - set(NAME_PARTS)
    own = frozenset({"area", "is_resident", "members", *pack.indicators, *who})
    for table in (PERSONS, *map(unit_values, pack.units)):
        engine.also_by_column(table, own)
    parts = frozenset(f"{programme}__{part}" for programme in pack.programmes for part in PROGRAMME_PARTS)
    for subject in subjects_of(pack):
        engine.also_by_column(entitlements(subject), parts)
    for card in pack.scorecards:
        engine.also_by_column(scores(card), frozenset({"score", "category"}))


def write_places(pack: Pack, snapshot: Path) -> None:
    """Write for each person the place of the person's unit of each kind, and for each card unit its unused rights."""
    tables = Tables(snapshot)
    units = {kind: tables.numbers(f"units/{kind}", "unit") for kind in pack.units}
    _write(snapshot / MEMBERSHIPS, {kind: places_of(tables, kind, units[kind]) for kind in pack.units})
    unused = f"unused/{pack.card_unit}"
    _write(
        snapshot / unused,
        {name: unused_of(tables, unused, name, units[pack.card_unit]) for name in OF_UNUSED},
    )


def _write(folder: Path, columns: Mapping[str, npt.NDArray[Any]]) -> None:
    table = pa.table(dict(columns))
    batches = (table.slice(at, BATCH_ROWS) for at in range(0, table.num_rows, BATCH_ROWS))
    write_columns(batches, frozenset(columns), folder / SHORT_COLUMNS, press=False)


def places_of(tables: Tables, kind: str, units: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """For each person the place of the unit of a kind; that behind the last for who has none."""
    of_persons = tables.numbers(MEMBERSHIPS, unit_column(kind), -1)
    highest = max(int(units.max(initial=0)), int(of_persons.max(initial=0)))
    places = np.full(highest + 2, len(units), dtype=np.int32)
    places[units] = np.arange(len(units), dtype=np.int32)
    # -1 is the last, which is no unit's.
    found: npt.NDArray[np.int32] = places[of_persons]
    return found


def unused_of(tables: Tables, folder: str, name: str, units: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Unused rights by unit: one without a row has none."""
    found = np.zeros(len(units), dtype=np.int64)
    found[np.searchsorted(units, tables.numbers(folder, "unit"))] = tables.numbers(folder, name, 0)
    return found


def folders_with_columns(snapshot: Path) -> list[str]:
    """The folders of a snapshot in which there is a file of columns."""
    return sorted(str(path.parent.relative_to(snapshot)) for path in snapshot.rglob(SHORT_COLUMNS))


def open_columns(snapshot: Path, folders: Sequence[str]) -> Mapping[str, ColumnFile]:
    """The files of columns that a manifest names, by folder; SnapshotError where one is missing or cut off."""
    return {folder: whole(ColumnFile, snapshot / folder / SHORT_COLUMNS) for folder in folders}


@dataclass(frozen=True)
class _File:
    """A file of a table, whose description (hundreds of columns) is read once."""

    path: Path
    about: pq.FileMetaData
    schema: pa.Schema

    def read(self, name: str) -> list[pa.Array]:
        """A column in the pieces in which it lies; texts as numbers of words."""
        texts = [name] if pa.types.is_string(self.schema.field(name).type) else []
        # A reader of its own: two threads that share one may wait for each other for ever.
        with pq.ParquetFile(self.path, metadata=self.about, read_dictionary=texts) as reader:
            chunks: list[pa.Array] = reader.read(columns=[name], use_threads=False)[name].chunks
        return chunks


class Tables:
    """Columns of the tables themselves."""

    def __init__(self, snapshot: Path) -> None:
        self._snapshot = snapshot
        self.files = lru_cache(None)(self._files)

    def _files(self, folder: str) -> list[_File]:
        paths = parts_of(self._snapshot / folder)
        schema = pq.read_schema(paths[0])
        return [_File(path, pq.read_metadata(path), schema) for path in paths]

    def rows(self, folder: str) -> int:
        """How many rows a table has."""
        return sum(file.about.num_rows for file in self.files(folder))

    def type(self, folder: str, name: str) -> pa.DataType:
        """The type of a column."""
        found: pa.DataType = self.files(folder)[0].schema.field(name).type
        return found

    def column(self, folder: str, name: str) -> pa.ChunkedArray:
        """A column in the pieces in which it lies: to put them together costs more than to compare them."""
        with ThreadPoolExecutor(2) as pool:
            parts = list(pool.map(lambda file: file.read(name), self.files(folder)))
        return pa.chunked_array([chunk for part in parts for chunk in part])

    def numbers(self, folder: str, name: str, unknown: int | None = None) -> npt.NDArray[np.int64]:
        """A column of integers, with a number for what is unknown."""
        values = self.column(folder, name)
        filled: npt.NDArray[np.int64] = (values if unknown is None else values.fill_null(unknown)).to_numpy()
        return filled

    def short(self, folder: str, name: str) -> list[Short]:
        """A column shortened."""
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(shorten, _batches(self.column(folder, name))))


def shortened(values: npt.NDArray[Any]) -> list[Short]:
    """Numbers in their short form."""
    return [shorten(batch) for batch in _batches(pa.chunked_array([values]))]


def _batches(values: pa.ChunkedArray) -> Iterator[pa.Array]:
    """Pieces of `BATCH_ROWS`, each in one array."""
    for at in range(0, len(values), BATCH_ROWS):
        batch = values.slice(at, BATCH_ROWS)
        whole = (batch.unify_dictionaries() if pa.types.is_dictionary(batch.type) else batch).combine_chunks()
        yield whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
