"""Reads ``areas.csv``: code, parent and a name in each language."""

from __future__ import annotations

import csv
from pathlib import Path

from familycard.errors import PackError
from familycard.pack.model import Label
from familycard.pack.reading.fields import Reading


def read_areas_file(path: Path, shown_as: str, reading: Reading) -> dict[str, Label]:
    """Names of areas by code; PackError for a wrong header, a doubled code or an unknown parent."""
    header = ["code", "parent", *(f"name_{language}" for language in reading.languages)]
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines(), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise PackError(f"this is not CSV in UTF-8: {error}", shown_as) from error
    if not rows or sorted(rows[0]) != sorted(header):
        raise PackError(f"the header must be {','.join(header)}", shown_as, 1)
    areas: dict[str, Label] = {}
    parents: dict[str, tuple[str, int]] = {}
    for line, row in enumerate(rows[1:], 2):
        with reading.going_on():
            code, parent, label = _area(rows[0], row, shown_as, line)
            if code in areas:
                raise PackError(f"area `{code}` stands here twice; keep one", shown_as, line)
            areas[code], parents[code] = label, (parent, line)
    for code, (parent, line) in parents.items():
        if parent and parent not in areas:
            reading.report(PackError(f"area `{code}`: its parent `{parent}` is no area", shown_as, line))
    return areas


def _area(header: list[str], row: list[str], file: str, line: int) -> tuple[str, str, Label]:
    if len(row) != len(header):
        raise PackError(f"{len(row)} cells, the header has {len(header)}", file, line)
    cells = dict(zip(header, row, strict=True))
    names = {key.removeprefix("name_"): cell for key, cell in cells.items() if key.startswith("name_")}
    if not cells["code"] or not all(names.values()):
        raise PackError("an area needs its code and a name in each language", file, line)
    return cells["code"], cells["parent"], names
