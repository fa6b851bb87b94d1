"""Charts drawn on the server by Altair, as SVG; beside each stands its table.

They are images of their own address: a page's policy allows no style within it, and an image needs none.
"""

from __future__ import annotations

from typing import Any

import vl_convert
from django.http import HttpResponse

INK, BAR, NOT_SHOWN = "#1f2933", "#0b6b6b", "#d9dcdf"
FONT, LETTERS = "system-ui, sans-serif", 13
LADDER = ("#ffffcc", "#a1dab4", "#41b6c4", "#2271a8", "#253494")
"""From little to much, told apart by who does not see colours (ColorBrewer's YlGnBu, darker at its end)."""
ON_LADDER = (INK, INK, INK, "#ffffff", "#ffffff")
"""The colour of letters on each."""


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
