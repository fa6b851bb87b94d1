"""Reads ``areas.csv``: code, parent and a name in each language."""

from __future__ import annotations

from pathlib import Path

from familycard.errors import PackError
from familycard.pack.model import Label
from familycard.pack.reading.csv_table import cells_of, names_in, table_of
from familycard.pack.reading.fields import Reading


def read_areas_file(path: Path, shown_as: str, reading: Reading) -> dict[str, Label]:
    """Names of areas by code; PackError for a wrong header, a doubled code or an unknown parent."""
    header = ["code", "parent", *(f"name_{language}" for language in reading.languages)]
    columns, rows = table_of(path, shown_as, header)
    areas: dict[str, Label] = {}
    parents: dict[str, tuple[str, int]] = {}
    for line, row in enumerate(rows, 2):
        with reading.going_on():
            code, parent, label = _area(cells_of(columns, row, shown_as, line), shown_as, line)
            if code in areas:
                raise PackError(f"area `{code}` stands here twice; keep one", shown_as, line)
            areas[code], parents[code] = label, (parent, line)
    for code, (parent, line) in parents.items():
        if parent and parent not in areas:
            reading.report(PackError(f"area `{code}`: its parent `{parent}` is no area", shown_as, line))
    return areas


def _area(cells: dict[str, str], file: str, line: int) -> tuple[str, str, Label]:
    names = names_in(cells)
    if not cells["code"] or not all(names.values()):
        raise PackError("an area needs its code and a name in each language", file, line)
    return cells["code"], cells["parent"], names
