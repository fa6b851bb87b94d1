"""A survey's file as a table of values stored as in a build: scaled integers, booleans, text.

Columns are found by name; the head of an export, `wages [KZT]`, counts as `wages`. A value that
does not fit its indicator refuses the file with row and column, and is not shown.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from familycard.errors import SurveyError
from familycard.pack.fit import Fit
from familycard.pack.model import Pack
from familycard.pack.reading.values import Currency, typed
from familycard.pack.types import Kind, Type
from familycard.scoring.fitting.cuts import type_of


def read_survey_file(pack: Pack, fit: Fit, path: Path) -> pa.Table:
    """All columns of the file; indicators as stored, the others as they are."""
    if not path.is_file():
        raise SurveyError(f"{path}: there is no such file; name the survey, a .csv or .parquet file.")
    table = _parquet(path) if path.suffix == ".parquet" else _csv(path)
    names = [name.partition(" [")[0] for name in table.column_names]
    if len(set(names)) < len(names):
        doubled = next(name for name in names if names.count(name) > 1)
        raise SurveyError(f"{path} has two columns `{doubled}`; rename one.")
    table = table.rename_columns(names)
    for name in dict.fromkeys((*fit.indicators, *fit.described)):
        if name in names:
            values = _stored(pack, name, table[name], path)
            table = table.set_column(names.index(name), name, values)
    return table


def _parquet(path: Path) -> pa.Table:
    try:
        return pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise SurveyError(f"{path} cannot be read as Parquet; check that it is whole.") from error


def _csv(path: Path) -> pa.Table:
    """All cells as text, so that `01` stays `01`; a blank cell is unknown."""
    try:
        head = pa_csv.open_csv(path).schema.names
        options = pa_csv.ConvertOptions(
            column_types=dict.fromkeys(head, pa.string()), strings_can_be_null=True, null_values=["", "NA"]
        )
        return pa_csv.read_csv(path, convert_options=options)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read as CSV: one line of names, commas between, UTF-8. Mend the file."
        raise SurveyError(message) from error


def _stored(pack: Pack, name: str, column: pa.ChunkedArray, path: Path) -> pa.ChunkedArray:
    type_ = type_of(pack, name)
    target = _ARROW.get(type_.kind, pa.int64())
    if column.type == target and type_.kind not in (Kind.MONEY, Kind.NUMBER, Kind.RATIO):
        return column
    read = _reader(pack, type_)
    values: list[Any] = []
    for row, text in enumerate(pc.cast(column, pa.string()).to_pylist(), 1):
        try:
            values.append(None if text is None else read(text.strip()))
        except (ValueError, ArithmeticError) as error:
            raise SurveyError(
                f"{path}, row {row}, column `{name}`: the value is no {type_.kind.value} of the pack. Mend it."
            ) from error
    return pa.chunked_array([pa.array(values, target)])


_ARROW = {Kind.BOOLEAN: pa.bool_(), Kind.TEXT: pa.string(), Kind.DATE: pa.string()}


def _reader(pack: Pack, type_: Type) -> Callable[[str], Any]:
    currency = Currency(pack.currency, pack.minor_digits)
    if type_.kind is Kind.MONEY:
        return lambda text: typed(
            text if text.endswith(pack.currency) else f"{text} {pack.currency}", type_, currency
        )
    if type_.kind is Kind.BOOLEAN:
        return lambda text: typed({"1": "true", "0": "false"}.get(text, text.lower()), type_, currency)
    return lambda text: typed(text, type_, currency)
