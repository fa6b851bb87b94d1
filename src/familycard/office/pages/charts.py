"""Charts drawn on the server by Altair, as SVG; beside each stands its table.

They are images of their own address: a page's policy allows no style within it, and an image needs none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import altair
import vl_convert
from django.http import HttpResponse

INK, BAR, NOT_SHOWN = "#1f2933", "#0b6b6b", "#d9dcdf"
FONT, LETTERS = "system-ui, sans-serif", 13
LADDER = ("#ffffcc", "#a1dab4", "#41b6c4", "#2271a8", "#253494")
"""From little to much, told apart by who does not see colours (ColorBrewer's YlGnBu, darker at its end)."""
ON_LADDER = (INK, INK, INK, "#ffffff", "#ffffff")
"""The colour of letters on each."""
WIDTH, BAR_HEIGHT = 520, 26
LABEL, LETTER = 400, 9
"""Pixels: the widest label, and a letter of it at most."""
KEPT = 256
FEW = 10
"""Things that are counted one by one on an axis."""


def as_svg(chart: Any) -> str:
    """The text of a chart's SVG, in the office's letters."""
    words: dict[str, str | int] = {"labelFont": FONT, "titleFont": FONT, "labelColor": INK, "titleColor": INK}
    words |= {"labelFontSize": LETTERS, "titleFontSize": LETTERS}
    styled = chart.configure_axis(**words).configure_legend(**words).configure_view(stroke=None)
    svg: str = vl_convert.vegalite_to_svg(styled.to_dict())
    return svg


def svg_answer(svg: str) -> HttpResponse:
    """An image of its own address."""
    return HttpResponse(svg, content_type="image/svg+xml")


@lru_cache(maxsize=KEPT)
def bars(rows: tuple[tuple[str, float | None], ...], title: str) -> str:
    """Horizontal bars in the order given, each with its label; what is hidden (None) has its label and no bar."""
    values = altair.InlineData(values=[{"of": of, "value": value or 0} for of, value in rows])
    axis = altair.Axis(titleLimit=WIDTH, **ticks([value for _, value in rows]))
    # Letters of the reader's machine are not ours to measure.
    room = min(LABEL, LETTER * max((len(of) for of, _ in rows), default=0))
    chart = (
        altair.Chart(values, width=WIDTH, height=BAR_HEIGHT * max(len(rows), 1), background="white")
        .mark_bar(color=BAR)
        .encode(
            x=altair.X("value:Q", title=title, axis=axis),
            y=altair.Y("of:N", title=None, sort=None, axis=altair.Axis(labelLimit=LABEL, minExtent=room)),
        )
    )
    return as_svg(chart)


def ticks(values: Sequence[float | None]) -> dict[str, Any]:
    """How an axis of values is marked: counts by whole numbers, of few things by each.

    >>> ticks([2, None]), ticks([100]), ticks([0.5])
    ({'values': [0, 1, 2]}, {'format': ',d'}, {'tickCount': 5})
    """
    known = [value for value in values if value is not None]
    if not all(isinstance(value, int) for value in known):
        return {"tickCount": 5}
    highest = int(max(known, default=0))
    return {"values": list(range(highest + 1))} if highest <= FEW else {"format": ",d"}
