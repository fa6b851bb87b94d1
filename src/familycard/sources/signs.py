"""Signs of manual entry: heaped values and values copied from one row to the next.

People round what they type, and fill down what they do not know; registers that machines fill do
neither (on heaping see A. J. Coale and S. Li, Demography 28, 1991). Amounts and numbers of the
accepted rows are looked at, in the order of the file.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from familycard.pack.contract import Column, Source
from familycard.pack.types import Kind
from familycard.sources.quality import PER_MYRIAD, EntrySigns

THOUSAND = 1000


def entry_signs(checked: Path, source: Source, minor_digits: int) -> tuple[EntrySigns, ...]:
    """The signs in each amount, number and integer column of a checked table that holds any value."""
    found = []
    for column in source.columns:
        if column.type.kind in (Kind.MONEY, Kind.NUMBER, Kind.INTEGER):
            table = pq.read_table(checked, columns=[column.name])
            values = table[column.name].drop_null().to_numpy()
            if len(values):
                found.append(_signs(column, values, _thousand(column, minor_digits)))
    return tuple(found)


def _thousand(column: Column, minor_digits: int) -> int:
    """1000 in the stored units of a column."""
    digits = minor_digits if column.type.kind is Kind.MONEY else column.type.scale
    return int(THOUSAND * 10**digits)


def _signs(column: Column, values: np.ndarray, thousand: int) -> EntrySigns:
    ordered = np.sort(values)
    return EntrySigns(
        column.name,
        ends_in_000=_share(int(((values % thousand == 0) & (values != 0)).sum()), len(values)),
        most_frequent=_share(int(_runs(ordered).max()), len(values)),
        as_row_before=_share(int((values[1:] == values[:-1]).sum()), len(values)),
        longest_run=int(_runs(values).max()),
    )


def _runs(values: np.ndarray) -> np.ndarray:
    """The lengths of runs of equal values."""
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    return np.diff(starts, append=len(values))


def _share(part: int, whole: int) -> int:
    return PER_MYRIAD * part // whole
