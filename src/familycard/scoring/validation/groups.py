"""The same errors by group, and whom the score fails most (fairlearn's MetricFrame).

Who is poor and who is helped is decided among all families, once; a group's figures then say what
that decision does to it. Intervals draw whole clusters, as for all; MetricFrame's own draw rows.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np

from familycard.errors import UsageError
from familycard.pack.fit import Fit, Group
from familycard.scoring.fitting.additive import INSTALL
from familycard.scoring.fitting.cuts import text_of
from familycard.scoring.fitting.survey import Floats, Ints, Survey
from familycard.scoring.fitting.weighted import places_below
from familycard.scoring.validation.intervals import interval
from familycard.scoring.validation.measures import GROUP_MEASURES, OF_GROUPS, Judged, exclusion

LEAST_ROWS = 50
"""Of fewer families nothing is told: not a figure, but chance and perhaps a person."""
LEAST_POOR = 30
UNKNOWN = "unknown"
_MOST_FAILED = 12


def group_values(survey: Survey, fit: Fit) -> dict[str, list[str]]:
    """By group's id, what each row belongs to; an integer in its band."""
    return {
        group.id: _values(survey, group)
        for group in fit.groups
        if group.by.replace(".", "__") in survey.rows.column_names
    }


def _values(survey: Survey, group: Group) -> list[str]:
    column = survey.rows[group.by.replace(".", "__")].to_pylist()
    if not group.bands:
        return [
            UNKNOWN if value is None else text_of(value) if isinstance(value, bool | str) else str(value)
            for value in column
        ]
    names = [_band(group.bands, place) for place in range(len(group.bands) + 1)]
    known = places_below(np.array([value or 0 for value in column], dtype=np.float64), group.bands)
    return [UNKNOWN if value is None else names[place] for value, place in zip(column, known, strict=True)]


def _band(bands: tuple[int, ...], place: int) -> str:
    """The name of a band of whole numbers: `0`, `1-2`, `3+`."""
    if place == len(bands):
        return f"{bands[-1]}+"
    low = bands[place - 1] if place else 0
    return str(low) if bands[place] - low <= 1 else f"{low}-{bands[place] - 1}"


def by_group(
    judged: Judged, values: Mapping[str, list[str]], drawn: Sequence[Judged]
) -> dict[str, list[dict[str, Any]]]:
    """All measures for each value of each group, with intervals over the same rows drawn anew."""
    return {name: _frame(judged, _without_the_small(texts), drawn) for name, texts in values.items()}


def _without_the_small(texts: list[str]) -> Any:
    array = np.array(texts, dtype=object)
    names, counts = np.unique(array, return_counts=True)
    few = names[counts < LEAST_ROWS]
    array[np.isin(array, few)] = "others (few families)"
    return array


def _frame(judged: Judged, texts: Any, drawn: Sequence[Judged]) -> list[dict[str, Any]]:
    try:
        from fairlearn.metrics import MetricFrame
    except ImportError as error:
        raise UsageError(INSTALL) from error
    rows = np.arange(len(judged))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = MetricFrame(
            metrics={name: partial(_measured, judged, name) for name in GROUP_MEASURES},
            y_true=rows,
            y_pred=rows,
            sensitive_features=texts,
        )
    found = []
    for value in frame.by_group.index:
        there = texts == value
        ranges = _ranges(drawn, there)
        found.append(
            {
                "value": str(value),
                "families": int(there.sum()),
                "share_of_people": round(float(judged.weight[there].sum() / judged.weight.sum()), 5),
            }
            | {name: figure(frame.by_group[name][value], ranges[name]) for name in GROUP_MEASURES}
        )
    return found


def _ranges(drawn: Sequence[Judged], there: Any) -> dict[str, tuple[float, float]]:
    """Each measure's interval over the draws, of one group."""
    parts = [one.of(there & (one.weight > 0)) for one in drawn]
    return {name: interval([OF_GROUPS[name](part) for part in parts if len(part)]) for name in GROUP_MEASURES}


def _measured(judged: Judged, name: str, rows: Ints, _: Ints) -> float:
    """MetricFrame hands the rows of a group."""
    return OF_GROUPS[name](judged.of(np.asarray(rows)))


def figure(value: float, interval: tuple[float, float]) -> dict[str, float | None]:
    """A figure with its interval; null where it cannot be computed."""
    low, high = interval
    return {"value": _known(value), "low": _known(low), "high": _known(high)}


def _known(value: float) -> float | None:
    return round(float(value), 5) if np.isfinite(value) else None


def most_failed(judged: Judged, values: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """Crossings of two groups whose poor are left out most often when the poorest fifth is helped."""
    found: list[dict[str, Any]] = []
    for a, b in combinations(values, 2):
        pairs = np.array([f"{x}\t{y}" for x, y in zip(values[a], values[b], strict=True)], dtype=object)
        for pair in np.unique(pairs):
            there = pairs == pair
            poor = int((judged.poor_20 & there).sum())
            if poor < LEAST_POOR or there.sum() < LEAST_ROWS:
                continue
            one = judged.of(there)
            error = exclusion(one.poor_20, one.rate_20, one.weight)
            x, y = pair.split("\t")
            among = {a: x, b: y}
            found.append(
                {
                    "families": int(there.sum()),
                    "poor_families": poor,
                    "exclusion_error_20": round(error, 5),
                    "who": among,
                }
            )
    return sorted(found, key=lambda one: (-one["exclusion_error_20"], str(one["who"])))[:_MOST_FAILED]


def missed_beside_found(survey: Survey, fit: Fit, judged: Judged) -> list[dict[str, Any]]:
    """What the poor who are missed have that those found lack: means apart, in deviations."""
    missed, found = judged.poor_20 & ~judged.rate_20, judged.poor_20 & judged.rate_20
    told = []
    for name in fit.indicators:
        column = survey.rows[name]
        if str(column.type) == "string":
            continue
        values = column.cast("float64").to_numpy(zero_copy_only=False)
        told.append(_apart(name, values, missed, found, judged.weight))
    known = [one for one in told if one is not None]
    return sorted(known, key=lambda one: (-abs(one["deviations_apart"]), one["indicator"]))[:8]


def _apart(name: str, values: Floats, missed: Any, found: Any, weight: Floats) -> dict[str, Any] | None:
    known = np.isfinite(values)
    sides = [side & known for side in (missed, found)]
    if min(side.sum() for side in sides) < LEAST_POOR:
        return None
    spread = float(np.sqrt(np.cov(values[known], aweights=weight[known])))
    means = [float(np.average(values[side], weights=weight[side])) for side in sides]
    if not spread:
        return None
    apart = round((means[0] - means[1]) / spread, 3)
    return {
        "indicator": name,
        "mean_of_missed": round(means[0], 3),
        "mean_of_found": round(means[1], 3),
        "deviations_apart": apart,
    }
