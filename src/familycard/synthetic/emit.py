"""Writing registers exactly as their contracts say: names of columns, formats, encodings, words.

A table comes as columns by our names. Persons are block numbers (a negative one is blank),
dates are days since 1970 (`NEVER` is blank), money is in minor units, numbers are scaled as
the contract says, texts are Arrow arrays. The writer turns them into what the agency sends.
"""

from __future__ import annotations

import codecs
import gzip
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from familycard.errors import PackError
from familycard.pack.contract import Column, Source
from familycard.pack.types import Kind
from familycard.synthetic.tables import NEVER, Ints

Table = dict[str, Any]
"""Columns by our names: numpy arrays, or Arrow arrays of text."""
_MONEY_DIGITS = 18
_GZIP_LEVEL = 1


def number_texts(number: Ints) -> pa.Array:
    """Identification numbers as twelve digits."""
    return pc.utf8_lpad(pa.array(number).cast(pa.string()), 12, "0")


def to_arrow(source: Source, table: Table, numbers: pa.Array, minor_digits: int) -> pa.Table:
    """The table as the file shows it, with the contract's headers and order of columns."""
    arrays = {}
    for column in source.columns:
        if column.derived is not None:
            continue
        if column.name not in table:
            message = f"the made-up country has no column `{column.name}` for this source"
            raise PackError(message, source.file, column.line)
        values = table[column.name]
        arrays[column.physical_name or column.name] = _as_sent(
            column, values, numbers, minor_digits, source.format
        )
    return pa.table(arrays)


def _as_sent(column: Column, values: Any, numbers: pa.Array, minor_digits: int, format_: str) -> pa.Array:
    if column.identifies:
        return numbers.take(pa.array(values, mask=np.asarray(values) < 0))
    kind = column.type.kind
    if kind is Kind.DATE:
        return _dates(np.asarray(values), column.format)
    if kind is Kind.MONEY:
        return decimals(np.asarray(values), minor_digits)
    if kind is Kind.NUMBER and column.type.scale:
        return decimals(np.asarray(values), column.type.scale)
    if kind is Kind.BOOLEAN:
        truths = pa.array(values)
        return (
            truths if format_ != "csv" else pc.if_else(truths, column.true_values[0], column.false_values[0])
        )
    array = values if isinstance(values, pa.Array) else _integers(values)
    return _recoded(array, column.recode) if column.recode else array


def _integers(values: Any) -> pa.Array:
    return (
        pa.array(values, mask=np.asarray(values == NEVER)) if values.dtype == np.int64 else pa.array(values)
    )


def decimals(values: Ints, scale: int) -> pa.Array:
    """Scaled integers as decimals, without a detour through floats; `NEVER` is blank."""
    halves = np.empty((len(values), 2), np.int64)
    halves[:, 0] = values
    halves[:, 1] = np.where(values < 0, -1, 0)
    blank = values == NEVER
    known = pa.array(~blank).buffers()[1] if blank.any() else None
    buffer = pa.py_buffer(halves.tobytes())
    return pa.Array.from_buffers(pa.decimal128(_MONEY_DIGITS, scale), len(values), [known, buffer])


def _dates(days: Ints, format_: str | None) -> pa.Array:
    blank = days == NEVER
    dates = pa.array(np.where(blank, 0, days).astype(np.int32), pa.int32(), mask=blank).cast(pa.date32())
    if format_ is None:
        return dates
    coded = dates.dictionary_encode()
    return pc.strftime(coded.dictionary, format=format_).take(coded.indices)


def _recoded(array: pa.Array, recode: Mapping[str, str]) -> pa.Array:
    """Our words back into the agency's."""
    coded = array.cast(pa.string()).dictionary_encode()
    theirs = {ours: text for text, ours in recode.items()}
    words = pa.array([theirs[word] for word in coded.dictionary.to_pylist()], pa.string())
    return words.take(coded.indices)


