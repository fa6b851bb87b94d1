"""Rows as agencies should not send them: a share of each register, spoiled in ways that intake refuses.

The made-up registers are faultless in form; a measurement of intake must not be. Each
spoiled row breaks one rule of its contract in one cell. A register kept by hand has slips besides,
however faultless the rest: rows that name nobody, whose person a name still tells. How many rows of
which source were spoiled in which way stands in ``truth/bad_rows.csv``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from familycard.pack.contract import Column, Source
from familycard.pack.model import IdentifierKind
from familycard.pack.types import Kind

SLIP = "slip"
_WRONG_CONTROL = "000000000001"
_NO_CODE = "no-such-code"
_NO_DATE = "2025-02-31"
_TOO_EARLY = -200_000
"""Days: the year 1422, before the first date of any register."""


@dataclass(frozen=True)
class Way:
    """One way to spoil a cell of one column: what the cells become."""

    kind: str
    header: str
    spoil: Callable[[pa.Array], pa.Array]


@dataclass
class BadRows:
    """Spoils a share of the rows of every register, and counts them by source and way."""

    share: float
    identifiers: Mapping[str, IdentifierKind]
    count: Counter[tuple[str, str]] = field(default_factory=Counter)

    def spoil(
        self, source: Source, table: pa.Table, dice: np.random.Generator, slips: float = 0.0
    ) -> pa.Table:
        """The table with some rows spoiled, and in a share `slips` of the others no sound number of their subject."""
        ways = list(_ways(source, self.identifiers)) if self.share else []
        slipped = int(slips * table.num_rows)
        if not ways and not slipped:
            return table
        # Rounded, not drawn: chance would push a small register over the share that its contract bears.
        spoiled = round(self.share * table.num_rows) if ways else 0
        chosen = dice.choice(table.num_rows, spoiled + slipped, replace=False)
        chosen, rest = chosen[:spoiled], chosen[spoiled:]
        way_of = dice.integers(0, len(ways), len(chosen)) if ways else chosen
        columns = {
            name: _sent_as_text(column, source)
            for name, column in zip(table.column_names, table.columns, strict=True)
        }
        for number, way in enumerate(ways):
            rows = chosen[way_of == number]
            columns[way.header] = _replaced(columns[way.header], rows, way)
            if len(rows):
                self.count[source.id, way.kind] += len(rows)
        if slipped:
            for way, rows in _slips(source, rest):
                columns[way.header] = _replaced(columns[way.header], rows, way)
            self.count[source.id, SLIP] += slipped
        return pa.table(columns)


def _slips(source: Source, rows: np.ndarray) -> Iterator[tuple[Way, np.ndarray]]:
    """No sound number of the subject in any of these rows; a third lack what else may be left out by who writes it."""
    subject = source.by_name[source.subject or ""]
    header = subject.physical_name or subject.name
    yield Way(SLIP, header, _wrong_control), rows[::2]
    yield Way(SLIP, header, _nothing), rows[1::2]
    for name in ("patronymic", "birth_date"):
        column = source.by_name.get(name)
        if column is not None and not column.required:
            yield Way(SLIP, column.physical_name or name, _nothing), rows[::3]


def _sent_as_text(column: pa.ChunkedArray, source: Source) -> pa.Array:
    """Dates of text files as text, so that one that does not exist can be written."""
    array = column.combine_chunks()
    return array.cast(pa.string()) if pa.types.is_date32(array.type) and source.format != "parquet" else array


def _replaced(array: pa.Array, rows: np.ndarray, way: Way) -> pa.Array:
    if not len(rows):
        return array
    rows = np.sort(rows)
    is_chosen = np.zeros(len(array), bool)
    is_chosen[rows] = True
    return pc.replace_with_mask(array, pa.array(is_chosen), way.spoil(array.take(pa.array(rows))))


def _ways(source: Source, identifiers: Mapping[str, IdentifierKind]) -> Iterator[Way]:
    for column in source.columns:
        if column.derived is None:
            header = column.physical_name or column.name
            yield from (Way(kind, header, spoil) for kind, spoil in _ways_of(column, source, identifiers))


def _ways_of(
    column: Column, source: Source, identifiers: Mapping[str, IdentifierKind]
) -> Iterator[tuple[str, Callable[[pa.Array], pa.Array]]]:
    kind = column.type.kind
    if column.required:
        yield "blank", _nothing
    if column.identifies is not None:
        if identifiers[column.identifies].checksum == "kz_iin":
            yield "control digit", _wrong_control
    elif kind is Kind.TEXT and (column.allowed or column.recode):
        yield "code", lambda cells: pa.repeat(pa.scalar(_NO_CODE), len(cells))
    elif kind is Kind.DATE and (column.minimum is None or column.format or source.format != "parquet"):
        yield "date", _no_date
    elif (low := _least(column)) is not None:
        yield "limit", lambda cells: pa.repeat(pa.scalar(low - 1).cast(cells.type), len(cells))


def _nothing(cells: pa.Array) -> pa.Array:
    return pa.nulls(len(cells), cells.type)


def _wrong_control(cells: pa.Array) -> pa.Array:
    """The last digit is another one, so it cannot agree."""
    digits = pc.utf8_slice_codeunits(cells, 11).cast(pa.int64())
    wrong = pc.subtract(pc.add(digits, 1), pc.multiply(pc.divide(pc.add(digits, 1), 10), 10))
    spoiled = pc.binary_join_element_wise(pc.utf8_slice_codeunits(cells, 0, 11), wrong.cast(pa.string()), "")
    return pc.fill_null(spoiled, _WRONG_CONTROL)


def _no_date(cells: pa.Array) -> pa.Array:
    if pa.types.is_date32(cells.type):
        return pa.repeat(pa.scalar(_TOO_EARLY, pa.int32()), len(cells)).cast(pa.date32())
    return pa.repeat(pa.scalar(_NO_DATE), len(cells))


def _least(column: Column) -> Decimal | None:
    """The least value that the contract allows; money is never below zero unless it says so."""
    if column.type.kind not in (Kind.INTEGER, Kind.NUMBER, Kind.MONEY) or column.minimum == "any":
        return None
    if column.minimum is None:
        return Decimal(0) if column.type.kind is Kind.MONEY else None
    return Decimal(column.minimum)
