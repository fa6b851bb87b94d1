"""A demo removes what an earlier demo made and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from familycard.cli.demo import clear
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
