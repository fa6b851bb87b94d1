"""Bins of an indicator: cut-offs that can be read aloud, listed values, and the unknown apart.

Cut-offs are integers as stored (of money, minor units), so `value < cut-off` is exact in SQL and
on paper. Where values are few, each has its bin; else weighted quantiles are rounded to two
digits. A bin holds at least `LEAST_ROWS_OF_A_BIN` rows: fewer tell of chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from familycard.pack.model import Pack
from familycard.pack.types import INTEGER, Kind, Type
from familycard.scoring.fitting.survey import LEAST_ROWS_OF_A_BIN, Floats, Ints
from familycard.scoring.fitting.weighted import places_below, quantiles

MOST_BINS = 16
MOST_VALUES = 12
"""Whole numbers that take no more values than this are taken one by one."""


@dataclass(frozen=True)
class Bins:
    """The bins of one indicator: by cut-offs, or by values of which the last bin holds all others."""

    indicator: str
    type: Type
    cuts: tuple[int, ...] = ()
    values: tuple[str, ...] = ()

    @property
    def is_listed(self) -> bool:
        """Whether bins are values, not ranges."""
        return self.type.kind in (Kind.TEXT, Kind.BOOLEAN)

    @property
    def count(self) -> int:
        """How many bins, without that of the unknown."""
        return len(self.values) + 1 if self.is_listed else len(self.cuts) + 1

    def codes(self, column: pa.ChunkedArray) -> Floats:
        """The bin of each row; NaN where unknown."""
        known = column.is_valid().to_numpy(zero_copy_only=False)
        codes = np.full(len(column), np.nan)
        if self.is_listed:
            places = {value: place for place, value in enumerate(self.values)}
            texts = map(text_of, column.filter(pa.array(known)).to_pylist())
            codes[known] = [places.get(text, len(self.values)) for text in texts]
        else:
            codes[known] = places_below(_numbers(column)[known], self.cuts)
        return codes


def text_of(value: bool | str) -> str:
    """A listed value as a pack writes it."""
    return str(value).lower() if isinstance(value, bool) else value


def type_of(pack: Pack, indicator: str) -> Type:
    """The stored type of an indicator of units."""
    return INTEGER if indicator == "members" else pack.indicators[indicator].type


def bins_of(pack: Pack, indicator: str, column: pa.ChunkedArray, weight: Floats) -> Bins:
    """The bins in which an indicator is fitted."""
    type_ = type_of(pack, indicator)
    if type_.kind == Kind.BOOLEAN:
        return Bins(indicator, type_, values=("false",))
    known = column.is_valid().to_numpy(zero_copy_only=False)
    if type_.kind == Kind.TEXT:
        return Bins(indicator, type_, values=_listed(column.filter(pa.array(known)).to_pylist()))
    values, weight = _numbers(column)[known], weight[known]
    distinct = np.unique(values)
    cuts = distinct[1:].astype(np.int64) if len(distinct) <= MOST_VALUES else _read_aloud(values, weight)
    return Bins(indicator, type_, cuts=_with_enough_rows(values, cuts))


def _numbers(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _listed(values: Sequence[str]) -> tuple[str, ...]:
    """Values of enough rows; were all of them so, the rarest is left to \"all others\"."""
    names, counts = np.unique(np.array(values, dtype=object), return_counts=True)
    enough = [str(n) for n, c in zip(names, counts, strict=True) if c >= LEAST_ROWS_OF_A_BIN]
    if len(enough) == len(names) and enough:
        enough.remove(str(names[np.argmin(counts)]))
    return tuple(enough)


def _read_aloud(values: Floats, weight: Floats) -> Ints:
    shares = np.arange(1, MOST_BINS) / MOST_BINS
    rounded = {round_to_two_digits(int(cut)) for cut in quantiles(values, weight, list(shares))}
    return np.array(sorted(rounded), dtype=np.int64)


def round_to_two_digits(value: int) -> int:
    """A number with no more than two digits that are not 0.

    >>> round_to_two_digits(148213), round_to_two_digits(-1995), round_to_two_digits(7)
    (150000, -2000, 7)
    """
    step: int = 10 ** max(len(str(abs(value))) - 2, 0)
    return (abs(value) + step // 2) // step * step * (1 if value >= 0 else -1)


def _with_enough_rows(values: Floats, cuts: Ints) -> tuple[int, ...]:
    """Cut-offs that leave enough rows in each bin; a bin of too few joins the one below."""
    kept: list[int] = []
    counted = 0
    for cut in cuts:
        below = int(np.count_nonzero(values < cut))
        if below - counted >= LEAST_ROWS_OF_A_BIN and len(values) - below >= LEAST_ROWS_OF_A_BIN:
            kept.append(int(cut))
            counted = below
    return tuple(kept)
