"""A PostgreSQL table as a delivery, read through ADBC and kept as Parquet.

A table has no order, so its rows are put in the order of their text: the same rows give
the same bytes, and the same load.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi
import duckdb

from familycard.errors import SourceError
from familycard.pack.contract import Source
from familycard.sources import sql

DSN_VARIABLE = "FAMILYCARD_POSTGRESQL_DSN"


def dump_table(table: str, source: Source, scratch: Path, connection: duckdb.DuckDBPyConnection) -> Path:
    """The contract's columns of ``schema.table`` as a Parquet file of text in `scratch`.

    The database is named by the environment variable FAMILYCARD_POSTGRESQL_DSN; SourceError where it
    is not set, does not answer, or lacks the table or a column.
    """
    dsn = os.environ.get(DSN_VARIABLE)
    if not dsn:
        raise SourceError(
            f"{table}: set {DSN_VARIABLE} to the database, such as postgresql://reader@127.0.0.1:5432/registers."
        )
    headers = [column.physical_name for column in source.columns if column.physical_name is not None]
    listed = ", ".join(f"CAST({sql.name(header)} AS text) AS {sql.name(header)}" for header in headers)
    place = ".".join(sql.name(part) for part in table.split("."))
    path = scratch / f"{source.id}.parquet"
    try:
        _copy(dsn, f"SELECT {listed} FROM {place}", connection, path)
    except adbc_driver_postgresql.dbapi.Error as error:
        raise SourceError(
            f"{table}: the database did not give it ({_first_line(error)}). Check the table and the rights."
        ) from error
    return path


def _copy(dsn: str, query: str, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    with adbc_driver_postgresql.dbapi.connect(dsn) as database, database.cursor() as cursor:
        cursor.execute(query)
        reader: Any = cursor.fetch_record_batch()
        connection.register("database_rows", reader)
        connection.execute(
            f"COPY (SELECT * FROM database_rows ORDER BY ALL) TO {sql.text(str(path))} "
            "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
        )
        connection.unregister("database_rows")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].strip()
