"""Reads a CSV table of a pack, in which the order of columns is free."""

from __future__ import annotations

import csv
from pathlib import Path

from familycard.errors import PackError


def table_of(path: Path, shown_as: str, header: list[str]) -> tuple[list[str], list[list[str]]]:
    """The columns as they stand there, and the cells of each line below; PackError for any other header."""
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines(), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise PackError(f"this is not CSV in UTF-8: {error}", shown_as) from error
    if not rows or sorted(rows[0]) != sorted(header):
        raise PackError(f"the header must be {','.join(header)}", shown_as, 1)
    return rows[0], rows[1:]


def cells_of(columns: list[str], row: list[str], file: str, line: int) -> dict[str, str]:
    """The cells of a line by column; PackError where it has more or fewer."""
    if len(row) != len(columns):
        raise PackError(f"{len(row)} cells, the header has {len(columns)}", file, line)
    return dict(zip(columns, row, strict=True))


def names_in(cells: dict[str, str]) -> dict[str, str]:
    """By language, what stands in the columns `name_<language>`."""
    return {key.removeprefix("name_"): cell for key, cell in cells.items() if key.startswith("name_")}
