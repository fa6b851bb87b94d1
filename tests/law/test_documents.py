"""What the documents name exists, and what exists is in the documents."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main
from repository import ROOT

from familycard.cli import app
from familycard.pack.aggregates import AGGREGATES
from familycard.pack.functions import FUNCTIONS
from familycard.pack.reading import (
    checks_file,
    fits_file,
    indicators_file,
    pack_file,
    programmes_file,
    scorecards_file,
    units_file,
)

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PATH = re.compile(r"`((?:src|tests|docs|packs|bench|\.ci)/[\w./-]+)`")
COMMAND_BLOCK = re.compile(r"```(?:sh|bash|console)\n(.*?)```", re.DOTALL)
KEYS = [
    *pack_file._KEYS,
    *units_file._KIND_KEYS,
    *units_file._TIE_KEYS,
    *indicators_file._KEYS,
    *indicators_file.PERIODS,
    *scorecards_file._KEYS,
    *scorecards_file._TERM_KEYS,
    *fits_file._KEYS,
    *fits_file.MODEL_CARD,
    *programmes_file._KEYS,
    *programmes_file._NEEDS,
    *checks_file._STATISTIC_KEYS,
]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command with its path, such as ("pack", "lint")."""
    if not hasattr(command, "commands"):
        yield path, command
        return
    for name, below in command.commands.items():
        yield from commands(below, (*path, name))


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("document", [d.name for d in DOCUMENTS if d.parent == ROOT])
def test_paths_in_the_documents_exist(document: str) -> None:
    missing = [path for path in PATH.findall(read(document)) if not (ROOT / path).exists()]
    assert missing == []


def test_the_architecture_names_paths() -> None:
    assert len(PATH.findall(read("ARCHITECTURE.md"))) >= 15


def command_lines() -> list[str]:
    blocks = COMMAND_BLOCK.findall(read("README.md"))
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def test_the_commands_of_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    assert command_lines()
    for line in command_lines():
        words = shlex.split(line)
        program = words[0].removeprefix(".venv/bin/")
        if program == "make":
            assert words[1] in targets, line
        elif program == "familycard":
            assert any(tuple(words[1 : 1 + len(path)]) == path for path in COMMANDS), line


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_and_option_is_documented(path: tuple[str, ...]) -> None:
    text = read("docs/command-line.md")
    assert f"familycard {' '.join(path)}" in text
    section = text.split(f"## familycard {' '.join(path)}", 1)[-1].split("\n## ", 1)[0]
    known = (p for p in COMMANDS[path].params if p.param_type_name == "option")
    options = {o for p in known for o in (*p.opts, *p.secondary_opts)}
    assert set(re.findall(r"`(--[a-z-]+)", section)) == options - {"--help"}


@pytest.mark.parametrize("name", sorted({*KEYS, *FUNCTIONS, *AGGREGATES}))
def test_every_key_and_function_of_packs_is_documented(name: str) -> None:
    assert re.search(rf"\b{re.escape(name)}\b", read("docs/pack-format.md"))
