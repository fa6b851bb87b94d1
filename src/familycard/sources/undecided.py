"""Whom a refused row may be about: everyone whose value in that source is then unknown.

An identifier that reads well names its person. One that does not may be a slip of the pen: a wrong,
doubled, lost or swapped character, so every known person one such slip away is listed
(F. J. Damerau, 1964: four in five misspellings are one of these). Candidates are made from the
refused values, which are few, and joined with the index. Without this list, refusing a row
would make somebody look poorer, and so newly eligible.
"""

from __future__ import annotations

import duckdb

from familycard.sources import sql
from familycard.sources.check import WHOLE_RECORD, Checks

LONGEST_IDENTIFIER = 64
HOUSEHOLD = "@household"
TOKEN = "[^\\s\"'',;|:{}\\[\\]\\x1e\\x1f]+"


def find_undecided(connection: duckdb.DuckDBPyConnection, checks: Checks, *, has_people: bool) -> None:
    """The table ``undecided`` from ``checked`` and ``contradicting``.

    With `has_people` the view ``people_attributes`` says who lives in which household or at which address.
    """
    _known(connection, checks, has_people)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE suspect AS {_suspects(checks)}")
    connection.execute("""CREATE OR REPLACE TEMP TABLE slipped AS
SELECT DISTINCT kind, value FROM suspect ANTI JOIN known USING (kind, value)""")
    connection.execute(f"""CREATE OR REPLACE TEMP TABLE undecided AS
SELECT person FROM suspect JOIN known USING (kind, value)
UNION SELECT person FROM ({_SLIPS}) JOIN known USING (kind, value)""")


def _known(connection: duckdb.DuckDBPyConnection, checks: Checks, has_people: bool) -> None:
    kinds = {column.identifies for column in checks.source.columns if column.identifies}
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW known_persons AS SELECT kind, value, person FROM identity WHERE kind IN {sql.texts(kinds)}"
    )
    whole = "SELECT * FROM known_persons"
    attribute = checks.source.subject_of
    if attribute is not None and has_people:
        whole += (
            f" UNION ALL SELECT {sql.text(HOUSEHOLD)}, CAST({sql.name(attribute)} AS VARCHAR), {sql.name('_person')} "
            f"FROM people_attributes WHERE {sql.name(attribute)} IS NOT NULL"
        )
    connection.execute(f"CREATE OR REPLACE TEMP VIEW known AS {whole}")


def _suspects(checks: Checks) -> str:
    """Every identifying text of a refused row; of a record broken as a whole, every word in it."""
    refused = (
        "(SELECT * FROM checked WHERE _refused OR (_file, _row) IN (SELECT (_file, _row) FROM contradicting))"
    )
    found = []
    for column in checks.source.columns:
        if column.identifies:
            value = sql.name(column.name)
            found.append(f"SELECT {sql.text(column.identifies)} AS kind, {value} AS value FROM {refused}")
    if checks.source.subject_of is not None:
        subject = sql.name(checks.source.subject or "")
        household = f"coalesce(_subject, CAST({subject} AS VARCHAR))"
        found.append(f"SELECT {sql.text(HOUSEHOLD)} AS kind, {household} AS value FROM {refused}")
    kinds = sorted({c.identifies for c in checks.source.columns if c.identifies})
    kinds += [HOUSEHOLD] if checks.source.subject_of else []
    words = f"(SELECT unnest(regexp_extract_all(_line, {sql.text(TOKEN)})) AS value FROM {refused} WHERE _refused AND _why[1].place = {WHOLE_RECORD})"
    found += [f"SELECT {sql.text(kind)} AS kind, value FROM {words}" for kind in kinds]
    nothing = "SELECT '' AS kind, '' AS value WHERE false"
    return (
        f"SELECT DISTINCT kind, value FROM ({' UNION ALL '.join(found) or nothing}) WHERE value IS NOT NULL"
    )


_SLIPS = f"""
WITH letters AS (SELECT DISTINCT kind, unnest(string_split(value, '')) AS letter FROM known
  WHERE kind IN (SELECT kind FROM slipped)),
places AS (SELECT kind, value AS v, unnest(range(1, length(value) + 2)) AS i FROM slipped
  WHERE length(value) <= {LONGEST_IDENTIFIER})
SELECT DISTINCT kind, value FROM (
  SELECT kind, left(v, i - 1) || letter || substr(v, i + 1) AS value FROM places JOIN letters USING (kind)
  UNION ALL SELECT kind, left(v, i - 1) || letter || substr(v, i) FROM places JOIN letters USING (kind)
  UNION ALL SELECT kind, left(v, i - 1) || substr(v, i + 1) FROM places
  UNION ALL SELECT kind, left(v, i - 1) || substr(v, i + 1, 1) || substr(v, i, 1) || substr(v, i + 2) FROM places)"""
