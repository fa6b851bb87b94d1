"""The analyst's own charts: a map of tiles and a heat map of moves. Kept by what they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import altair

from familycard.office.pages.charts import (
    FONT,
    INK,
    KEPT,
    LADDER,
    LETTERS,
    NOT_SHOWN,
    ON_LADDER,
    WIDTH,
    as_svg,
)

TILE, LABEL = 88, 330
LINE, LETTER = 12, 8
"""Letters of a tile's line before it is parted, and pixels of one at most."""
GAP_SHARE = 0.06


@dataclass(frozen=True)
class Tile:
    """An area on the map: its place, name, value (None: hidden) and the value in words."""

    column: int
    row: int
    title: str
    value: float | None
    words: str


@dataclass(frozen=True)
class Cell:
    """How many moved from one category to another (None: hidden), and that in words."""

    before: str
    after: str
    value: int | None
    words: str


def rungs(values: Sequence[float | None]) -> list[int | None]:
    """Equal intervals between the lowest and the highest: a value's place on the ladder of colours.

    >>> rungs([0, 50, 100, None]), rungs([7, 7])
    ([0, 2, 4, None], [4, 4])
    """
    known = [value for value in values if value is not None]
    lowest, width = (min(known), max(known) - min(known)) if known else (0, 0)
    last = len(LADDER) - 1
    return [
        None if v is None else last if not width else min(int(len(LADDER) * (v - lowest) / width), last)
        for v in values
    ]


@lru_cache(maxsize=KEPT)
def tiles(places: tuple[Tile, ...], bands: tuple[str, ...], hidden: str, title: str) -> str:
    """The map: equal tiles in the colours of their rung; `bands` says what each rung means, one where all are alike."""
    rows = [
        {"column": t.column, "row": t.row, "words": t.words}
        | dict(zip(("above", "title"), in_two_lines(t.title), strict=True))
        | _coloured(rung, bands, hidden)
        for t, rung in zip(places, rungs([t.value for t in places]), strict=True)
    ]
    used = list(zip(bands, LADDER if len(bands) > 1 else LADDER[-1:], strict=False))
    if any(tile.value is None for tile in places):
        used.append((hidden, NOT_SHOWN))
    base = altair.Chart(altair.InlineData(values=rows)).encode(
        x=altair.X("column:O", axis=None, scale=altair.Scale(paddingInner=GAP_SHARE)),
        y=altair.Y("row:O", axis=None, scale=altair.Scale(paddingInner=GAP_SHARE)),
    )
    colours = altair.Scale(domain=[band for band, _ in used], range=[colour for _, colour in used])
    legend = altair.Legend(
        orient="bottom",
        columns=3,
        labelLimit=LABEL,
        titleLimit=WIDTH,
        symbolStrokeWidth=1,
        symbolStrokeColor=INK,
        symbolType="square",
    )
    squares = _squares(base.encode(color=altair.Color("band:N", scale=colours, title=title, legend=legend)))
    side = _wide_enough(places)
    written = (("above", -24, "normal"), ("title", -8, "normal"), ("words", 12, "bold"))
    layers = [*squares, *(_lettering(base, field, dy, weight, side) for field, dy, weight in written)]
    columns, lines = ({t.column for t in places}, {t.row for t in places})
    extent = {"width": side * max(len(columns), 1), "height": TILE * max(len(lines), 1)}
    return as_svg(altair.layer(*layers).properties(**extent, background="white"))


def _squares(base: Any) -> list[Any]:
    """A rectangle for each row; the edge of hidden ones is dashed, which Vega does not take from data."""
    edge = {"stroke": INK, "strokeWidth": 1}
    return [
        base.transform_filter("!datum.is_hidden").mark_rect(**edge),
        base.transform_filter("datum.is_hidden").mark_rect(**edge, strokeDash=[4, 3]),
    ]


def in_two_lines(title: str) -> tuple[str, str]:
    """A name in two lines, the first one empty where it needs but one: what is long is parted where a word ends.

    >>> in_two_lines("Abai"), in_two_lines("Maghzhan Zhumabaev"), in_two_lines("Engbekshiqazaq")
    (('', 'Abai'), ('Maghzhan', 'Zhumabaev'), ('', 'Engbekshiqazaq'))
    """
    if len(title) <= LINE or " " not in title:
        return "", title
    words = title.split(" ")
    cut = min(range(1, len(words)), key=lambda n: max(len(" ".join(words[:n])), len(" ".join(words[n:]))))
    return " ".join(words[:cut]), " ".join(words[cut:])


def _wide_enough(places: Sequence[Tile]) -> int:
    """How wide tiles are: square, or as wide as the longest line on one needs."""
    longest = max((len(line) for t in places for line in in_two_lines(t.title)), default=0)
    return max(TILE, LETTER * longest + 6)


def _coloured(rung: int | None, bands: Sequence[str], hidden: str) -> dict[str, Any]:
    if rung is None:
        return {"band": hidden, "ink": INK, "is_hidden": True}
    return {"band": bands[min(rung, len(bands) - 1)], "ink": ON_LADDER[rung], "is_hidden": False}


def _lettering(base: Any, field: str, dy: int, weight: str, side: int = TILE) -> Any:
    ink = altair.Color("ink:N", scale=None, legend=None)
    text = base.mark_text(dy=dy, fontSize=LETTERS, font=FONT, fontWeight=weight, limit=side - 6)
    return text.encode(text=f"{field}:N", color=ink)


@lru_cache(maxsize=KEPT)
def heat(cells: tuple[Cell, ...], before: str, after: str) -> str:
    """From which category (lines) to which (columns), darker where more; hidden ones are grey and dashed."""
    places = rungs([cell.value for cell in cells])
    columns, lines = (
        list(dict.fromkeys(ends)) for ends in zip(*((c.after, c.before) for c in cells), strict=True)
    )
    rows = [
        {"before": c.before, "after": c.after, "words": c.words, "is_hidden": rung is None}
        | {
            "fill": NOT_SHOWN if rung is None else LADDER[rung],
            "ink": INK if rung is None else ON_LADDER[rung],
        }
        for c, rung in zip(cells, places, strict=True)
    ]
    base = altair.Chart(altair.InlineData(values=rows)).encode(
        x=altair.X(
            "after:N",
            sort=columns,
            title=after,
            axis=altair.Axis(orient="top", labelAngle=0, labelLimit=TILE),
        ),
        y=altair.Y("before:N", sort=lines, title=before, axis=altair.Axis(labelLimit=LABEL)),
    )
    squares = _squares(base.encode(color=altair.Color("fill:N", scale=None, legend=None)))
    sized = altair.layer(*squares, _lettering(base, "words", 0, "bold"))
    return as_svg(
        sized.properties(width=TILE * len(columns), height=TILE // 2 * len(lines), background="white")
    )
