"""A nation's rows by whom they name, ready for quick look-ups.

Registers are in the order of the person that each row is about, so most rows are found by
the bounds of row groups. Other columns that name persons, and attributes that persons
share, get a sorted index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Integers = npt.NDArray[np.int64]

GROUPS_KEPT = 64
"""Row groups of registers kept in memory: the next event is often of the same people."""


class Index:
    """Where each value of a column stands."""

    def __init__(self, values: Integers) -> None:
        known = np.flatnonzero(values != MISSING)
        self.rows = known[np.argsort(values[known], kind="stable")]
        self.values = values[self.rows]

    def of(self, wanted: Collection[int]) -> Integers:
        """The rows that have one of the values, in order."""
        asked = np.array(sorted(wanted), dtype=np.int64)
        low, high = (np.searchsorted(self.values, asked, side) for side in ("left", "right"))
        parts = [self.rows[a:b] for a, b in zip(low, high, strict=True) if b > a]
        return np.sort(np.concatenate(parts)) if parts else np.zeros(0, dtype=np.int64)


MISSING = np.iinfo(np.int64).min


def integers(column: pa.ChunkedArray) -> Integers:
    """A column of numbers as an array, `MISSING` for nulls."""
    found: Integers = column.combine_chunks().cast(pa.int64()).fill_null(MISSING).to_numpy()
    return found


class Batches:
    """A table whose rows are taken from the batch that holds them: of several at once whole columns are copied."""

    def __init__(self, table: pa.Table) -> None:
        self.schema = table.schema
        self.batches = table.to_batches()
        self.ends = np.cumsum([batch.num_rows for batch in self.batches], dtype=np.int64)

    def take(self, rows: Integers, names: Collection[str] | None = None) -> pa.Table:
        """These rows, whose places are given in order, with all columns or only some."""
        cuts = np.searchsorted(rows, self.ends)
        schema = self.schema if names is None else pa.schema([self.schema.field(name) for name in names])
        found = []
        for batch, own, end in zip(self.batches, np.split(rows, cuts), self.ends, strict=False):
            if len(own):
                some = batch if names is None else batch.select(schema.names)
                found.append(some.take(pa.array(own - (end - batch.num_rows))))
        return pa.Table.from_batches(found, schema)


class HeldRows:
    """A register held in memory, with an index of each column that names persons."""

    def __init__(self, paths: Path, columns: Iterable[str]) -> None:
        self.table = pq.read_table(paths).combine_chunks()
        self.index = {column: Index(integers(self.table[column])) for column in columns}

    @property
    def schema(self) -> pa.Schema:
        """Columns and types."""
        return self.table.schema

    def naming(self, columns: Iterable[str], persons: Collection[int]) -> pa.Table:
        """The rows that name one of the persons in one of the columns."""
        rows = [self.index[column].of(persons) for column in columns]
        return self.table.take(pa.array(np.unique(np.concatenate(rows))))


class FiledRows:
    """A register on disk in the order of one column; rows are found by the bounds of row groups."""

    def __init__(self, path: Path, key: str) -> None:
        self.file = pq.ParquetFile(path)
        self.schema = self.file.schema_arrow
        self.key = key
        place = self.schema.names.index(key)
        self._bounds: list[tuple[int, int] | None] = []
        for number in range(self.file.metadata.num_row_groups):
            found = self.file.metadata.row_group(number).column(place).statistics
            known = found is not None and found.has_min_max
            self._bounds.append((found.min, found.max) if known else None)
        self._group = lru_cache(GROUPS_KEPT)(self._read)

    def _read(self, number: int) -> tuple[pa.Table, Integers]:
        table = self.file.read_row_group(number).combine_chunks()
        return table, integers(table[self.key])

    def first(self) -> pa.Table:
        """The first rows there are."""
        return self._group(0)[0] if self._bounds else self.schema.empty_table()

    def naming(self, columns: Iterable[str], persons: Collection[int]) -> pa.Table:
        """The rows whose key is one of the persons; `columns` is the key alone."""
        assert list(columns) == [self.key], f"{columns} of {self.file}: only {self.key} is in order"
        wanted = np.array(sorted(persons), dtype=np.int64)
        found = [self.schema.empty_table()]
        for number, bounds in enumerate(self._bounds):
            if bounds is not None and not ((wanted >= bounds[0]) & (wanted <= bounds[1])).any():
                continue
            table, keys = self._group(number)
            rows = np.flatnonzero(np.isin(keys, wanted))
            if len(rows):
                found.append(table.take(pa.array(rows)))
        # In one piece, because each piece has its price in every query.
        return pa.concat_tables(found).combine_chunks()


class Shared:
    """Who has the same value of an attribute."""

    def __init__(self, persons: Integers, values: pa.ChunkedArray) -> None:
        coded = pc.cast(values, pa.string()).combine_chunks().dictionary_encode()
        self.code = {value: number for number, value in enumerate(coded.dictionary.to_pylist())}
        self.index = Index(integers(pa.chunked_array([coded.indices])))
        self.persons = persons

    def of(self, values: Iterable[str]) -> set[int]:
        """Everyone who has one of the values."""
        codes = {self.code[value] for value in values if value in self.code}
        return set(self.persons[self.index.of(codes)].tolist())
