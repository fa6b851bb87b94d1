"""Whom a refused row may be about: everyone whose value in that source is then unknown.

An identifier that reads well names its person. One that does not may be a slip of the pen, so every
known person one such slip away is listed (see `slips`). Candidates are made from the refused
values, which are few against those who are known. Without this list, refusing a row would make
somebody look poorer, and so newly eligible.

A refused row of the people source says of a household, too, that one member is not seen: those
who live there are its neighbours, and are found in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from familycard.sources import sql
from familycard.sources.check import WHOLE_RECORD, Checks
from familycard.sources.known import Known, odd_table_of, table_of
from familycard.sources.linkage.links import BY_MODEL
from familycard.sources.slips import letters_sql, persons_meant, slips_sql

LONGEST_IDENTIFIER = 64
HOUSEHOLD = "@household"
SHARED = ("household", "address")
"""Attributes of people that make units (`by:` in units.yaml)."""
TOKEN = "[^\\s\"'',;|:{}\\[\\]\\x1e\\x1f]+"


@dataclass(frozen=True)
class Register:
    """Texts that mean persons: SQL of each `value`, and of `person` for those in the table ``met``."""

    values: str
    persons: str


def find_undecided(
    connection: duckdb.DuckDBPyConnection,
    checks: Checks,
    known: Known,
    *,
    has_people: bool,
    is_people: bool = False,
    has_linked: bool = False,
) -> None:
    """The tables ``undecided`` and ``neighbours`` from ``checked``, ``doubled`` and ``contradicting``.

    With `has_linked` the table ``linked_rows`` says which refused rows were accepted, and for whom.

    With `has_people` the view ``people_attributes`` says who lives in which household or at which address.
    With `is_people` the source is the one that says so, and ``neighbours`` (attribute, person) names
    those who share a household or an address with a refused row.
    """
    connection.execute("CREATE OR REPLACE TEMP TABLE meant (person BIGINT)")
    connection.execute("CREATE OR REPLACE TEMP TABLE neighbours (attribute VARCHAR, person BIGINT)")
    if _any_refused(connection):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE suspect AS {_suspects(checks, is_people)}")
        for kind in sorted({column.identifies for column in checks.source.columns if column.identifies}):
            _find_identified(connection, kind, known)
        for kind, register in _registers(checks, has_people):
            _find_in(connection, kind, register, "meant (person)")
        for attribute in _shared(checks, is_people):
            _find_in(
                connection,
                _shared_kind(attribute),
                _people_sharing(attribute, checks),
                "neighbours (person)",
            )
            connection.execute(
                f"UPDATE neighbours SET attribute = {sql.text(attribute)} WHERE attribute IS NULL"
            )
    connection.execute("CREATE OR REPLACE TEMP TABLE undecided AS SELECT DISTINCT person FROM meant")
    if has_linked:
        _add_others_of_linked(connection, checks, known)


def _add_others_of_linked(connection: duckdb.DuckDBPyConnection, checks: Checks, known: Known) -> None:
    """Whom else the broken number of a linked row may mean stays undecided until a person confirms the link."""
    identifies = checks.source.by_name[checks.source.subject or ""].identifies or ""
    kind = sql.text(identifies)
    connection.execute("DELETE FROM meant")
    connection.execute(f"""CREATE OR REPLACE TEMP TABLE suspect AS
SELECT DISTINCT {kind} AS kind, _said AS value FROM linked_rows
WHERE _said IS NOT NULL AND decided_by = {sql.text(BY_MODEL)}""")
    _find_identified(connection, identifies, known)
    connection.execute("DELETE FROM meant WHERE person IN (SELECT person FROM linked_rows)")
    # Those with a linked row of their own are meant by other rows' numbers alone, so these are told apart.
    values = f"SELECT value FROM suspect WHERE length(value) <= {LONGEST_IDENTIFIER}"
    own = f"SELECT value, person FROM identity SEMI JOIN linked_rows USING (person) WHERE kind = {kind}"
    slips = slips_sql(values, letters_sql(f"SELECT value FROM ({own})"))
    connection.execute(f"""INSERT INTO meant
