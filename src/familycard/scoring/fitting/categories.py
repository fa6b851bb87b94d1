"""Which category a family belongs to by what was measured, and the cut-offs of the score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from familycard.errors import SurveyError
from familycard.pack.fit import Fit
from familycard.scoring.fitting.scale import Scale
from familycard.scoring.fitting.survey import Floats, Ints, Survey
from familycard.scoring.fitting.weighted import places_below, quantiles

STEPS = 60
"""Places along the score at which a cut-off for macro-F1 is tried."""


def true_classes(fit: Fit, survey: Survey) -> Ints:
    """The category of each row by what was measured: its place in the recipe's list, the neediest 0."""
    limits = [limit for _, limit in fit.cuts.limits if limit is not None]
    if fit.cuts.by == "labels":
        for limit in limits:
            if limit not in fit.target.order:
                raise SurveyError(f"fits/{fit.id}.yaml: `{limit}` is no label of `order`; mend `up_to`.")
        found = places_below(survey.target, [fit.target.order.index(limit) + 1 for limit in limits])
    elif fit.cuts.by == "lines":
        found = places_below(survey.target, [float(limit) for limit in limits])
    else:
        shares = [float(limit) for limit in limits]
        bounds = quantiles(survey.target, survey.weight, shares)
        found = np.searchsorted(bounds, survey.target, side="left").astype(np.int64)
    if len(np.unique(found)) < 2:
        letter = fit.cuts.limits[int(found[0])][0]
        raise SurveyError(
            f"{survey.origin}: every row falls into category {letter}; there is nothing to tell apart. "
            f"Set other limits in fits/{fit.id}.yaml, or give a survey of other families too."
        )
    return found


def cut_offs(
    fit: Fit, score: Floats, classes: Ints, scale: Scale, weight: Floats
) -> tuple[tuple[str, int | None], ...]:
    """The letters with their limits on the score, ascending, the best open."""
    letters = [letter for letter, _ in fit.cuts.limits]
    if fit.cuts.finds_macro_f1:
        below = _best_for_macro_f1(score, classes, weight, len(letters))
    elif fit.cuts.by == "lines":
        below = [scale.line(float(limit)) for _, limit in fit.cuts.limits if limit is not None]
    else:
        shares = np.cumsum(np.bincount(classes, weight, len(letters)))[:-1] / weight.sum()
        below = [int(bound) + 1 for bound in quantiles(score, weight, list(shares))]
    for place in range(1, len(below)):
        below[place] = max(below[place], below[place - 1] + 1)
    return (*zip(letters, below, strict=False), (letters[-1], None))


def macro_f1(truth: Ints, said: Ints, weight: Floats, count: int) -> float:
    """The mean over categories of F1; a category that nobody has and nobody is given does not count.

    >>> macro_f1(np.array([0, 0, 1]), np.array([0, 1, 1]), np.ones(3), 2)
    0.6666666666666666
    """
    table = np.bincount(truth * count + said, weight, count * count).reshape(count, count)
    given = table.sum(axis=0) + table.sum(axis=1)
    there = given > 0
    return float(np.mean(2 * np.diag(table)[there] / given[there]))


def _best_for_macro_f1(score: Floats, classes: Ints, weight: Floats, count: int) -> list[int]:
    """Each cut-off in turn where macro-F1 is best, until none moves: from the score's own shares."""
    shares = np.cumsum(np.bincount(classes, weight, count))[:-1] / weight.sum()
    below = [int(bound) + 1 for bound in quantiles(score, weight, list(shares))]
    tried = np.unique(quantiles(score, weight, list(np.arange(1, STEPS) / STEPS)).astype(np.int64) + 1)
    for _ in range(10):
        before = list(below)
        for place in range(len(below)):
            below[place] = _best_place(score, classes, weight, below, place, tried)
        if below == before:
            break
    return below


def _best_place(
    score: Floats, classes: Ints, weight: Floats, below: Sequence[int], place: int, tried: Ints
) -> int:
    low = below[place - 1] if place else -(2**31)
    high = below[place + 1] if place + 1 < len(below) else 2**31
    best, found = -1.0, below[place]
    for cut in [below[place], *tried.tolist()]:
        if low < cut < high:
            limits = [*below[:place], cut, *below[place + 1 :]]
            value = macro_f1(classes, places_below(score, limits), weight, len(below) + 1)
            if value > best + 1e-12:
                best, found = value, cut
    return found
