"""The review file: rows that wait for a person's decision or were linked by the model alone, and what the person decided.

A CSV with a row's own names, the person it may be, how likely and why. Whoever decides writes yes or no
into `decision` and their name into `decided_by`, and gives the file back; lines left blank go on waiting.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from familycard.errors import UsageError
from familycard.sources import sql

DECISIONS = {"yes": "linked", "no": "declined"}
KEY = ("source", "sha256", "row", "person")
TEXTS = ("surname", "given_name", "middle_name", "patronymic", "birth_date", "sex", "address")


def make_waiting(connection: duckdb.DuckDBPyConnection) -> None:
    """The empty tables ``waiting`` and ``unconfirmed``."""
    shown = ", ".join(f"{name} VARCHAR" for name in TEXTS)
    for table in ("waiting", "unconfirmed"):
        connection.execute(f"""CREATE TABLE {table} (source VARCHAR, sha256 VARCHAR, row BIGINT, person BIGINT,
  likelihood_millionths BIGINT, {shown}, candidate VARCHAR, words VARCHAR, next_person BIGINT)""")


def write_review(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write what waits, without what was decided in the meantime, the likeliest first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"""COPY (SELECT *, NULL AS decision, NULL AS decided_by FROM waiting
WHERE (source, sha256, row) NOT IN (SELECT (source, sha256, row) FROM links WHERE outcome = 'linked')
ORDER BY likelihood_millionths DESC, source, sha256, row) TO {sql.text(str(path))} (FORMAT csv, HEADER true)""")


def write_unconfirmed(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Write what the model linked and no person has confirmed, the least likely first; how many rows.

    In the same form: yes confirms a link, no takes it back.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"""COPY (SELECT *, NULL AS decision, NULL AS decided_by FROM unconfirmed
ORDER BY likelihood_millionths, source, sha256, row) TO {sql.text(str(path))} (FORMAT csv, HEADER true)""")
    return int(connection.execute("SELECT count(*) FROM unconfirmed").fetchall()[0][0])


def read_decisions(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """The table ``decisions`` from a review file; UsageError with the line where it cannot be taken."""
    if not path.is_file():
        raise UsageError(f"{path} is no file; --decide names a review file with decisions.")
    read = f"read_csv({sql.text(str(path))}, header = true, all_varchar = true, delim = ',', quote = '\"')"
    needed = (*KEY, "likelihood_millionths", "words", "decision", "decided_by")
    try:
        columns = connection.sql(f"SELECT * FROM {read}").columns
        if missing := [name for name in needed if name not in columns]:
            raise UsageError(
                f"{path}: the column {missing[0]} is missing; keep every column of the review file."
            )
        numbered = f"SELECT row_number() OVER () + 1 AS line, * FROM {read}"
        wrong = connection.execute(f"""SELECT line, decision, decided_by FROM ({numbered}) WHERE decision IS NOT NULL
AND (lower(trim(decision)) NOT IN {sql.texts(DECISIONS)} OR decided_by IS NULL
  OR CAST(person AS BIGINT) NOT IN (SELECT person FROM identity)) LIMIT 1""").fetchall()
    except duckdb.Error as error:
        raise UsageError(f"{path}: it cannot be read as a review file ({error}).") from error
    if wrong:
        line, decision, by = wrong[0]
        raise UsageError(
            f"{path} line {line}: decision '{decision}' by '{by or ''}' cannot be taken. Write yes or no, who decided, "
            "and leave the other columns as they are."
        )
    connection.execute(f"""CREATE OR REPLACE TABLE decisions AS
SELECT source, sha256, CAST(row AS BIGINT) AS row, CAST(person AS BIGINT) AS person,
  CASE lower(trim(decision)) WHEN 'yes' THEN 'linked' ELSE 'declined' END AS outcome,
  CAST(likelihood_millionths AS BIGINT) AS likelihood_millionths, words, decided_by
FROM {read} WHERE decision IS NOT NULL""")
    twice = connection.execute(
        "SELECT source, row FROM decisions WHERE outcome = 'linked' GROUP BY source, sha256, row HAVING count(*) > 1"
    ).fetchall()
    if twice:
        raise UsageError(
            f"{path}: row {twice[0][1]} of {twice[0][0]} is given to two persons; say yes to one."
        )
