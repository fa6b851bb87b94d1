"""The engine that a command line names, and what is said where it cannot run."""

from __future__ import annotations

import shutil
import sys

import pytest
from typer.testing import CliRunner

from familycard.cli import app
from familycard.cli.engines import engine_of
from familycard.engine import spark_session
from familycard.engine.duck import DuckEngine
from familycard.errors import UsageError


def test_the_embedded_engine_is_there_without_anything_else() -> None:
    assert isinstance(engine_of("duckdb", "1GiB", []), DuckEngine)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("polars", None, []), "no engine `polars`; this version has duckdb and spark"),
        (("spark", None, ["master"]), "`master` is no option of an engine; write NAME=VALUE"),
        (("spark", None, ["colour=red"]), "no option `colour`; it has master, remote, work, partitions"),
        (("spark", None, ["partitions=many"]), "partitions=many: write how many"),
        (("spark", "4GiB", []), "--memory is of the engine duckdb"),
        (("duckdb", None, ["partitions=2"]), "The engine duckdb has no option `partitions`; use --memory"),
    ],
)
def test_what_an_engine_does_not_know_is_wrong_usage(
    arguments: tuple[str, str | None, list[str]], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        engine_of(*arguments)


def test_without_pyspark_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("pyspark", "pyspark.sql"):
        monkeypatch.setitem(sys.modules, module, None)
    ran = CliRunner().invoke(
        app,
        [
            "build",
            "packs/es",
            "--store",
            "s",
            "--as-of",
            "2019-12-31",
            "--out",
            "o",
            "--engine",
            "spark",
            "--json",
        ],
    )
    assert ran.exit_code == 2
    assert "pip install 'familycard[spark]'" in ran.output


def test_without_java_the_error_says_which_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(shutil, "which", lambda program: None)
    with pytest.raises(UsageError, match="needs Java 17 or newer.*openjdk-17-jre-headless"):
        spark_session.require_java()
