"""Maps of tiles: as the pack lays them, else in the order of the alphabet, and the page says which."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client

from familycard.office.analyst.answers import Desk
from familycard.office.analyst.charts import in_two_lines
from familycard.office.analyst.tiling import layout
from familycard.pack.model import Pack
from familycard.snapshot.reader import Reader

SignedIn = Callable[[str], Client]
SCHEMATIC, PLACED = "the places say nothing of where it lies", "roughly where it lies"


def of(pack: Pack, region: str) -> list[str]:
    """The districts of a region; the regions where it is empty."""
    length = 4 if region else 2
    return [code for code in pack.areas if code.startswith(region) and len(code) == length]


def test_every_map_of_kazakhstan_stands_as_the_pack_lays_it(reader: Reader) -> None:
    for region in ("", *of(reader.pack, "")):
        codes = of(reader.pack, region)
        laid = layout(reader.pack, codes)
        assert not laid.is_schematic and laid.places.keys() == set(codes), region
    north, south = (layout(reader.pack, of(reader.pack, "")).places[code][1] for code in ("59", "79"))
    assert north < south


@pytest.mark.parametrize("fault", ["a tile is missing", "two on one place"])
def test_where_the_pack_makes_no_map_tiles_stand_in_order_each_once(reader: Reader, fault: str) -> None:
    codes = of(reader.pack, "10")
    tiles = {code: tile for code, tile in reader.pack.tiles.items() if code != codes[0]}
    if fault == "two on one place":
        tiles[codes[0]] = tiles[codes[1]]
    laid = layout(replace(reader.pack, tiles=tiles), codes)
    assert laid.is_schematic and laid.places.keys() == set(codes)
    rows = sorted((row, column, title) for column, row, title in laid.places.values())
    assert len({(row, column) for row, column, _ in rows}) == len(codes)
    assert [title for _, _, title in rows] == sorted(title for _, _, title in rows)


def test_the_districts_of_a_region_are_tiles_and_stand_in_the_table(
    signed_in: SignedIn, reader: Reader
) -> None:
    client = signed_in("analyst")
    client.cookies["language"] = "en"
    asked = "?level=family&of=members"
    svg = client.get(f"/analyst/map/59/chart.svg{asked}").content.decode()
    page = client.get(f"/analyst/map/59/{asked}").content.decode()
    codes = of(reader.pack, "59")
    for code in codes:
        assert f">{in_two_lines(reader.pack.tiles[code].title['en'])[1]}<" in svg, code
        assert reader.pack.areas[code]["en"] in page, code
    assert len(re.findall(r'aria-roledescription="rect mark"', svg)) == len(codes)
    assert PLACED in page and SCHEMATIC not in page and "Map of tiles" in page


def test_the_page_says_where_places_mean_nothing(
    signed_in: SignedIn, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("analyst")
    client.cookies["language"] = "en"
    monkeypatch.setattr(Desk, "pack", property(lambda _: replace(reader.pack, tiles={})))
    page = client.get("/analyst/map/59/?level=family&of=members").content.decode()
    assert SCHEMATIC in page and PLACED not in page
    assert client.get("/analyst/map/59/chart.svg?level=family&of=members").status_code == 200
