"""The likeness of two texts on Spark: the very function that the embedded engine has.

Jaro counts the letters that stand in another order and halves them. Winkler's own program and DuckDB drop what is
left of an odd number; Spark and the Java libraries keep the half, so that one pair in twenty of unlike
names gets another value there. Batches go to DuckDB in Spark's Python workers, which therefore need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from familycard.engine.spark_sql import JARO_WINKLER

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def register_likeness(session: SparkSession) -> None:
    """Give a session the function `JARO_WINKLER` of two texts: from 0 to 1, null where one is."""
    from pyspark.sql.functions import arrow_udf

    def likeness(one: pa.Array, other: pa.Array) -> pa.Array:
        # A worker gets this function alone, so what it needs is imported here.
        import duckdb
        import pyarrow

        places = pyarrow.array(range(len(one)), pyarrow.int64())
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.register("pairs", pyarrow.table({"place": places, "one": one, "other": other}))
            found = connection.sql(
                "SELECT jaro_winkler_similarity(one, other) AS alike FROM pairs ORDER BY place"
            )
            return found.to_arrow_table()["alike"].combine_chunks()

    session.udf.register(JARO_WINKLER, arrow_udf(likeness, "double"))
