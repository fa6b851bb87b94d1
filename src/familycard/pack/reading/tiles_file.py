"""Reads ``tiles.csv``: where the tile of an area stands on a map without borders, and what is written on it."""

from __future__ import annotations

import csv
from collections.abc import Container
from pathlib import Path

from familycard.errors import PackError
from familycard.pack.model import Place, Tile
from familycard.pack.reading.fields import Reading, whole_number


def read_tiles_file(path: Path, shown_as: str, reading: Reading, areas: Container[str]) -> dict[str, Tile]:
    """Tiles by the code of their area; PackError for a wrong header, an unknown area, a doubled one or no number."""
    header = ["code", "column", "row", *(f"name_{language}" for language in reading.languages)]
    try:
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines(), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise PackError(f"this is not CSV in UTF-8: {error}", shown_as) from error
    if not rows or sorted(rows[0]) != sorted(header):
        raise PackError(f"the header must be {','.join(header)}", shown_as, 1)
    tiles: dict[str, Tile] = {}
    for line, row in enumerate(rows[1:], 2):
        with reading.going_on():
            if len(row) != len(header):
                raise PackError(f"{len(row)} cells, the header has {len(header)}", shown_as, line)
            cells = dict(zip(rows[0], row, strict=True))
            code = cells["code"]
            if code not in areas:
                raise PackError(f"`{code}` is no area of areas.csv", shown_as, line)
            if code in tiles:
                raise PackError(f"area `{code}` stands here twice; keep one", shown_as, line)
            tiles[code] = _tile(cells, shown_as, line)
    return tiles


def _tile(cells: dict[str, str], file: str, line: int) -> Tile:
    try:
        column, row = (whole_number(cells[key]) for key in ("column", "row"))
    except ValueError as error:
        raise PackError(f"a tile's column and row are whole numbers from 0: {error}", file, line) from error
    if min(column, row) < 0:
        raise PackError("a tile's column and row are whole numbers from 0", file, line)
    names = {key.removeprefix("name_"): cell for key, cell in cells.items() if key.startswith("name_")}
    if not all(names.values()):
        raise PackError("a tile needs its name in each language", file, line)
    return Tile(column, row, names, Place(file, line))
