"""The engine that a command line names, and what is said where it cannot run."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import town
from typer.testing import CliRunner

from familycard.cli import app
from familycard.cli.engines import engine_of
from familycard.engine import spark_session
from familycard.engine.duck import DuckEngine
from familycard.engine.spark import SparkEngine
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


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--engine", "spark", "--engine-option", "colour=red"], "no option `colour`"),
        (["--engine-option", "master=local"], "The engine duckdb has no option `master`"),
    ],
)
def test_an_engine_of_an_intake_is_checked_as_that_of_a_build(
    options: list[str], said: str, tmp_path: Path
) -> None:
    arguments = ["intake", "packs/es", "--from", str(tmp_path), "--store", str(tmp_path / "store"), "--json"]
    ran = CliRunner().invoke(app, [*arguments, *options])
    assert ran.exit_code == 2
    assert said in ran.output
    assert not (tmp_path / "store").exists()


def test_an_intake_on_spark_prints_what_the_embedded_engine_prints(
    spark: Callable[[], SparkEngine], tmp_path: Path
) -> None:
    spark()
    pack = town.write_pack(tmp_path / "pack")
    for name, text in town.REGISTERS.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    said = {}
    for engine in ("duckdb", "spark"):
        arguments = [
            "intake",
            str(pack),
            "--from",
            str(tmp_path),
            "--store",
            str(tmp_path / engine),
            "--json",
        ]
        ran = CliRunner().invoke(app, [*arguments, "--engine", engine, "--memory", "500MB"])
        assert ran.exit_code == 0, ran.output
        said[engine] = json.loads(ran.stdout)
    assert said["spark"] == said["duckdb"]
    assert len(said["spark"]["sources"]) > 3


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
