"""Where the tiles of a map stand: as the country pack lays them, else in reading order.

There is no geometry of areas here. Equal tiles, roughly where the areas lie, do not make the large and empty ones
look important, and need no boundaries that somebody would have to keep right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from familycard.office.pages.templatetags.shown import label
from familycard.pack.model import Pack

COLUMNS_MAX = 6


@dataclass(frozen=True)
class Layout:
    """By the code of an area, its column and row and what is written there."""

    places: dict[str, tuple[int, int, str]]
    is_schematic: bool
    """Whether the places say nothing of where the areas lie."""


def layout(pack: Pack, codes: Sequence[str]) -> Layout:
    """The tiles of areas; the pack's places hold where it has one for each of them, and no two on one."""
    tiles = {code: pack.tiles[code] for code in codes if code in pack.tiles}
    places = {code: (tile.column, tile.row, label(tile.title)) for code, tile in tiles.items()}
    if len(places) == len(codes) == len({(tile.column, tile.row) for tile in tiles.values()}):
        return Layout(places, is_schematic=False)
    named = sorted((label(pack.areas.get(code)) or code, code) for code in codes)
    columns = min(COLUMNS_MAX, math.ceil(math.sqrt(len(named))))
    in_order = {code: (n % columns, n // columns, title) for n, (title, code) in enumerate(named)}
    return Layout(in_order, is_schematic=True)
