"""A demo removes what an earlier demo made and nothing else; a made-up country is counted for machines."""

from __future__ import annotations

import json
from inspect import signature
from pathlib import Path

import pytest
from typer.testing import CliRunner

from familycard.cli import app
from familycard.cli.demo import AS_OF, MONTH_BEFORE, clear, days_built, demo, packs_folder
from familycard.errors import UsageError


def test_a_folder_with_anything_else_in_it_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(UsageError, match="nothing was removed"):
        clear(tmp_path)
    assert (tmp_path / "thesis.tex").read_text() == "years of work"
    assert (tmp_path / "store").is_dir()


def test_a_file_is_no_folder_for_a_demo(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError):
        clear(tmp_path / "file")


def test_an_earlier_demo_is_made_anew(tmp_path: Path) -> None:
    for name in ("delivery", "store", "snapshots"):
        (tmp_path / name / "inner").mkdir(parents=True)
    clear(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_country_is_made_with_the_share_of_spoiled_rows_that_was_asked_for(tmp_path: Path) -> None:
    options = ["--people", "2000", "--out", str(tmp_path), "--bad-rows", "0.1", "--workers", "1", "--json"]
    result = CliRunner().invoke(app, ["synth", str(packs_folder() / "kz"), *options])
    counts = json.loads(result.stdout)
    assert (result.exit_code, counts["people"]) == (0, 2_000)
    assert sum(counts["bad_rows"].values()) == pytest.approx(sum(counts["rows"].values()) / 10, rel=0.05)


def test_the_month_before_is_built_unless_it_is_said_not_to_be() -> None:
    assert signature(demo).parameters["month_before"].default is True


def test_the_month_before_is_built_first_so_that_the_last_day_is_published() -> None:
    assert days_built(month_before=False) == (AS_OF,)
    assert days_built(month_before=True) == (MONTH_BEFORE, AS_OF)
    assert MONTH_BEFORE < AS_OF
