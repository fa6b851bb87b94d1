"""Small rooms: no file over 400 lines and no function over 50, unless a reason stands here; 600 and 70 never."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from repository import ROOT, python_files

FILE_LINES, FUNCTION_LINES = 400, 50
FILE_LINES_EVER, FUNCTION_LINES_EVER = 600, 70
LONGER_FOR_A_REASON: dict[str, str] = {}
"""`path` or `path::function` → why it may be longer than usual (never longer than ever)."""


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """The functions of a file with their lines, decorators left out."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def too_long() -> Iterator[tuple[str, int, int]]:
    """(what, lines, lines it may never have) of everything longer than usual."""
    for file in python_files():
        path = file.relative_to(ROOT).as_posix()
        lines = len(file.read_text(encoding="utf-8").splitlines())
        if lines > FILE_LINES:
            yield path, lines, FILE_LINES_EVER
        for name, length in functions(file):
            if length > FUNCTION_LINES:
                yield f"{path}::{name}", length, FUNCTION_LINES_EVER


def test_no_file_or_function_is_too_long_without_a_reason() -> None:
    found = [f"{what} has {lines} lines" for what, lines, _ in too_long() if what not in LONGER_FOR_A_REASON]
    assert found == []


def test_a_reason_has_its_limit_and_its_need() -> None:
    lengths = {what: (lines, ever) for what, lines, ever in too_long()}
    for what, reason in LONGER_FOR_A_REASON.items():
        assert reason.endswith("."), f"{what}: write the reason as a sentence"
        assert what in lengths, f"{what} is no longer too long; take it off the list"
        lines, ever = lengths[what]
        assert lines <= ever, f"{what} has {lines} lines; {ever} is the most for any reason"
