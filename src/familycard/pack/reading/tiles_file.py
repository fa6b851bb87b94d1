"""Reads ``tiles.csv``: where the tile of an area stands on a map without borders, and what is written on it."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from familycard.errors import PackError
from familycard.pack.model import Place, Tile
from familycard.pack.reading.csv_table import cells_of, names_in, table_of
from familycard.pack.reading.fields import Reading, whole_number


def read_tiles_file(path: Path, shown_as: str, reading: Reading, areas: Container[str]) -> dict[str, Tile]:
    """Tiles by the code of their area; PackError for a wrong header, an unknown area, a doubled one or no number."""
    header = ["code", "column", "row", *(f"name_{language}" for language in reading.languages)]
    columns, rows = table_of(path, shown_as, header)
    tiles: dict[str, Tile] = {}
    for line, row in enumerate(rows, 2):
        with reading.going_on():
            cells = cells_of(columns, row, shown_as, line)
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
    names = names_in(cells)
    if not all(names.values()):
        raise PackError("a tile needs its name in each language", file, line)
    return Tile(column, row, names, Place(file, line))
