"""A house you can see: each folder says what comes in, what goes out and which file to open first."""

from __future__ import annotations

import pytest
from repository import ROOT, SOURCE, python_files

TOLD_ABOVE = {"migrations", "templatetags", "formats", "management", "commands"}
"""Folders that Django's conventions ask for; the README above them says what is in them."""
FOLDERS = sorted(
    folder
    for folder in {file.parent for file in SOURCE.rglob("*.py")} - {SOURCE}
    if not TOLD_ABOVE & set(folder.relative_to(SOURCE).parts)
)
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "lib", "base"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(SOURCE).as_posix())
def test_every_folder_has_a_readme(folder: object) -> None:
    readme = SOURCE / str(folder) / "README.md"
    assert readme.is_file(), f"{folder} has no README.md"
    text = readme.read_text(encoding="utf-8")
    assert ".py" in text, "a README names the file to open first"


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [file.relative_to(ROOT).as_posix() for file in python_files() if file.stem in VAGUE_NAMES]
    assert vague == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        file.relative_to(ROOT).as_posix()
        for file in python_files()
        if not file.read_text(encoding="utf-8").lstrip().startswith(('"""', 'r"""'))
    ]
    assert silent == []
