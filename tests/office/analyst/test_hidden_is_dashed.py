"""What is hidden is told in drawings as well: by a dashed edge, as the words beside them say."""

from __future__ import annotations

import re

from familycard.office.analyst.charts import Cell, Tile, heat, tiles

DASHED = 'stroke-dasharray="4,3"'
BANDS = tuple("abcde")


def test_each_hidden_tile_and_no_other_has_a_dashed_edge() -> None:
    for values in ((None, None, None), (1.0, None, 2.0), (1.0, 2.0, 3.0)):
        places = tuple(Tile(n, 0, f"District {n}", value, "–") for n, value in enumerate(values))
        svg = tiles(places, BANDS, "hidden", "title")
        assert svg.count(DASHED) == values.count(None)
        assert svg.count('aria-roledescription="rect mark"') == len(values)


def test_hidden_moves_are_dashed_and_the_order_of_categories_stays() -> None:
    cells = tuple(
        Cell(before, after, None if before == "A" or after == "B" else 7, "7")
        for before in "AB"
        for after in "AB"
    )
    svg = heat(cells, "before", "after")
    assert svg.count(DASHED) == 3
    assert re.findall(r">([AB])<", svg) == ["A", "B", "A", "B"]
