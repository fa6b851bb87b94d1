"""Looks by day (`pages/charts.py` has bars, and says how charts are served)."""

from __future__ import annotations

from functools import lru_cache

import altair

from familycard.office.pages.charts import BAR, KEPT, WIDTH, as_svg, ticks

HEIGHT = 200


@lru_cache(maxsize=KEPT)
def days(rows: tuple[tuple[str, int], ...], title: str) -> str:
    """A bar a day."""
    values = altair.InlineData(values=[{"of": of, "count": count} for of, count in rows])
    across = altair.Axis(labelAngle=-45, labelOverlap="greedy")
    chart = (
        altair.Chart(values, width=WIDTH, height=HEIGHT, background="white")
        .mark_bar(color=BAR)
        .encode(
            x=altair.X("of:O", title=None, sort=None, axis=across),
            y=altair.Y("count:Q", title=title, axis=altair.Axis(**ticks([count for _, count in rows]))),
        )
    )
    return as_svg(chart)
