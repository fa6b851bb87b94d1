"""The identity index: which person an identifier means, for good.

The people source says who exists. New identifiers are numbered by area, address and identifier
after the highest number given so far: neither the order of rows nor of threads matters, a number
once given never changes, and those who live together have numbers near each other, so that a
build in blocks of persons finds most families whole. An alias file says which numbers were
found to be one person.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import duckdb

from familycard.errors import SourceError
from familycard.pack.contract import Source
from familycard.pack.model import Pack
from familycard.sources import sql
from familycard.sources.check import Checks

LIVING = ("area", "household", "address")
"""Attributes of people that say who lives near whom, the widest first."""
ALIASES = "identity_aliases.csv"
ALIAS_COLUMNS = ("kind", "value", "status", "same_as", "valid_from", "valid_to", "evidence")
STATUSES = ("current", "former", "foreign", "provisional", "alias")
EMPTY = """CREATE OR REPLACE TABLE identity (kind VARCHAR, value VARCHAR, person BIGINT, status VARCHAR,
  valid_from DATE, valid_to DATE, evidence VARCHAR)"""


class AliasError(SourceError):
    """The alias file of a delivery cannot be used."""


def read_index(connection: duckdb.DuckDBPyConnection, path: Path | None) -> None:
    """The table ``identity``, from the version in use."""
    connection.execute(EMPTY)
    if path is not None:
        connection.execute(f"INSERT INTO identity SELECT * FROM read_parquet({sql.text(str(path))})")


def number_people(connection: duckdb.DuckDBPyConnection, checks: Checks, pack: Pack) -> None:
    """Number the identifiers of the people source's table ``checked`` that have no number yet.

    A refused row counts as well when its identifier reads well: nobody is lost by a bad address.
    """
    subject = checks.source.subject
    columns = [c.name for c in (*checks.physical, *checks.derived)]
    place = columns.index(subject or "")
    kind = sql.text(pack.people.identifier)
    # Refused rows may give one number several places: the first of them, so that the order of rows is nothing.
    living = [sql.name(c) for c in LIVING if c in columns]
    order = ", ".join([*(f"{c} NULLS LAST" for c in living), "value"])
    own = sql.name(subject or "")
    connection.execute(f"""INSERT INTO identity
SELECT {kind}, value, (SELECT coalesce(max(person), 0) FROM identity) + row_number() OVER (ORDER BY {order}),
  'current', NULL, NULL, NULL
FROM (SELECT {own} AS value{"".join(f", min({c}) AS {c}" for c in living)} FROM checked
  WHERE {own} IS NOT NULL
    AND (NOT _refused OR len(list_filter(_why, lambda reason: reason.place = {place} OR reason.words IS NULL)) = 0)
  GROUP BY {own})
ANTI JOIN (SELECT value FROM identity WHERE kind = {kind}) USING (value)""")
    for column in checks.source.columns:
        if column.identifies not in (None, pack.people.identifier):
            _further_identifiers(connection, column.name, str(column.identifies), subject or "", kind)


def _further_identifiers(
    connection: duckdb.DuckDBPyConnection, column: str, other: str, subject: str, kind: str
) -> None:
    """Identifiers of another kind in the same row, where all rows agree on whose they are."""
    connection.execute(f"""INSERT INTO identity
SELECT {sql.text(other)}, value, min(person), 'current', NULL, NULL, NULL
FROM (SELECT {sql.name(column)} AS value, person FROM checked
  JOIN (SELECT value AS own, person FROM identity WHERE kind = {kind}) ON own = {sql.name(subject)}
  WHERE NOT _refused AND {sql.name(column)} IS NOT NULL)
ANTI JOIN (SELECT value FROM identity WHERE kind = {sql.text(other)}) USING (value)
GROUP BY value HAVING count(DISTINCT person) = 1""")


def read_aliases(connection: duckdb.DuckDBPyConnection, delivery: Path, pack: Pack) -> None:
    """The table ``aliases`` from ``identity_aliases.csv`` of a delivery; empty where there is none.

    Each line gives `value` of `kind` to the person of `same_as`, with its status, dates and evidence.
    """
    path = delivery / ALIASES
    columns = ", ".join(f"{sql.text(column)}: 'VARCHAR'" for column in ALIAS_COLUMNS)
    no_aliases(connection)
    if not path.is_file():
        return
    read = (
        f"read_csv({sql.text(str(path))}, header = true, delim = ',', quote = '\"', escape = '\"', "
        f"auto_detect = false, columns = {{{columns}}})"
    )
    try:
        connection.execute(f"""CREATE OR REPLACE TABLE aliases AS
