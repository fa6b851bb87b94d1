"""Ranks, quantiles and shares of weighted rows: the few sums that everything else rests on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from familycard.scoring.fitting.survey import Floats, Ints


def quantiles(values: Floats, weight: Floats, shares: Sequence[float]) -> Floats:
    """The least value at or below which lies each share of the weight.

    >>> quantiles(np.array([1.0, 2, 3, 4]), np.ones(4), [0.5]).tolist()
    [2.0]
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weight[order]) / weight.sum()
    places = np.searchsorted(reached, np.asarray(shares) - 1e-12, side="left")
    found: Floats = values[order][np.minimum(places, len(values) - 1)]
    return found


def mid_ranks(values: Floats, weight: Floats) -> Floats:
    """Where each value stands among all, 0 to 1; equal values share the middle of their places (ridits).

    >>> mid_ranks(np.array([1.0, 2, 2, 3]), np.ones(4)).tolist()
    [0.125, 0.5, 0.5, 0.875]
    """
    levels, place = np.unique(values, return_inverse=True)
    mass = np.bincount(place, weight, len(levels))
    middle = np.cumsum(mass) - mass / 2
    ranks: Floats = middle[place] / weight.sum()
    return ranks


def mean(values: Floats, weight: Floats) -> float:
    """The weighted mean."""
    return float(np.average(values, weights=weight))


def deviation(values: Floats, weight: Floats) -> float:
    """The weighted standard deviation."""
    return float(np.sqrt(np.average((values - mean(values, weight)) ** 2, weights=weight)))


def r_squared(truth: Floats, predicted: Floats, weight: Floats) -> float:
    """The share of the weighted variance that the prediction explains; NaN where nothing varies.

    >>> r_squared(np.ones(2), np.ones(2), np.ones(2))
    nan
    """
    left = float(np.average((truth - predicted) ** 2, weights=weight))
    spread = deviation(truth, weight) ** 2
    return 1 - left / spread if spread else float("nan")


def places_below(values: Floats, limits: Sequence[float]) -> Ints:
    """How many limits each value reaches: 0 below the first."""
    found: Ints = np.searchsorted(np.asarray(limits, dtype=np.float64), values, side="right").astype(np.int64)
    return found