class Delivery:
    """The register files of one part, written block by block; their names end in its `suffix`."""

    def __init__(self, out: Path, sources: Mapping[str, Source], minor_digits: int, suffix: str = "") -> None:
        self.out = out
        self.sources = sources
        self.minor_digits = minor_digits
        self.suffix = suffix
        self.rows: Counter[str] = Counter()
        self._writers: dict[str, Any] = {}
        self._files: list[BinaryIO] = []

    def tables(self, tables: Mapping[str, Table], numbers: pa.Array) -> Iterator[tuple[Source, pa.Table]]:
        """One block's tables as the files show them; a source that the generator does not know is an error."""
        for name, source in self.sources.items():
            if name not in tables:
                raise PackError(
                    f"the made-up country does not make this source; write synthetic/registers/{name}.yaml",
                    source.file,
                )
            yield source, to_arrow(source, tables[name], numbers, self.minor_digits)

    def append(self, source: Source, table: pa.Table) -> None:
        """Append rows to the source's file."""
        self.rows[source.id] += table.num_rows
        if source.id not in self._writers:
            self._writers[source.id] = self._open(source, table.schema)
        self._writers[source.id].write_table(table)

    def _open(self, source: Source, schema: pa.Schema) -> Any:
        path = self.out / source.location.replace("*", self.suffix)
        if source.format == "parquet":
            return pa.parquet.ParquetWriter(path, schema, compression="zstd")
        file: BinaryIO = path.open("wb")
        self._files.append(file)
        if path.suffix == ".gz":
            file = cast(BinaryIO, gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0))
            self._files.append(file)
        if source.format == "jsonl":
            return _JsonLines(file)
        if codecs.lookup(source.encoding) != codecs.lookup("utf-8"):
            file = _Transcoded(file, source.encoding)
        options = pa.csv.WriteOptions(
            delimiter=source.delimiter, quoting_style="none" if path.suffix == ".gz" else "needed"
        )
        return pa.csv.CSVWriter(pa.PythonFile(file, mode="w"), schema, write_options=options)

    def close(self) -> None:
        """Finish every file."""
        for writer in self._writers.values():
            writer.close()
        for file in reversed(self._files):
            file.close()


class _Transcoded(io.RawIOBase, BinaryIO):
    """UTF-8 in, another encoding out."""

    def __init__(self, file: BinaryIO, encoding: str) -> None:
        self._file = file
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._file.write(self._decoder.decode(bytes(data)).encode(self._encoding))
        return len(data)


class _JsonLines:
    """One JSON object a line; values are texts without special characters, numbers, days or booleans."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def write_table(self, table: pa.Table) -> None:
        parts: list[Any] = []
        for position, name in enumerate(table.column_names):
            parts.append(f'{", " if position else "{"}"{name}": ')
            parts.append(_json_values(table.column(name)))
        lines = pc.binary_join_element_wise(*parts, "}\n", "")
        for chunk in lines.chunks if isinstance(lines, pa.ChunkedArray) else [lines]:
            self._file.write("".join(chunk.to_pylist()).encode())

    def close(self) -> None:
        """The delivery closes the file."""


def _json_values(values: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_string(values.type) or pa.types.is_date(values.type):
        texts = pc.binary_join_element_wise('"', values.cast(pa.string()), '"', "")
    else:
        texts = values.cast(pa.string())
    return pc.fill_null(texts, "null")


def coded(index: Ints, words: Iterable[str]) -> pa.Array:
    """Texts by number from a list of words; a negative number is blank."""
    array = pa.array(index, mask=np.asarray(index) < 0)
    return pa.DictionaryArray.from_arrays(array, pa.array(list(words), pa.string())).cast(pa.string())


def labelled(prefix: str, number: Ints, digits: int = 7) -> pa.Array:
    """Codes such as ``OBJ-0000012``."""
    text = pc.utf8_lpad(pa.array(number).cast(pa.string()), digits, "0")
    return pc.binary_join_element_wise(prefix, text, "-")
