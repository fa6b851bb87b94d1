"""From what was measured to the scale of points, and back.

An amount is taken by its logarithm, for families differ by parts: so many points are twice as much.
A label is taken by the place of its families among all (ridits, Bross 1958), in standard deviations.
The middle of the scale is the median amount, or the mean place.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from familycard.pack.fit import Fit
from familycard.scoring.fitting.survey import Floats, Survey
from familycard.scoring.fitting.weighted import deviation, mean, mid_ranks, quantiles


@dataclass(frozen=True)
class Scale:
    """How one survey's target lies on the scale of points."""

    fit: Fit
    centre: float
    """Logarithm of the median amount, or mean ridit."""
    unit: float
    """What a step is worth: the logarithm of 2, or the deviation of ridits."""
    ridits: Floats
    """By label; empty for an amount."""

    @property
    def factor(self) -> float:
        """Points of one unit of what is fitted."""
        return self.fit.step / self.unit

    def fitted(self, target: Floats) -> Floats:
        """What the functions are fitted to."""
        if self.fit.target.is_amount:
            return np.log(np.maximum(target, self.fit.target.least))
        return self.ridits[target.astype(np.int64)]

    def points(self, fitted: Floats) -> Floats:
        """On the scale of points, not rounded."""
        return self.fit.middle + (fitted - self.centre) * self.factor

    def back(self, points: Floats) -> Floats:
        """From points to what is fitted."""
        return (points - self.fit.middle) / self.factor + self.centre

    def line(self, amount: float) -> int:
        """The score of a family with just this amount."""
        return round(
            self.fit.middle + (math.log(max(amount, self.fit.target.least)) - self.centre) * self.factor
        )

    def amount(self, score: Floats) -> Floats:
        """The amount that a score stands for."""
        return np.exp(self.back(score))


def scale_of(fit: Fit, survey: Survey) -> Scale:
    """The scale of a survey."""
    if fit.target.is_amount:
        logarithms = np.log(np.maximum(survey.target, fit.target.least))
        return Scale(fit, float(quantiles(logarithms, survey.weight, [0.5])[0]), math.log(2), np.empty(0))
    ranks = mid_ranks(survey.target, survey.weight)
    ridits = np.zeros(len(fit.target.order))
    for label in np.unique(survey.target).astype(np.int64):
        ridits[label] = ranks[survey.target == label][0]
    return Scale(fit, mean(ranks, survey.weight), deviation(ranks, survey.weight), ridits)
