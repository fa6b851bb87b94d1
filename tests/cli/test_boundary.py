"""Every command ends with one message and the documented exit status, whatever it is given."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from town import town
from typer.testing import CliRunner

from familycard.cli import app
from familycard.cli.boundary import TRACEBACK, tell
from familycard.snapshot.open import OpenSnapshot

NUMBER = "850101300123"
COMMAND = [sys.executable, "-c", "from familycard.cli import app; app()"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> OpenSnapshot:
    return town(tmp_path_factory.mktemp("town"))


def run(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["nope"],
        ["card"],
        ["card", "SNAPSHOT", "1", "--lang", "[/x]"],
        ["find", "SNAPSHOT", "members > 0", "--limit", "-1"],
        ["find", "SNAPSHOT", "members > 0", "--level", "[/bold]"],
        ["find", "SNAPSHOT", "members > 0", "--columns", "nonsense,"],
        ["find", "SNAPSHOT", "members > 0", "--out", "/dev/null/x.csv"],
        ["find", "SNAPSHOT", "members > 0", "--out", "x.txt"],
        ["find", "SNAPSHOT", "members * 9000000000000000000 + 9000000000000000000 > members"],
        ["find", "SNAPSHOT", "add_months(as_of, 999999999) > as_of"],
        ["synth", "x", "--people", "many", "--out", "x"],
        *(
            ["build", "x", "--store", "y", "--as-of", day, "--out", "z"]
            for day in ("2026-02-30", "20260115", "2026-W03-4", "0001-01-01", "9999-12-31", "today")
        ),
    ],
    ids=lambda a: " ".join(a)[:60],
)
def test_wrong_usage_is_status_2_and_json_where_json_is_asked(
    built: OpenSnapshot, arguments: list[str]
) -> None:
    given = [str(built.path) if a == "SNAPSHOT" else a for a in arguments]
    status, out, err = run(*given)
    assert (status, out) == (2, "")
    assert "Traceback" not in err
    status, out, err = run(*given, "--json")
    assert (status, err) == (2, "")
    assert set(json.loads(out)) == {"error"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["card", "/nowhere/[/bold]", "1"],
        ["card", "x" * 5000, "1"],
        ["card", "SNAPSHOT", "'; drop table x --"],
        ["card", "SNAPSHOT", "\udc80"],
        ["card", "SNAPSHOT", ""],
        ["find", "SNAPSHOT", "area = '[/bold]'; drop"],
        ["find", "SNAPSHOT", "members >= 0 and " * 500 + "true"],
        ["stats", "/dev/null"],
        ["diff", "SNAPSHOT", "/nowhere"],
        ["recall", "/nowhere", "current"],
        ["pack", "test", "/nowhere/[/red]"],
    ],
    ids=lambda a: " ".join(a)[:40].encode("ascii", "replace").decode(),
)
def test_what_is_not_there_or_not_understood_is_status_1(built: OpenSnapshot, arguments: list[str]) -> None:
    given = [str(built.path) if a == "SNAPSHOT" else a for a in arguments]
    status, out, err = run(*given)
    assert (status, out) == (1, "")
    assert "Traceback" not in err
    assert "Error" in err
    status, out, err = run(*given, "--json")
    assert (status, err) == (1, "")
    assert set(json.loads(out)) == {"error"}


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device", "/disk/file"), "make room"),
        (PermissionError(13, "Permission denied", "/disk/file"), "/disk/file: Permission denied"),
        (duckdb.IOException('Async write: {"errno":"28"} No space left on device'), "make room"),
        (MemoryError(), "memory"),
        (duckdb.ConversionException(f"Could not convert string '{NUMBER}' to DATE"), "64 bits"),
        (duckdb.InvalidInputException(f"malformed '{NUMBER}'"), "InvalidInputException"),
        (pa.ArrowInvalid(f"cannot parse '{NUMBER}'"), "ArrowInvalid"),
        (KeyError(NUMBER), "A fault of Family Card (KeyError)"),
    ],
)
def test_an_error_that_nobody_foresaw_shows_no_value_of_a_row(
    error: Exception, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tell(error, as_json=False) == 1
    shown = capsys.readouterr().err
    assert said in shown
    assert NUMBER not in shown


def test_who_asks_for_the_traceback_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TRACEBACK, "1")
    with pytest.raises(KeyError):
        tell(KeyError("x"), as_json=False)


@pytest.mark.parametrize(
    "error",
    [KeyboardInterrupt(), duckdb.InterruptException("INTERRUPT Error"), RuntimeError("Query interrupted")],
)
def test_an_interruption_is_quiet(error: BaseException, capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(error, as_json=False) == 130
    assert capsys.readouterr() == ("", "")


def test_a_full_or_closed_output_is_no_traceback(built: OpenSnapshot) -> None:
    find = " ".join(
        f"'{part}'" for part in [*COMMAND, "find", built.path, "members >= 0", "--json", "--limit", "9"]
    )
    for redirected in ("> /dev/full", "| true", ">&-"):
        result = subprocess.run(
            f"{find} {redirected}", shell=True, capture_output=True, text=True, timeout=60, check=False
        )
        assert "Traceback" not in result.stderr, redirected
        assert "Exception ignored" not in result.stderr, redirected


def test_an_output_of_ascii_alone_gets_every_character(built: OpenSnapshot) -> None:
    command = [*COMMAND, "card", str(built.path), "nobody-é", "--json"]
    result = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
        timeout=60,
        check=False,
    )
    assert result.returncode == 1
    assert set(json.loads(result.stdout)) == {"error"}


def test_recall_does_not_point_current_at_itself(built: OpenSnapshot) -> None:
    status, _, _ = run("recall", built.path.parent, "current")
    assert status == 1
    assert (built.path.parent / "current").resolve() == Path(built.path)
