"""From identifiers to persons: most are looked up while a row is checked, the rest before it is written.

An identifier that the index knows reads well, for the index was made from such; so a row whose
identifiers are all known needs no checksum. Where a delivery is small against the index, or an
identifier was written with white space round it, the few that are left are looked up at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from familycard.pack.contract import Source
from familycard.sources import sql
from familycard.sources.known import Known, odd_table_of

KNOWN_A_ROW = 4
"""A join makes a table of all who are known; for fewer rows than a quarter of these, checksums cost less."""


def worth_joining(source: Source, known: Mapping[str, int], rows: int) -> frozenset[str]:
    """The identifying columns that are looked up while rows are checked; the rest is looked up at the end."""
    return frozenset(
        column.name
        for column in source.columns
        if column.identifies
        and column.derived is None
        and not (column.allowed or column.recode or column.blank or column.pattern)
        and (column.min_length, column.max_length) == (None, None)
        and 0 < known.get(column.identifies, 0) <= rows * KNOWN_A_ROW
    )


@dataclass
class Resolving:
    """How the identifying columns of ``checked`` become persons; `joined` ones are so already."""

    connection: duckdb.DuckDBPyConnection
    source: Source
    joined: frozenset[str]
    known: Known
    _found: set[str] = field(default_factory=set)

    @property
    def columns(self) -> list[tuple[int, str, str]]:
        """(number, name, kind) of each identifying column."""
        return [(n, c.name, c.identifies) for n, c in enumerate(self.source.columns) if c.identifies]

    def look_up(self, accepted: str) -> None:
        """The tables ``named_<n>`` (value, person) of what the checks did not find, from SQL of accepted rows."""
        for number, name, kind in self.columns:
            # At the first look a row is good only if whoever a joined column names was found.
            rows = (
                f"judged WHERE NOT _refused AND {place_of(name)} IS NULL"
                if name in self.joined
                else f"({accepted}) WHERE true"
            )
            left = f"SELECT DISTINCT {sql.name(name)} AS value FROM {rows} AND {sql.name(name)} IS NOT NULL"
            self.connection.execute(
                f"CREATE OR REPLACE TEMP TABLE named_{number} AS {self._named(kind, left)}"
            )
            if self.connection.execute(f"SELECT count(*) FROM named_{number}").fetchall()[0][0]:
                self._found.add(name)

    def _named(self, kind: str, texts: str) -> str:
        """SQL of (value, person) for the texts of a kind that somebody has."""
        numbers = self.known.numbers.get(kind)
        if numbers is None:
            whose = f"SELECT value, person FROM identity SEMI JOIN ({texts}) USING (value)"
            return f"{whose} WHERE kind = {sql.text(kind)}"
        digits = f"'[0-9]{{{numbers.length}}}'"
        read = self.connection.sql(
            f"SELECT value, CAST(value AS BIGINT) AS n FROM ({texts}) WHERE regexp_full_match(value, {digits}) ORDER BY value"
        ).to_arrow_table()
        is_known, places = numbers.exact_places(read["n"].to_numpy())
        found = {"value": read["value"].filter(pa.array(is_known)), "person": numbers.persons[places]}
        self.connection.register("named_numbers", pa.table(found))
        odd = f" UNION ALL SELECT value, person FROM {odd_table_of(kind)} SEMI JOIN ({texts}) USING (value)"
        return f"SELECT value, person FROM named_numbers{odd if kind in self.known.odd else ''}"

    def person(self, name: str) -> str:
        """SQL of a column's person, over `rows`."""
        number = next(n for n, column, _ in self.columns if column == name)
        found = [f"a.{place_of(name)}"] if name in self.joined else []
        found += [f"n{number}.person"] if name in self._found else []
        return f"coalesce({', '.join(found)})" if found else "CAST(NULL AS BIGINT)"

    def rows(self, accepted: str) -> str:
        """The FROM clause of accepted rows `a` with what `look_up` found."""
        joins = "".join(
            f" LEFT JOIN named_{number} n{number} ON n{number}.value = a.{sql.name(name)}"
            for number, name, _ in self.columns
            if name in self._found
        )
        return f"({accepted}) a{joins}"

    def is_unknown(self) -> str:
        """SQL: whether a row names somebody whom the index does not know."""
        blank = [
            f"(a.{sql.name(name)} IS NOT NULL AND {self.person(name)} IS NULL)" for _, name, _ in self.columns
        ]
        return f"({' OR '.join(blank) or 'false'})"


def place_of(name: str) -> str:
    """The SQL name of the column of ``checked`` that holds the person of an identifying column."""
    return sql.name(f"_person_{name}")
