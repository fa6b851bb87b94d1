"""Charts of counts of looks (`pages/charts.py` says how charts are served)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import altair

from familycard.office.pages.charts import BAR, as_svg

WIDTH, BAR_HEIGHT, DAYS_HEIGHT = 560, 26, 200
LABEL, LETTER = 420, 9
"""Pixels: the widest label, and a letter of it at most."""


@lru_cache(maxsize=64)
def bars(rows: tuple[tuple[str, int], ...], title: str) -> str:
    """Horizontal bars in the order given, each with its label."""
    encoding = {
        "x": altair.X("count:Q", title=title, axis=altair.Axis(tickMinStep=1, format=",d")),
        "y": altair.Y(
            "of:N", title=None, sort=None, axis=altair.Axis(labelLimit=LABEL, minExtent=_room(rows))
        ),
    }
    return _svg(rows, encoding, BAR_HEIGHT * max(len(rows), 1))


@lru_cache(maxsize=64)
def days(rows: tuple[tuple[str, int], ...], title: str) -> str:
    """A bar a day."""
    encoding = {
        "x": altair.X("of:O", title=None, sort=None, axis=altair.Axis(labelAngle=-45, labelOverlap="greedy")),
        "y": altair.Y("count:Q", title=title, axis=altair.Axis(tickMinStep=1, format=",d")),
    }
    return _svg(rows, encoding, DAYS_HEIGHT)


def _room(rows: tuple[tuple[str, int], ...]) -> int:
    """Room for the longest label in whatever letters the reader's machine has: they are not ours to measure."""
    return min(LABEL, LETTER * max((len(of) for of, _ in rows), default=0))


def _svg(rows: tuple[tuple[str, int], ...], encoding: Mapping[str, object], height: int) -> str:
    values = altair.InlineData(values=[{"of": of, "count": count} for of, count in rows])
    chart = altair.Chart(values, width=WIDTH, height=height, background="white")
    return as_svg(chart.mark_bar(color=BAR).encode(**encoding))
