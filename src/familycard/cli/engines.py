"""Which engine a command runs on, from what the command line says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from familycard.cli.amounts import size
from familycard.engine.duck import DuckEngine
from familycard.engine.interface import Engine
from familycard.engine.spark import SparkEngine
from familycard.engine.spark_session import check_options
from familycard.errors import UsageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

NAMES = ("duckdb", "spark")
JARS = "spark.jars"


def engine_of(name: str, memory: str | None, options: Sequence[str]) -> Engine:
    """The engine of a name; UsageError where it has no such option, or cannot run here."""
    if name not in NAMES:
        raise UsageError(f"There is no engine `{name}`; this version has {' and '.join(NAMES)}.")
    told = dict(_option(text) for text in options)
    if name == "spark":
        if memory is not None:
            raise UsageError(
                "--memory is of the engine duckdb; Spark is told by --engine-option spark.executor.memory=8g"
                " (on one machine spark.driver.memory)."
            )
        return SparkEngine(told)
    if told:
        raise UsageError(f"The engine duckdb has no option `{next(iter(told))}`; use --memory.")
    return DuckEngine(memory_bytes=size(memory) if memory else None)


def session_of(name: str, options: Sequence[str]) -> SparkSession | None:
    """The Spark session of the options, None for the embedded engine; UsageError as of `engine_of`."""
    engine = engine_of(name, None, options)
    return engine.session if isinstance(engine, SparkEngine) else None


def linking_session_of(name: str, options: Sequence[str]) -> SparkSession | None:
    """The session on which linkage scores pairs, opened with Splink's jar."""
    if name == "spark":
        check_options(dict(_option(text) for text in options))
        options = [*options, f"{JARS}={_with_similarity_jar(options)}"]
    return session_of(name, options)


def _with_similarity_jar(options: Sequence[str]) -> str:
    try:
        from familycard.sources.linkage.scorers import similarity_jar

        own = similarity_jar()
    except ImportError:
        # Whoever opens the session says what is missing.
        return ""
    return ",".join([*(text for name, text in map(_option, options) if name == JARS), own])


def _option(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise UsageError(f"`{text}` is no option of an engine; write NAME=VALUE.")
    return name, value
