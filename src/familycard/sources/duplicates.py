"""What rows of a load must keep together: exact doubles collapse, contradictions are refused.

Rows are doubles when they agree in every column of the contract; where the contract has no key,
the records must agree in the columns that it does not name as well, for two payments of one sum
are two payments. Rows that agree on a key and not in the rest contradict each other: nobody
can say which is true, so all of them go to quarantine.
"""

from __future__ import annotations

import duckdb

from familycard.pack.contract import Source
from familycard.sources import sql


def judge(connection: duckdb.DuckDBPyConnection, source: Source) -> tuple[int, int]:
    """Make the tables ``doubled`` and ``contradicting`` from ``checked``; their numbers of rows."""
    keys = _keys(source)
    every = [sql.name(column.name) for column in source.columns] + ([] if keys else ["_record"])
    listed = ", ".join(every)
    connection.execute(f"""CREATE OR REPLACE TEMP TABLE doubled AS
WITH suspects AS (SELECT hash({listed}) AS h FROM checked WHERE NOT _refused GROUP BY h HAVING count(*) > 1)
SELECT _file, _row FROM (
  SELECT _file, _row, row_number() OVER (PARTITION BY {listed} ORDER BY _file, _row) AS nth
  FROM checked WHERE NOT _refused AND hash({listed}) IN (SELECT h FROM suspects)) WHERE nth > 1""")
    found = [_contradicting(rule, key) for rule, key in keys]
    nothing = "SELECT _file, _row, '' AS rule, '' AS columns, '' AS value FROM checked WHERE false"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE contradicting AS {' UNION ALL '.join(found) or nothing}"
    )
    doubled = connection.execute("SELECT count(*) FROM doubled").fetchall()
    refused = connection.execute(
        "SELECT count(*) FROM (SELECT DISTINCT _file, _row FROM contradicting)"
    ).fetchall()
    return int(doubled[0][0]), int(refused[0][0])


def _keys(source: Source) -> list[tuple[str, tuple[str, ...]]]:
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
FROM (SELECT * FROM checked ANTI JOIN doubled USING (_file, _row) WHERE NOT _refused AND {whole})
SEMI JOIN (SELECT {columns} FROM checked ANTI JOIN doubled USING (_file, _row) WHERE NOT _refused AND {whole}
  GROUP BY {columns} HAVING count(*) > 1) USING ({columns})"""
