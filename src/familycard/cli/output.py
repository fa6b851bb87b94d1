"""What every command shares: progress on standard error, results on standard output, errors in plain words."""

from __future__ import annotations

import json
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
from rich.table import Table

from familycard.errors import FamilyCardError

PLAIN_WIDTH = 160
"""Characters a line where the output is no terminal: tables stay readable in files."""
console = Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
errors = Console(stderr=True, highlight=False)


@contextmanager
def plain_errors(*, as_json: bool = False) -> Iterator[None]:
    """Errors made on purpose become one message and the exit status of their kind."""
    try:
        yield
    except FamilyCardError as error:
        if as_json:
            print(json.dumps({"error": str(error)}, ensure_ascii=False))
        else:
            errors.print(f"[bold red]Error[/bold red] {error}", markup=True, soft_wrap=True)
        raise typer.Exit(error.exit_status) from error


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
                f"{time.perf_counter() - start:6.1f} s  {stage} {detail}"
            )
        return
    yield lambda stage, detail: print(
        f"{time.perf_counter() - start:6.1f} s  {stage} {detail}".rstrip(), file=sys.stderr, flush=True
    )


def print_json(value: Any) -> None:
    """One JSON value on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, date | Path):
        return str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def table(title: str, columns: list[str], rows: list[list[str]], *, right: tuple[int, ...] = ()) -> Table:
    """A plain table; `right` are the positions of numbers."""
    made = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for position, name in enumerate(columns):
        made.add_column(name, justify="right" if position in right else "left")
    for row in rows:
        made.add_row(*row)
    return made
