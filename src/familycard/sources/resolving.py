"""From identifiers to persons: most are looked up while a row is checked, the rest before it is written.

An identifier that the index knows reads well, for the index was made from such; so a row whose
identifiers are all known needs no checksum. Where a delivery is small against the index, or an
identifier was written with white space round it, the few that are left are looked up at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from familycard.pack.contract import Source
from familycard.pack.model import IdentifierKind, Pack
from familycard.sources import sql
from familycard.sources.check_column import UNREADABLE
from familycard.sources.identifiers import arithmetic_sql, form_of, holds_sql

BYTES_A_ROW = 4
"""Of a well compressed file; so a delivery is taken for small only where it is."""


def list_known(connection: duckdb.DuckDBPyConnection, pack: Pack) -> dict[str, int]:
    """The tables ``known_<kind>`` (value, person) of identifiers that keep their kind's rules; their rows."""
    found = {}
    for kind in pack.identifiers.values():
        summed = "" if kind.checksum == "none" else f", {arithmetic_sql('value', kind.checksum)} AS k"
        connection.execute(f"""CREATE OR REPLACE TABLE {table_of(kind)} AS
SELECT value, person FROM (SELECT value, person{summed} FROM identity WHERE kind = {sql.text(kind.id)})
WHERE {_reads_well(kind)}""")
        found[kind.id] = int(connection.execute(f"SELECT count(*) FROM {table_of(kind)}").fetchall()[0][0])
    return found


def _reads_well(kind: IdentifierKind) -> str:
    """SQL: whether a `value` keeps every rule of its kind; an index made under other rules may hold others."""
    if kind.checksum != "none" and kind.pattern == f"^{form_of(kind.checksum)}$":
        return holds_sql("value", kind.checksum, "k")
    summed = "true" if kind.checksum == "none" else holds_sql("value", kind.checksum, "k")
    return (
        f"regexp_matches(value, {sql.text(kind.pattern)}) AND {summed} AND value = {sql.trimmed('value')} "
        f"AND NOT regexp_matches(value, {sql.text(UNREADABLE)})"
    )


def table_of(kind: IdentifierKind) -> str:
    """The SQL name of the table of a kind's known identifiers."""
    return sql.name(f"known_{kind.id}")


def worth_joining(source: Source, known: Mapping[str, int], delivered_bytes: int) -> frozenset[str]:
    """The identifying columns that are looked up while rows are checked; the rest is looked up at the end."""
    return frozenset(
        column.name
        for column in source.columns
        if column.identifies
        and column.derived is None
        and not (column.allowed or column.recode or column.blank or column.pattern)
        and (column.min_length, column.max_length) == (None, None)
        and 0 < known.get(column.identifies, 0) <= delivered_bytes // BYTES_A_ROW
    )


@dataclass
class Resolving:
    """How the identifying columns of ``checked`` become persons; `joined` ones are so already."""

    connection: duckdb.DuckDBPyConnection
    source: Source
    joined: frozenset[str]
    _found: set[str] = field(default_factory=set)

    @property
    def columns(self) -> list[tuple[int, str, str]]:
        """(number, name, kind) of each identifying column."""
        return [(n, c.name, c.identifies) for n, c in enumerate(self.source.columns) if c.identifies]

    def look_up(self, accepted: str) -> None:
        """The tables ``named_<n>`` (value, person) of what the checks did not find, from SQL of accepted rows."""
        for number, name, kind in self.columns:
            left = f"SELECT DISTINCT {sql.name(name)} AS value FROM ({accepted}) WHERE {sql.name(name)} IS NOT NULL"
            if name in self.joined:
                left += f" AND {place_of(name)} IS NULL"
            self.connection.execute(
                f"CREATE OR REPLACE TEMP TABLE named_{number} AS SELECT value, person FROM identity "
                f"SEMI JOIN ({left}) USING (value) WHERE kind = {sql.text(kind)}"
            )
            if self.connection.execute(f"SELECT count(*) FROM named_{number}").fetchall()[0][0]:
                self._found.add(name)

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
