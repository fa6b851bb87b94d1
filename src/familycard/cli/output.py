"""What every command shares: progress on standard error, results on standard output, errors in plain words."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from familycard.errors import FamilyCardError

PLAIN_WIDTH = 160
"""Characters a line where the output is no terminal: tables stay readable in files."""
if sys.stdout is None:  # closed by who called
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
console = Console(highlight=False, emoji=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
errors = Console(stderr=True, highlight=False, emoji=False)
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that command a terminal or turn its text round; line ends and tabs are none."""


def plain(text: str) -> str:
    """Text as it may stand on a terminal: what would command it, or turn its words round, is shown as �.

    >>> plain("\x1b[2Jclear")
    '�[2Jclear'
    """
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)


def literal(text: object) -> str:
    """Text from data as it may stand in markup: brackets are printed and mean nothing.

    >>> literal("[red]x[/]")
    '\\\\[red]x\\\\[/]'
    """
    return escape(plain(str(text)))


@contextmanager
def plain_errors(*, as_json: bool = False) -> Iterator[None]:
    """Errors made on purpose become one message and the exit status of their kind."""
    try:
        yield
    except FamilyCardError as error:
        print_error(str(error), as_json=as_json)
        raise typer.Exit(error.exit_status) from error


def print_error(message: str, *, as_json: bool = False) -> None:
    """One message on standard error, or one JSON value on standard output."""
    if as_json:
        try:
            print_json({"error": plain(message)})
            sys.stdout.flush()
            return
        except OSError:
            pass  # Standard output is what failed: a full disk, a reader that went away.
    errors.print(f"[bold red]Error[/bold red] {literal(message)}", soft_wrap=True)


@contextmanager
def stages(*, quiet: bool) -> Iterator[Callable[[str, str], None]]:
    """A progress line a stage: one live line on a terminal, plain lines elsewhere."""
    start = time.perf_counter()
    if quiet:
        yield lambda stage, detail: None
        return
    if errors.is_terminal:
        with errors.status("…") as status:
            yield lambda stage, detail: status.update(
                f"{time.perf_counter() - start:6.1f} s  {literal(stage)} {literal(detail)}"
            )
        return
    yield lambda stage, detail: print(
        plain(f"{time.perf_counter() - start:6.1f} s  {stage} {detail}".rstrip()), file=sys.stderr, flush=True
    )


def print_json(value: Any) -> None:
    """One JSON value on standard output; escaped where the output's encoding lacks a character."""
    text = json.dumps(value, ensure_ascii=False, indent=1, default=_plain)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=1, default=_plain)
    print(text)


def _plain(value: Any) -> Any:
    if isinstance(value, date | Path):
        return str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def table(title: str, columns: list[str], rows: list[list[str]], *, right: tuple[int, ...] = ()) -> Table:
    """A plain table; `right` are the positions of numbers. Cells are text, never markup."""
    made = Table(title=literal(title), title_justify="left", box=None, pad_edge=False)
    for position, name in enumerate(columns):
        made.add_column(literal(name), justify="right" if position in right else "left")
    for row in rows:
        made.add_row(*(literal(cell) for cell in row))
    return made
