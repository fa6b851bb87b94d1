"""Signs of manual entry: heaped values and values copied from one row to the next.

People round what they type, and fill down what they do not know; registers that machines fill do
neither (on heaping see A. J. Coale and S. Li, Demography 28, 1991). Amounts and numbers of the
accepted rows are looked at, in the order of the file, a batch at a time: memory does not
grow with the table, and the figures are exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb
import numpy as np

from familycard.pack.contract import Column, Source
from familycard.pack.types import Kind
from familycard.sources import sql
from familycard.sources.quality import PER_MYRIAD, EntrySigns

THOUSAND = 1000
BATCH_ROWS = 1 << 20
BUCKET_BITS = 16
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio: spreads neighbouring values over the buckets."""


def entry_signs(
    connection: duckdb.DuckDBPyConnection, accepted: str, source: Source, minor_digits: int
) -> tuple[EntrySigns, ...]:
    """The signs in each amount, number and integer column that holds any value; `accepted` is SQL of the rows."""
    columns = [c for c in source.columns if c.type.kind in (Kind.MONEY, Kind.NUMBER, Kind.INTEGER)]
    if not columns:
        return ()
    found = [_Seen(column.name, _thousand(column, minor_digits)) for column in columns]
    for values in _in_file_order(connection, accepted, [column.name for column in columns]):
        for seen, column_values in zip(found, values, strict=True):
            seen.add(column_values)
    return tuple(seen.signs(_commonest(connection, accepted, seen)) for seen in found if seen.rows)


def _thousand(column: Column, minor_digits: int) -> int:
    """1000 in the stored units of a column."""
    digits = minor_digits if column.type.kind is Kind.MONEY else column.type.scale
    return int(THOUSAND * 10**digits)


def _in_file_order(
    connection: duckdb.DuckDBPyConnection, accepted: str, names: list[str]
) -> Iterator[list[np.ndarray]]:
    """The filled values of each column, batch by batch."""
    listed = ", ".join(f"CAST({sql.name(name)} AS BIGINT) AS {sql.name(name)}" for name in names)
    rows = connection.sql(f"SELECT {listed} FROM ({accepted}) ORDER BY _file, _row")
    for batch in rows.to_arrow_reader(BATCH_ROWS):
        yield [batch.column(n).drop_null().to_numpy() for n in range(len(names))]


@dataclass
class _Seen:
    """What was seen of a column so far."""

    name: str
    thousand: int
    rows: int = 0
    whole_thousands: int = 0
    repeated: int = 0
    longest: int = 0
    run: int = 0
    """Rows of the run that the last batch ended with."""
    last: int | None = None
    buckets: np.ndarray = field(default_factory=lambda: np.zeros(1 << BUCKET_BITS, dtype=np.int64))

    def add(self, values: np.ndarray) -> None:
        """Take in the next filled values, in order."""
        if not len(values):
            return
        starts = np.flatnonzero(values[1:] != values[:-1]) + 1
        continues = self.last is not None and int(values[0]) == self.last
        self.rows += len(values)
        self.repeated += len(values) - 1 - len(starts) + continues
        self.whole_thousands += int(((values % self.thousand == 0) & (values != 0)).sum())
        runs = np.diff(starts, prepend=0, append=len(values))
        runs[0] += self.run if continues else 0
        self.longest = max(self.longest, int(runs.max()))
        self.run, self.last = int(runs[-1]), int(values[-1])
        self.buckets += np.bincount(_bucket(values), minlength=1 << BUCKET_BITS)

    def signs(self, commonest: int) -> EntrySigns:
        return EntrySigns(
            self.name,
            ends_in_000=_share(self.whole_thousands, self.rows),
            most_frequent=_share(commonest, self.rows),
            as_row_before=_share(self.repeated, self.rows),
            longest_run=self.longest,
        )


def _bucket(values: np.ndarray) -> np.ndarray:
    return ((values.view(np.uint64) * MULTIPLIER) >> np.uint64(64 - BUCKET_BITS)).view(np.int64)


def _commonest(connection: duckdb.DuckDBPyConnection, accepted: str, seen: _Seen) -> int:
    """How many rows have the commonest value; 0 where that is less than a ten-thousandth of them.

    A value is as common as its bucket at most. So only values of the fullest bucket are counted, and then those
    of buckets that hold more rows than the commonest of these.
    """
    most, counted = 0, np.zeros(len(seen.buckets), dtype=bool)
    while True:
        left = ~counted & (seen.buckets > most) & (seen.buckets * PER_MYRIAD >= seen.rows)
        if not left.any():
            return most
        chosen = left if most else left & (seen.buckets == seen.buckets[left].max())
        counted |= chosen
        most = max(most, _count_in(connection, accepted, seen.name, chosen))


def _count_in(connection: duckdb.DuckDBPyConnection, accepted: str, name: str, chosen: np.ndarray) -> int:
    """Rows of the commonest value among those in chosen buckets."""
    values, counts = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    rows = connection.sql(f"SELECT CAST({sql.name(name)} AS BIGINT) FROM ({accepted})")
    for batch in rows.to_arrow_reader(BATCH_ROWS):
        found = batch.column(0).drop_null().to_numpy()
        more, times = np.unique(found[chosen[_bucket(found)]], return_counts=True)
        values, place = np.unique(np.concatenate([values, more]), return_inverse=True)
        counts = np.bincount(place, np.concatenate([counts, times]), len(values)).astype(np.int64)
    return int(counts.max(initial=0))


def _share(part: int, whole: int) -> int:
    return PER_MYRIAD * part // whole
