"""Where pairs are scored: in the embedded engine, or on Spark; the model, the keys and the decisions are the same.

Whatever the engines say differently stands here: how a prepared table gets there, how a condition is
written, and how the scored pairs come back.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import duckdb
from splink import DuckDBAPI

from familycard.engine.spark_likeness import register_likeness
from familycard.engine.spark_sql import spark_sql
from familycard.errors import UsageError
from familycard.sources import sql

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


class Scorer(Protocol):
    """An engine on which Splink runs."""

    api: Any
    """Splink's own interface to it."""

    def bring(self, table: str) -> str:
        """Make a prepared table of the connection known there; its name there."""

    def said(self, condition: str) -> str:
        """A condition in the engine's own words."""

    def taken(self, found: str) -> str:
        """Scored pairs as a table of the connection."""


class Embedded:
    """Implements `Scorer` in the connection itself."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.api: Any = DuckDBAPI(connection=connection)

    def bring(self, table: str) -> str:
        return table

    def said(self, condition: str) -> str:
        return condition

    def taken(self, found: str) -> str:
        return found


class OnSpark:
    """Implements `Scorer` on a Spark session; what goes there and comes back are files in a folder.

    Splink brings the distance of texts to Spark in a jar of its own, which the session must have been
    opened with (`spark.jars`, `similarity_jar`): nothing is downloaded. Its likeness of Jaro and Winkler
    counts half transpositions and so differs from the embedded engine's, which is taken instead.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, session: SparkSession, folder: Path) -> None:
        from splink import SparkAPI

        if not hasattr(session, "_jsc"):
            raise UsageError(
                "Linkage runs on a Spark session of this process, not on a Spark Connect server; name a `master`."
            )
        self._connection, self._session, self._folder = connection, session, folder
        folder.mkdir(parents=True, exist_ok=True)
        # Splink keeps what it makes on the way where a session keeps its checkpoints.
        session.sparkContext.setCheckpointDir(str(folder / "on-the-way"))
        # Splink has no types here.
        make: Any = SparkAPI
        self.api: Any = make(spark_session=session)
        register_likeness(session)

    def bring(self, table: str) -> str:
        path = self._folder / f"{table}.parquet"
        self._connection.execute(f"COPY {table} TO {sql.text(str(path))} (FORMAT parquet)")
        self._session.read.parquet(str(path)).createOrReplaceTempView(table)
        return table

    def said(self, condition: str) -> str:
        return spark_sql(condition)

    def taken(self, found: str) -> str:
        path = self._folder / "scored"
        self._session.table(found).write.mode("overwrite").parquet(str(path))
        self._connection.execute(
            f"CREATE OR REPLACE TABLE scored_on_spark AS FROM read_parquet({sql.text(str(path / '*.parquet'))})"
        )
        return "scored_on_spark"


def similarity_jar() -> str:
    """Where Splink's functions for Spark lie, for the session's option ``spark.jars``."""
    from splink.backends.spark import similarity_jar_location

    return str(similarity_jar_location())
