"""Who is known, made ready once an intake: tables for joins, sorted numbers for searches.

An identifier that the index knows and that keeps the rules of its kind reads well, so rows that name it
need no checksum. Most kinds are numbers of one length: these are kept sorted in memory, where a
search costs no scan of the index; at twenty million persons that is 450 MB.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import duckdb
import numpy as np

from familycard.pack.model import IdentifierKind, Pack
from familycard.sources import sql
from familycard.sources.check_column import UNREADABLE
from familycard.sources.identifiers import arithmetic_sql, form_of, holds_sql

DIGITS_ONLY = re.compile(r"\^\[0-9\]\{([0-9]+)\}\$")
LONGEST_NUMBER = 17
"""Digits of an identifier that still fits in 64 bits with one digit too many."""
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
"""2^64 divided by the golden ratio (D. E. Knuth, The Art of Computer Programming 3, 6.4)."""
BITS_A_NUMBER = 32


@dataclass(frozen=True)
class Numbers:
    """The known identifiers of a kind that are numbers of `length` digits, in order, and whose they are."""

    length: int
    values: np.ndarray
    persons: np.ndarray

    @cached_property
    def _shift(self) -> int:
        """What is left of a 64-bit product once its highest bits are the place in the filter."""
        return 64 - max(6, (len(self.values) * BITS_A_NUMBER).bit_length())

    @cached_property
    def _filter(self) -> np.ndarray:
        """One bit a hash: a number whose bit is not set is not known (B. H. Bloom, 1970, with one hash)."""
        bits = np.zeros(1 << (64 - self._shift), dtype=bool)
        bits[self._hash(self.values)] = True
        return np.packbits(bits, bitorder="little")

    def _hash(self, numbers: np.ndarray) -> np.ndarray:
        return (numbers.view(np.uint64) * MULTIPLIER) >> np.uint64(self._shift)

    def places(self, numbers: np.ndarray) -> np.ndarray:
        """Where in `values` those of `numbers` stand that are known; most of what is not known is seen at once."""
        place = self._hash(numbers)
        bit = (self._filter[place >> np.uint64(3)] >> (place & np.uint64(7)).astype(np.uint8)) & np.uint8(1)
        likely = numbers[bit.view(bool)]
        return self.exact_places(likely)[1]

    def exact_places(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Which of `numbers` are known, and where in `values` these stand."""
        if not len(self.values):
            return np.zeros(len(numbers), dtype=bool), np.zeros(0, dtype=np.int64)
        place = np.searchsorted(self.values, numbers)
        place[place == len(self.values)] = 0
        is_known = self.values[place] == numbers
        return is_known, place[is_known]


@dataclass(frozen=True)
class Known:
    """What an intake knows of each kind of identifiers."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """How many there are in the tables ``known_<kind>`` (value, person)."""
    numbers: Mapping[str, Numbers] = field(default_factory=dict)
    odd: frozenset[str] = frozenset()
    """Kinds of which the index holds identifiers that break a rule of their kind: tables ``odd_<kind>``."""


def list_known(connection: duckdb.DuckDBPyConnection, pack: Pack) -> Known:
    """Make the tables ``known_<kind>`` and ``odd_<kind>`` (value, person) from the table ``identity``."""
    counts, numbers, odd = {}, {}, set()
    for kind in pack.identifiers.values():
        every = f"SELECT value, person FROM identity WHERE kind = {sql.text(kind.id)}"
        summed = "" if kind.checksum == "none" else f", {arithmetic_sql('value', kind.checksum)} AS k"
        connection.execute(
            # Kept apart, or the filter would take in the sum and evaluate its parts again and again.
            f"CREATE OR REPLACE TABLE {table_of(kind.id)} AS WITH summed AS MATERIALIZED (SELECT *{summed} FROM ({every})) "
            f"SELECT value, person FROM summed WHERE {_reads_well(kind)}"
        )
        counts[kind.id], there = _count(connection, table_of(kind.id)), _count(connection, f"({every})")
        if counts[kind.id] < there:
            odd.add(kind.id)
            connection.execute(
                f"CREATE OR REPLACE TABLE {odd_table_of(kind.id)} AS {every} "
                f"AND value NOT IN (SELECT value FROM {table_of(kind.id)})"
            )
        if length := length_of(kind):
            numbers[kind.id] = _sorted(connection, kind.id, length)
    return Known(counts, numbers, frozenset(odd))


def _count(connection: duckdb.DuckDBPyConnection, rows: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {rows}").fetchall()[0][0])


def _sorted(connection: duckdb.DuckDBPyConnection, kind: str, length: int) -> Numbers:
    found = connection.sql(
        f"SELECT CAST(value AS BIGINT) AS n, person FROM {table_of(kind)}"
    ).to_arrow_table()
    values, persons = found["n"].to_numpy(), found["person"].to_numpy()
    # People are numbered in the order of their identifiers, so most often nothing is left to sort.
    order = None if (values[1:] > values[:-1]).all() else np.argsort(values)
    return Numbers(length, *((values, persons) if order is None else (values[order], persons[order])))


def length_of(kind: IdentifierKind) -> int | None:
    """How many digits every identifier of a kind has; None where its pattern does not say just that.

    >>> length_of(IdentifierKind("iin", {}, "^[0-9]{12}$", "kz_iin"))
    12
    """
    found = DIGITS_ONLY.fullmatch(kind.pattern)
    length = int(found[1]) if found else 0
    return length if 1 < length <= LONGEST_NUMBER else None


def _reads_well(kind: IdentifierKind) -> str:
    """SQL: whether a `value` keeps every rule of its kind; an index made under other rules may hold others."""
    if kind.checksum != "none" and kind.pattern == f"^{form_of(kind.checksum)}$":
        return holds_sql("value", kind.checksum, "k")
    summed = "true" if kind.checksum == "none" else holds_sql("value", kind.checksum, "k")
    return (
        f"regexp_matches(value, {sql.text(kind.pattern)}) AND {summed} AND value = {sql.trimmed('value')} "
        f"AND NOT regexp_matches(value, {sql.text(UNREADABLE)})"
    )


def table_of(kind: str) -> str:
    """The SQL name of the table of a kind's known identifiers that keep its rules."""
    return sql.name(f"known_{kind}")


def odd_table_of(kind: str) -> str:
    """The SQL name of the table of those that do not."""
    return sql.name(f"odd_{kind}")
