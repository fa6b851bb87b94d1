"""Plots of a report as SVG, drawn on the spot: the page loads nothing from anywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from familycard.errors import UsageError
from familycard.scoring.fitting.additive import INSTALL

_INK = "#1d3557"
_OTHER = "#c1440e"


def calibration_plot(rows: Sequence[Mapping[str, Any]]) -> str:
    """What was measured against what the score said, by tenths of the people; on the line it keeps its word."""
    alt = _altair()
    data = alt.Data(values=[dict(row) for row in rows])
    ends = [
        min(r[k] for r in rows for k in ("said", "measured")),
        max(r[k] for r in rows for k in ("said", "measured")),
    ]
    scale = alt.Scale(domain=[ends[0] - 10, ends[1] + 10])
    line = alt.Chart(alt.Data(values=[{"x": end, "y": end} for end in ends])).mark_line(
        color="#999", strokeDash=[4, 4]
    )
    points = alt.Chart(data).mark_point(filled=True, size=70, color=_INK)
    points = points.encode(
        x=alt.X("said:Q", scale=scale, title="points said"),
        y=alt.Y("measured:Q", scale=scale, title="points measured"),
    )
    return _svg(line.encode(x=alt.X("x:Q", scale=scale), y=alt.Y("y:Q", scale=scale)) + points, 320, 320)


def groups_plot(groups: Mapping[str, Sequence[Mapping[str, Any]]], measure: str, title: str) -> str:
    """One figure for every value of every group, with its interval."""
    alt = _altair()
    values = [
        {"group": f"{group}: {one['value']}", "place": place} | dict(one[measure])
        for group, rows in groups.items()
        for place, one in enumerate(rows)
        if one[measure]["value"] is not None
    ]
    base = alt.Chart(alt.Data(values=values)).encode(y=alt.Y("group:N", sort=None, title=None))
    rule = base.mark_rule(color=_INK).encode(x=alt.X("low:Q", title=title), x2="high:Q")
    return _svg(
        rule + base.mark_point(filled=True, color=_INK).encode(x="value:Q"), 420, 16 * max(len(values), 1)
    )


def errors_plot(measures: Mapping[str, Mapping[str, Any]], average: Mapping[str, float]) -> str:
    """Errors of targeting with their intervals, beside the published averages."""
    alt = _altair()
    ours = [{"error": name} | dict(measures[name]) for name in average]
    theirs = [{"error": name, "value": value} for name, value in average.items()]
    base = alt.Chart(alt.Data(values=ours)).encode(y=alt.Y("error:N", sort=None, title=None))
    rule = base.mark_rule(color=_INK).encode(x=alt.X("low:Q", title="share, 0 to 1"), x2="high:Q")
    point = base.mark_point(filled=True, color=_INK).encode(x="value:Q")
    other = alt.Chart(alt.Data(values=theirs)).mark_tick(color=_OTHER, thickness=3)
    return _svg(rule + point + other.encode(x="value:Q", y=alt.Y("error:N", sort=None)), 420, 150)


def _altair() -> Any:
    try:
        # Altair finds by itself what draws, but says so too late.
        import_module("vl_convert")
        return import_module("altair")
    except ImportError as error:
        raise UsageError(INSTALL) from error


def _svg(chart: Any, width: int, height: int) -> str:
    import vl_convert

    drawn = str(vl_convert.vegalite_to_svg(chart.properties(width=width, height=height).to_dict()))
    # Ids of clipped areas are counted through the process: the same report must be the same page.
    return re.sub(r"clip\d+", "clip", drawn)
