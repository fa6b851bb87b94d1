"""Which engine a build runs on, from what the command line says."""

from __future__ import annotations

from collections.abc import Sequence

from familycard.cli.amounts import size
from familycard.engine.duck import DuckEngine
from familycard.engine.interface import Engine
from familycard.engine.spark import SparkEngine
from familycard.errors import UsageError

NAMES = ("duckdb", "spark")


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


def _option(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise UsageError(f"`{text}` is no option of an engine; write NAME=VALUE.")
    return name, value