SELECT * REPLACE (CAST(valid_from AS DATE) AS valid_from, CAST(valid_to AS DATE) AS valid_to)
FROM {read}""")
    except duckdb.Error as error:
        raise AliasError(
            f"{ALIASES}: it cannot be read ({error}). Its columns are {', '.join(ALIAS_COLUMNS)}."
        ) from error
    wrong = connection.execute(f"""SELECT count(*) FROM aliases WHERE value IS NULL OR evidence IS NULL OR same_as IS NULL
  OR kind IS NULL OR kind NOT IN {sql.texts(pack.identifiers)}
  OR status IS NULL OR status NOT IN {sql.texts(STATUSES[1:])}
  OR (kind, same_as) IN (SELECT (kind, value) FROM aliases)
  OR (kind, value) IN (SELECT (kind, value) FROM aliases GROUP BY kind, value HAVING count(*) > 1)""").fetchall()
    if wrong[0][0]:
        raise AliasError(
            f"{ALIASES}: {wrong[0][0]} line(s) cannot be used: each names a known kind, a status "
            f"({', '.join(STATUSES[1:])}), its evidence, and as `same_as` an identifier that is no alias itself."
        )


def no_aliases(connection: duckdb.DuckDBPyConnection) -> None:
    """The table ``aliases`` without a line."""
    nothing = ", ".join(
        f"NULL::{'DATE' if column.startswith('valid') else 'VARCHAR'} AS {column}" for column in ALIAS_COLUMNS
    )
    connection.execute(f"CREATE OR REPLACE TABLE aliases AS SELECT {nothing} WHERE false")


def merged_rows(source: Source, pack: Pack) -> str:
    """SQL of (_file, _row) of the people source's rows that stand under a number merged into another's.

    Of the rows that are one person, that of the current number stays, else that of the lowest.
    """
    kind, subject = sql.text(pack.people.identifier), sql.name(source.subject or "")
    merged = f"SELECT person FROM identity WHERE kind = {kind} AND status <> 'current'"
    return f"""SELECT _file, _row FROM (
  SELECT a._file, a._row, row_number() OVER (
    PARTITION BY i.person ORDER BY i.status <> 'current', i.value, a._file, a._row) AS nth
  FROM accepted a JOIN identity i ON i.kind = {kind} AND i.value = a.{subject}
  WHERE i.person IN ({merged})) WHERE nth > 1"""


def apply_aliases(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the aliases whose `same_as` is known to that person."""
    connection.execute("""CREATE OR REPLACE TEMP TABLE moved AS
SELECT a.kind, a.value, i.person, a.status, a.valid_from, a.valid_to, a.evidence
FROM aliases a JOIN identity i ON i.kind = a.kind AND i.value = a.same_as""")
    connection.execute("DELETE FROM identity WHERE (kind, value) IN (SELECT (kind, value) FROM moved)")
    connection.execute("INSERT INTO identity SELECT * FROM moved")


def refuse_unknown_aliases(connection: duckdb.DuckDBPyConnection) -> None:
    """Once the people are numbered, every alias must belong to somebody."""
    lost = connection.execute(
        "SELECT count(*) FROM aliases WHERE (kind, same_as) NOT IN (SELECT (kind, value) FROM identity)"
    ).fetchall()
    if lost[0][0]:
        raise AliasError(f"{ALIASES}: {lost[0][0]} line(s) name a `same_as` that no person has. Correct it.")


def write_index(connection: duckdb.DuckDBPyConnection, folder: Path) -> tuple[Path, str]:
    """The index as a file in `folder`, and its version: the digest of its bytes."""
    path = folder / "identity.parquet"
    connection.execute(
        f"COPY (SELECT * FROM identity ORDER BY kind, value) TO {sql.text(str(path))} "
        "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
    )
    with open(path, "rb") as file:
        return path, hashlib.file_digest(file, "sha256").hexdigest()[:16]


def alias_digest(connection: duckdb.DuckDBPyConnection) -> str:
    """What may change an identifier's person: the aliases of the index and of this delivery, and whose they are."""
    # The few aliases are looked for among all, not all among the few: this connection leaves joins as they stand.
    rows = connection.execute("""
SELECT a.kind, a.value, min(own.value) AS same_as, a.status, a.evidence
FROM (SELECT * FROM identity WHERE status = 'current') own
RIGHT JOIN (SELECT * FROM identity WHERE status <> 'current') a ON own.kind = a.kind AND own.person = a.person
GROUP BY a.kind, a.value, a.status, a.evidence
UNION SELECT kind, value, same_as, status, evidence FROM aliases ORDER BY ALL""").fetchall()
    return hashlib.sha256(repr(rows).encode()).hexdigest() if rows else ""
