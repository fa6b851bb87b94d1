"""Intervals by bootstrap: whole clusters drawn anew, as the survey drew them.

They say how far figures would move had other families been asked; not how far other points would
have been fitted (that is what folds are for).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from familycard.scoring.fitting.survey import Floats, Ints

DRAWS = 200
LEVEL = 0.95
_SEED = 11


def resampled(cluster: Ints, weight: Floats, draws: int = DRAWS) -> list[Floats]:
    """Weights of the rows in each draw: a cluster counts as often as it was drawn."""
    dice = np.random.default_rng(_SEED)
    count = int(cluster.max()) + 1
    return [weight * dice.multinomial(count, np.full(count, 1 / count))[cluster] for _ in range(draws)]


def intervals(
    measure: Callable[[Floats], Mapping[str, float]], cluster: Ints, weight: Floats
) -> dict[str, tuple[float, float]]:
    """The middle 95 % of what a measure gives over the draws, by name."""
    drawn = [measure(one) for one in resampled(cluster, weight)]
    return {name: interval([one[name] for one in drawn]) for name in drawn[0]}


def interval(values: list[float]) -> tuple[float, float]:
    """The middle 95 % of values; those that could not be computed are left out."""
    known = np.array([value for value in values if np.isfinite(value)])
    if not len(known):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
