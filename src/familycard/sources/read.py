"""Delivered files as one relation of text, whatever the format.

Every format gives the same columns: `_file`, `_row`, `_line` (the record, made readable by `shown_line`), `_record` (a
hash of the whole record), `_fault` and `_says` (why the record as a whole is refused), and
`c0`, `c1`, … the cells of the contract's physical columns, untouched. Columns that the
contract does not name are read past.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from familycard.errors import SourceError
from familycard.pack.contract import Column, Source
from familycard.sources import read_csv, read_json, read_parquet
from familycard.sources.cells import Parting
from familycard.sources.records import SCHEMA, Dialect, batches, cuts
from familycard.sources.text_file import TextFile

BYTES_A_ROW = 4
"""Of a well compressed text file."""


@dataclass(frozen=True)
class StoredFile:
    """A delivered file in the store's raw folder; `name` is what it was called."""

    name: str
    path: Path
    sha256: str
    bytes: int


@dataclass
class Records:
    """The records of a delivery; `select` may be asked again to read them once more."""

    connection: duckdb.DuckDBPyConnection
    source: Source
    format: str
    files: Sequence[StoredFile]
    fault: SourceError | None = None
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The contract's columns that stand in the file; `c<n>` is the n-th."""
        return tuple(column for column in self.source.columns if column.physical_name is not None)

    def most_rows(self) -> int:
        """How many rows there are about: of Parquet what it says itself, of text never too few."""
        if self.format in ("parquet", "postgresql"):
            return sum(read_parquet.rows(file.path) for file in self.files)
        return sum(file.bytes for file in self.files) // BYTES_A_ROW

    def select(self) -> str:
        """SQL over all files, in the order of their names; SourceError where a header is wrong."""
        return " UNION ALL ".join(self._select(number, file) for number, file in enumerate(self.files))

    def select_lines(self) -> str:
        """SQL that has `_file`, `_row` and what `shown_line` needs, and for CSV nothing else."""
        if self.format != "csv":
            return self.select()
        dialect = Dialect(self.source.delimiter, self.source.quote, self.source.line_breaks)
        parts = []
        for number, file in enumerate(self.files):
            table = self._register(batches(TextFile(file.path, file.name, self.source.encoding), dialect))
            parts.append(f"SELECT {number} AS _file, _row, _line FROM {table}")
        return " UNION ALL ".join(parts)

    def shown_line(self, typed: Mapping[int, read_parquet.TypedCell] | None = None) -> str:
        """SQL of a record's text as people know it, over the cells, or where they are `typed`, their values."""
        if self.format == "csv":
            return read_csv.shown_line(self.source)
        return "_line" if self.format == "jsonl" else read_parquet.shown_line(len(self.columns), typed or {})

    def typed(self) -> dict[int, read_parquet.TypedCell]:
        """Columns of Parquet that are no text, by number; the files must have been found readable by `select`."""
        if self.format not in ("parquet", "postgresql"):
            return {}
        return read_parquet.typed_cells(self.connection, [file.path for file in self.files], self.columns)

    def run(self, sql: str) -> None:
        """Execute SQL that reads `select()`, with the refusal of a file as the SourceError it is."""
        try:
            self.connection.execute(sql)
        except duckdb.Error as error:
            if self.fault is not None:
                raise self.fault from error
            if self.format == "parquet":
                raise SourceError(f"{self.source.id}: the Parquet file cannot be read: {error}") from error
            raise

    def _select(self, number: int, file: StoredFile) -> str:
        headers = tuple(column.physical_name or "" for column in self.columns)
        if self.format in ("parquet", "postgresql"):
            return read_parquet.select(self.connection, number, file.path, file.name, self.columns)
        text = TextFile(file.path, file.name, self.source.encoding)
        if self.format == "jsonl":
            table = self._register(batches(text, Dialect("", "", False)))
            missing = read_json.presence(table, headers)
            self._refuse_missing(file, headers, missing)
            table = self._register(batches(text, Dialect("", "", False)))
            return read_json.select(number, table, headers)
        stream = cuts(text, Dialect(self.source.delimiter, self.source.quote, self.source.line_breaks))
        first = next(stream, None)
        if first is None:
            raise SourceError(f"{file.name}: the file is empty. Deliver it again.")
        head = first.first()
        header = read_csv.header(head, file.name, self.source, headers)
        parting = Parting(head, len(header), tuple(map(header.index, headers)), self.source.quote)
        parted = (parting.batch(cut) for cut in itertools.chain((first,), stream))
        table = self._register(parted, parting.schema)
        return read_csv.select(number, table, head, header, self.source, headers)

    def _refuse_missing(self, file: StoredFile, headers: Sequence[str], presence: str) -> None:
        self.fault = None
        try:
            found = self.connection.execute(presence).fetchall()[0]
        except duckdb.Error as error:
            raise self.fault or error from error
        if found[0] == 0:
            raise SourceError(f"{file.name}: the file is empty. Deliver it again.")
        missing = [header for header, there in zip(headers, found[1:], strict=True) if not there]
        if missing:
            raise SourceError(f"{file.name}: no record has the key '{missing[0]}', which the contract names.")

    def _register(self, stream: Iterator[pa.RecordBatch], schema: pa.Schema = SCHEMA) -> str:
        table = f"records_{next(self._numbers)}"
        self.connection.register(table, pa.RecordBatchReader.from_batches(schema, self._guarded(stream)))
        return table

    def _ahead(self, stream: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The next piece is made while the engine reads the one before."""
        with ThreadPoolExecutor(1) as pool:
            following = pool.submit(next, stream, None)
            while (batch := following.result()) is not None:
                following = pool.submit(next, stream, None)
                yield batch

    def _guarded(self, stream: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """DuckDB turns what a stream raises into text; keep the refusal itself."""
        try:
            yield from self._ahead(stream)
        except SourceError as error:
            self.fault = error
            raise