SELECT o.person FROM ({slips}) s JOIN ({own}) o ON o.value = s.value
JOIN linked_rows l ON l._said = s.source AND l.decided_by = {sql.text(BY_MODEL)} AND l.person <> o.person""")
    connection.execute(
        "INSERT INTO undecided SELECT DISTINCT person FROM meant ANTI JOIN undecided USING (person)"
    )


def _any_refused(connection: duckdb.DuckDBPyConnection) -> bool:
    found = connection.execute("SELECT EXISTS (FROM checked WHERE _refused) OR EXISTS (FROM contradicting)")
    return bool(found.fetchall()[0][0])


def _find_identified(connection: duckdb.DuckDBPyConnection, kind: str, known: Known) -> None:
    """Persons whom the refused identifiers of a kind may mean."""
    numbers = known.numbers.get(kind)
    if numbers is None:
        values = f"SELECT value FROM identity WHERE kind = {sql.text(kind)}"
        persons = f"SELECT person FROM identity SEMI JOIN met USING (value) WHERE kind = {sql.text(kind)}"
        _find_in(connection, kind, Register(values, persons), "meant (person)")
        return
    suspects = f"SELECT value FROM suspect WHERE kind = {sql.text(kind)}"
    if kind in known.odd:
        suspects = _find_odd(connection, kind, suspects)
    connection.register("persons_meant", pa.table({"person": persons_meant(connection, suspects, numbers)}))
    connection.execute("INSERT INTO meant SELECT person FROM persons_meant")
    connection.unregister("persons_meant")


def _find_odd(connection: duckdb.DuckDBPyConnection, kind: str, suspects: str) -> str:
    """Persons with identifiers that are no numbers of the kind; SQL of the suspects that name none of them.

    These are few, so slips are made of them; a slip leads from either text to the other.
    """
    odd = odd_table_of(kind)
    slipped = (
        f"SELECT value FROM ({suspects}) WHERE value NOT IN (SELECT value FROM {odd}) "
        f"AND value NOT IN (SELECT value FROM {table_of(kind)} SEMI JOIN ({suspects}) USING (value))"
    )
    texts = f"SELECT value FROM {odd} WHERE length(value) <= {LONGEST_IDENTIFIER}"
    connection.execute(f"""INSERT INTO meant
SELECT person FROM {odd} WHERE value IN ({suspects}) UNION ALL
SELECT o.person FROM {odd} o JOIN ({slips_sql(texts, letters_sql(slipped))}) s ON s.source = o.value
WHERE s.value IN ({slipped})""")
    return f"SELECT value FROM ({suspects}) WHERE value NOT IN (SELECT value FROM {odd})"


def _find_in(connection: duckdb.DuckDBPyConnection, kind: str, register: Register, into: str) -> None:
    """Persons of a register whom the suspects of a kind name, or if none, those one slip away.

    The larger side, the register, is never the one of which a join makes a table, but for the slips.
    """
    suspects = f"SELECT value FROM suspect WHERE kind = {sql.text(kind)}"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE met AS SELECT DISTINCT value FROM ({register.values}) SEMI JOIN ({suspects}) USING (value)"
    )
    connection.execute(f"""CREATE OR REPLACE TEMP TABLE slipped AS SELECT value FROM ({suspects})
WHERE length(value) <= {LONGEST_IDENTIFIER} AND value NOT IN (SELECT value FROM met)""")
    if connection.execute("SELECT count(*) FROM slipped").fetchall()[0][0]:
        slips = slips_sql("SELECT value FROM slipped", letters_sql(register.values))
        connection.execute(
            f"INSERT INTO met SELECT DISTINCT value FROM ({slips}) SEMI JOIN ({register.values}) USING (value)"
        )
    connection.execute(f"INSERT INTO {into} {register.persons}")


def _shared_kind(attribute: str) -> str:
    return f"@people.{attribute}"


def _shared(checks: Checks, is_people: bool) -> list[str]:
    return [name for name in SHARED if is_people and name in checks.source.by_name]


def _registers(checks: Checks, has_people: bool) -> Iterator[tuple[str, Register]]:
    """The households, where the source is about them."""
    attribute = checks.source.subject_of
    if attribute is not None and has_people:
        value = f"CAST({sql.name(attribute)} AS VARCHAR)"
        yield (
            HOUSEHOLD,
            Register(
                f"SELECT {value} AS value FROM people_attributes WHERE {sql.name(attribute)} IS NOT NULL",
                f"SELECT _person FROM people_attributes WHERE {value} IN (SELECT value FROM met)",
            ),
        )


def _people_sharing(attribute: str, checks: Checks) -> Register:
    """Those who share a household or an address, from the accepted rows of people."""
    subject = checks.source.by_name[checks.source.subject or ""]
    value = f"CAST({sql.name(attribute)} AS VARCHAR)"
    rows = f"FROM checked WHERE NOT _refused AND {sql.name(attribute)} IS NOT NULL"
    living = f"SELECT {sql.name(subject.name)} {rows} AND {value} IN (SELECT value FROM met)"
    return Register(
        f"SELECT {value} AS value {rows}",
        f"SELECT DISTINCT person FROM identity WHERE kind = {sql.text(subject.identifies or '')} AND value IN ({living})",
    )


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
