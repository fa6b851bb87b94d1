"""Rows accepted by a link: intake takes them in as if they named their person, and remembers that they did not.

A link is about one row of one delivered file, by content, and outlives every check of that file. It only ever adds
a row: where the person already has a row under the same key, the linked row stays in quarantine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import duckdb

from familycard.pack.contract import Source
from familycard.pack.model import Pack
from familycard.sources import sql
from familycard.sources.check import Checks
from familycard.sources.duplicates import keys_of
from familycard.sources.read import StoredFile

LINKS = """(source VARCHAR, sha256 VARCHAR, row BIGINT, person BIGINT, outcome VARCHAR, likelihood_millionths BIGINT,
  words VARCHAR, decided_by VARCHAR, decided_on DATE)"""


def only_subject_broken(checks: Checks) -> str:
    """SQL over ``checked`` or ``judged``: a refused row in which nothing is wrong but whom it is about."""
    place = checks.place_of(checks.source.subject or "")
    return f"_refused AND len(list_filter(_why, lambda reason: reason.place <> {place})) = 0"


def links_digest(
    connection: duckdb.DuckDBPyConnection, links: Path | None, source: Source, files: Sequence[StoredFile]
) -> str:
    """What the links of these files say; empty where there are none, as most often."""
    if links is None:
        return ""
    shas = sql.texts(file.sha256 for file in files)
    found = connection.execute(
        f"SELECT * FROM read_parquet({sql.text(str(links))}) WHERE source = {sql.text(source.id)} "
        f"AND sha256 IN {shas} AND outcome = 'linked' ORDER BY ALL"
    ).fetchall()
    return hashlib.sha256(repr(found).encode()).hexdigest() if found else ""


def accept(
    connection: duckdb.DuckDBPyConnection,
    checks: Checks,
    pack: Pack,
    links: Path,
    files: Sequence[StoredFile],
) -> int:
    """Accept the linked rows of ``judged``, once doubles and contradictions are known; how many they are.

    The table ``linked_rows`` (_file, _row, person, …) then says which, and by what; `_said` is the text that names
    nobody.
    """
    source, subject = checks.source, checks.source.subject or ""
    shas = ", ".join(sql.text(file.sha256) for file in files)
    kind = sql.text(source.by_name[subject].identifies or pack.people.identifier)
    connection.execute(f"""CREATE OR REPLACE TEMP TABLE linked_rows AS
SELECT j._file, j._row, l.person, i.value AS _value, j.{sql.name(subject)} AS _said, l.likelihood_millionths, l.words, l.decided_by, l.decided_on
FROM judged j JOIN read_parquet({sql.text(str(links))}) l ON l.sha256 = [{shas}][j._file + 1] AND l.row = j._row
JOIN (SELECT person, min(value) AS value FROM identity WHERE kind = {kind} AND status = 'current' GROUP BY person) i
  ON i.person = l.person
WHERE l.source = {sql.text(source.id)} AND l.outcome = 'linked' AND {only_subject_broken(checks)}""")
    for key in [key for _, key in keys_of(source)] or [tuple(column.name for column in source.columns)]:
        _leave_out_taken(connection, subject, key)
    connection.execute(
        f"UPDATE judged SET _refused = false, _why = NULL, _line = NULL, {sql.name(subject)} = _value FROM linked_rows l "
        "WHERE judged._file = l._file AND judged._row = l._row"
    )
    return int(connection.execute("SELECT count(*) FROM linked_rows").fetchall()[0][0])


def _leave_out_taken(connection: duckdb.DuckDBPyConnection, subject: str, key: Sequence[str]) -> None:
    """Leave linked rows whose key an accepted row has, or another linked row, where they are."""
    own = ", ".join("l._value" if name == subject else f"j.{sql.name(name)}" for name in key)
    there = ", ".join(map(sql.name, key))
    rows = "linked_rows l JOIN judged j ON j._file = l._file AND j._row = l._row"
    connection.execute(f"""DELETE FROM linked_rows WHERE (_file, _row) IN (
SELECT (_file, _row) FROM (SELECT l._file, l._row, hash({own}) AS h, count(*) OVER (PARTITION BY {own}) AS n FROM {rows})
WHERE n > 1 OR h IN (SELECT hash({there}) FROM checked WHERE NOT _refused))""")


def write_linked(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Which rows of a load were accepted by a link, beside its other tables."""
    connection.execute(
        f"COPY (SELECT * EXCLUDE (_value, _said) FROM linked_rows ORDER BY _file, _row) TO {sql.text(str(path))} (FORMAT parquet)"
    )
