"""What rows of a load must keep together: exact doubles collapse, contradictions are refused.

Rows are doubles when they agree in every column of the contract; where the contract has no key,
the records must agree in the columns that it does not name as well, for two payments of one sum
are two payments. Rows that agree on a key and not in the rest contradict each other: nobody
can say which is true, so all of them go to quarantine.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from familycard.pack.contract import Source
from familycard.sources import sql

PART_ROWS = 1 << 25
"""Rows whose hashes are sorted at a time: 256 MB."""


def judge(connection: duckdb.DuckDBPyConnection, source: Source) -> tuple[int, int]:
    """Make the tables ``doubled`` and ``contradicting`` from ``checked``; their numbers of rows.

    Whatever is double agrees on every key, so only rows whose key has another's hash are compared.
    """
    keys = keys_of(source)
    every = [sql.name(column.name) for column in source.columns] + ([] if keys else ["_record"])
    listed = ", ".join(every)
    hashes = [f"hash({', '.join(map(sql.name, key))})" for _, key in keys] or [f"hash({listed})"]
    _collect_alike(connection, hashes, listed)
    connection.execute(f"""CREATE OR REPLACE TEMP TABLE doubled AS
SELECT _file, _row FROM (
  SELECT _file, _row, row_number() OVER (PARTITION BY {listed} ORDER BY _file, _row) AS nth FROM alike) WHERE nth > 1""")
    found = [_contradicting(rule, key) for rule, key in keys]
    nothing = "SELECT _file, _row, '' AS rule, '' AS columns, '' AS value FROM checked WHERE false"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE contradicting AS {' UNION ALL '.join(found) or nothing}"
    )
    counts = connection.execute("""SELECT (SELECT count(*) FROM doubled),
  (SELECT count(*) FROM (SELECT DISTINCT _file, _row FROM contradicting))""").fetchall()
    return int(counts[0][0]), int(counts[0][1])


def _collect_alike(connection: duckdb.DuckDBPyConnection, hashes: list[str], listed: str) -> None:
    """The table ``alike``: rows that share a key's hash with another row, in any of the keys."""
    shared = []
    for number, one in enumerate(hashes):
        again = _doubled_hashes(connection, one)
        if len(again):
            connection.register(f"again_{number}", pa.table({"h": again}))
            shared.append(f"{one} IN (SELECT h FROM again_{number})")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE alike AS SELECT _file, _row, {listed} FROM checked "
        f"WHERE NOT _refused AND ({' OR '.join(shared) or 'false'})"
    )


def _doubled_hashes(connection: duckdb.DuckDBPyConnection, one: str) -> np.ndarray:
    """The hashes that several accepted rows have; a part of them at a time, so that memory is bounded."""
    rows = connection.execute("SELECT count(*) FROM checked WHERE NOT _refused").fetchall()[0][0]
    parts = rows // PART_ROWS + 1
    found = []
    for part in range(parts):
        chosen = f"h % {parts} = {part}" if parts > 1 else "true"
        query = f"SELECT h FROM (SELECT {one} AS h FROM checked WHERE NOT _refused) WHERE {chosen}"
        hashes = connection.sql(query).fetchnumpy()["h"]
        hashes.sort()
        found.append(np.unique(hashes[1:][hashes[1:] == hashes[:-1]]))
    return np.concatenate(found)


def keys_of(source: Source) -> list[tuple[str, tuple[str, ...]]]:
    """The contract's keys as (rule, columns): each unique column and the primary key."""
    keys: list[tuple[str, tuple[str, ...]]] = [
        ("unique", (column.name,)) for column in source.columns if column.unique
    ]
    if source.primary_key:
        keys.append(("primary_key", source.primary_key))
    return keys


def _contradicting(rule: str, key: tuple[str, ...]) -> str:
    columns = ", ".join(sql.name(part) for part in key)
    whole = " AND ".join(f"{sql.name(part)} IS NOT NULL" for part in key)
    shown = ", ".join(f"CAST({sql.name(part)} AS VARCHAR)" for part in key)
    return f"""
SELECT _file, _row, {sql.text(rule)} AS rule, {sql.text(", ".join(key))} AS columns, concat_ws(', ', {shown}) AS value
FROM (SELECT * FROM alike ANTI JOIN doubled USING (_file, _row) WHERE {whole})
SEMI JOIN (SELECT {columns} FROM alike ANTI JOIN doubled USING (_file, _row) WHERE {whole}
  GROUP BY {columns} HAVING count(*) > 1) USING ({columns})"""
