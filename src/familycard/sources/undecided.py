"""Whom a refused row may be about: everyone whose value in that source is then unknown.

An identifier that reads well names its person. One that does not may be a slip of the pen: a wrong,
doubled, lost or swapped character, so every known person one such slip away is listed
(F. J. Damerau, 1964: four in five misspellings are one of these). Candidates are made from the
refused values, which are few, and joined with the index. Without this list, refusing a row
would make somebody look poorer, and so newly eligible.

A refused row of the people source says of a household, too, that one member is not seen: those
who live there are its neighbours, and are found in the same way.
"""

from __future__ import annotations

import duckdb

from familycard.sources import sql
from familycard.sources.check import WHOLE_RECORD, Checks

LONGEST_IDENTIFIER = 64
HOUSEHOLD = "@household"
SHARED = ("household", "address")
"""Attributes of people that make units (`by:` in units.yaml)."""
TOKEN = "[^\\s\"'',;|:{}\\[\\]\\x1e\\x1f]+"


def find_undecided(
    connection: duckdb.DuckDBPyConnection, checks: Checks, *, has_people: bool, is_people: bool = False
) -> None:
    """The tables ``undecided`` and ``neighbours`` from ``checked``, ``doubled`` and ``contradicting``.

    With `has_people` the view ``people_attributes`` says who lives in which household or at which address.
    With `is_people` the source is the one that says so, and ``neighbours`` (attribute, person) names
    those who share a household or an address with a refused row.
    """
    if not connection.execute(
        "SELECT EXISTS (FROM checked WHERE _refused) OR EXISTS (FROM contradicting)"
    ).fetchall()[0][0]:
        connection.execute("CREATE OR REPLACE TEMP TABLE undecided (person BIGINT)")
        connection.execute("CREATE OR REPLACE TEMP TABLE neighbours (attribute VARCHAR, person BIGINT)")
        return
    _known(connection, checks, has_people, is_people)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE suspect AS {_suspects(checks, is_people)}")
    connection.execute("""CREATE OR REPLACE TEMP TABLE slipped AS
SELECT DISTINCT kind, value FROM suspect ANTI JOIN known USING (kind, value)""")
    connection.execute(f"""CREATE OR REPLACE TEMP TABLE meant AS
SELECT kind, person FROM suspect JOIN known USING (kind, value)
UNION SELECT kind, person FROM ({_SLIPS}) JOIN known USING (kind, value)""")
    homes = sql.texts(_shared_kind(name) for name in SHARED)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE undecided AS SELECT DISTINCT person FROM meant WHERE kind NOT IN {homes}"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE neighbours AS SELECT substr(kind, {len(_shared_kind('')) + 1}) AS attribute,"
        f" person FROM meant WHERE kind IN {homes}"
    )


def _shared_kind(attribute: str) -> str:
    return f"@people.{attribute}"


def _shared(checks: Checks, is_people: bool) -> list[str]:
    return [name for name in SHARED if is_people and name in checks.source.by_name]


def _known(connection: duckdb.DuckDBPyConnection, checks: Checks, has_people: bool, is_people: bool) -> None:
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
    if _shared(checks, is_people):
        subject = sql.name(checks.source.subject or "")
        whole += "".join(
            f" UNION ALL SELECT {sql.text(_shared_kind(name))}, CAST(c.{sql.name(name)} AS VARCHAR), k.person"
            f" FROM checked c JOIN known_persons k ON k.value = c.{subject}"
            f" WHERE c.{sql.name(name)} IS NOT NULL AND NOT _refused"
            for name in _shared(checks, is_people)
        )
    connection.execute(f"CREATE OR REPLACE TEMP VIEW known AS {whole}")


def _suspects(checks: Checks, is_people: bool) -> str:
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
    for attribute in _shared(checks, is_people):
        kind, place = sql.text(_shared_kind(attribute)), checks.place_of(attribute)
        found.append(f"SELECT {kind} AS kind, CAST({sql.name(attribute)} AS VARCHAR) AS value FROM {refused}")
        reasons = f"(SELECT unnest(_why) AS reason FROM {refused} WHERE _refused)"
        found.append(f"SELECT {kind} AS kind, reason.value FROM {reasons} WHERE reason.place = {place}")
    kinds = sorted({c.identifies for c in checks.source.columns if c.identifies})
    kinds += [HOUSEHOLD] if checks.source.subject_of else []
    kinds += [_shared_kind(attribute) for attribute in _shared(checks, is_people)]
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
