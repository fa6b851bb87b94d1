"""The first pack of `docs/first-pack.md`: a newcomer who copies it and follows the page gets a card."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from repository import ROOT
from typer.testing import CliRunner

from familycard.cli import app
from familycard.pack.lint import lint_pack

PAGE = ROOT / "docs" / "first-pack.md"
FILE = re.compile(r"^`([\w/.]+)`\n```\w+\n(.*?)```", re.MULTILINE | re.DOTALL)
COMMANDS = re.compile(r"^```sh\n(.*?)```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, content in FILE.findall(PAGE.read_text(encoding="utf-8")):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_lint_finds_nothing_in_the_first_pack(folder: Path) -> None:
    assert lint_pack(folder / "exland") == []


def test_every_command_of_the_page_does_its_work_and_the_right_is_on_the_card(folder: Path) -> None:
    lines = [
        line for block in COMMANDS.findall(PAGE.read_text(encoding="utf-8")) for line in block.splitlines()
    ]
    said = {}
    for line in lines:
        words = shlex.split(line)[1:]
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, f"{line}\n{result.output}"
        said[words[0]] = result.output
    assert set(said) == {"pack", "intake", "build", "card", "find"}
    assert "Child aid: 20 EUR a month" in said["card"]
    assert "Wages a month: 100 EUR" in said["card"]
    assert "1 of 2 (family)" in said["find"]
