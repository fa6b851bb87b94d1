"""How wrong a score is, in the figures by which proxy-means tests are judged.

With Brown, Ravallion and van de Walle (2018), A poor means test? (Journal of Development Economics
134): the poor are the share of people with the least by what was measured. At a *fixed line* those
are helped whose predicted amount lies below that line; at a *fixed rate* the same share of people,
those with the lowest score. Exclusion error: the part of the poor not helped. Inclusion error: the
part of the helped who are not poor. At a fixed rate the two are one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from familycard.scoring.fitting.categories import macro_f1
from familycard.scoring.fitting.survey import Floats, Ints
from familycard.scoring.fitting.weighted import mid_ranks, quantiles, r_squared
from familycard.scoring.validation.folds import OutOfFold

Bools = npt.NDArray[np.bool_]
SHARES = (20, 40)
"""Of the people, per cent."""


@dataclass(frozen=True)
class Judged:
    """Rows as they are judged; who is poor and who is helped is decided among all, not within a group."""

    truth: Floats
    said: Floats
    unrounded: Floats
    true_class: Ints
    said_class: Ints
    weight: Floats
    poor_20: Bools
    poor_40: Bools
    line_20: Bools
    line_40: Bools
    rate_20: Bools
    rate_40: Bools

    def of(self, rows: Ints | Bools) -> Judged:
        """Some of the rows."""
        return Judged(*(getattr(self, field.name)[rows] for field in fields(self)))

    def __len__(self) -> int:
        return len(self.truth)


def judged(found: OutOfFold, weight: Floats) -> Judged:
    """Who is poor and who is helped, by weights that may be those of a resampled survey."""
    return judge(found.truth, found.said, found.unrounded, (found.true_class, found.said_class), weight)


def judge(
    truth: Floats, said: Floats, unrounded: Floats, classes: tuple[Ints, Ints], weight: Floats
) -> Judged:
    """As `judged`, of arrays."""
    poor, line, rate = [], [], []
    for share in SHARES:
        limit = quantiles(truth, weight, [share / 100])[0]
        poor.append(truth <= limit)
        line.append(said <= limit)
        rate.append(lowest(said, weight, float(weight[poor[-1]].sum() / weight.sum())))
    return Judged(truth, said, unrounded, *classes, weight, *poor, *line, *rate)


def lowest(said: Floats, weight: Floats, share: float) -> Bools:
    """The rows of the lowest scores that make up a share of the weight.

    Of equal scores at the border the first rows are taken: a rule blind to what was measured.
    """
    order = np.argsort(said, kind="stable")
    taken = np.cumsum(weight[order]) <= share * weight.sum() * (1 + 1e-9)
    chosen = np.zeros(len(said), dtype=bool)
    chosen[order[taken]] = True
    return chosen


def exclusion(poor: Bools, helped: Bools, weight: Floats) -> float:
    """The part of the poor who are not helped; NaN where nobody is poor."""
    of = weight[poor].sum()
    return float(weight[poor & ~helped].sum() / of) if of else float("nan")


def inclusion(poor: Bools, helped: Bools, weight: Floats) -> float:
    """The part of the helped who are not poor; NaN where nobody is helped."""
    of = weight[helped].sum()
    return float(weight[helped & ~poor].sum() / of) if of else float("nan")


def rank_correlation(one: Floats, other: Floats, weight: Floats) -> float:
    """Spearman's, of weighted ranks."""
    a, b = mid_ranks(one, weight), mid_ranks(other, weight)
    a, b = a - np.average(a, weights=weight), b - np.average(b, weights=weight)
    spread = np.sqrt(np.average(a * a, weights=weight) * np.average(b * b, weights=weight))
    return float(np.average(a * b, weights=weight) / spread) if spread else float("nan")


def slope(truth: Floats, said: Floats, weight: Floats) -> float:
    """Of what was measured on what was said: 1 where the score promises neither too much nor too little."""
    s = said - np.average(said, weights=weight)
    spread = np.average(s * s, weights=weight)
    return float(np.average(s * truth, weights=weight) / spread) if spread else float("nan")


Measure = Callable[[Judged], float]

MEASURES: Mapping[str, Measure] = {
    "r_squared": lambda j: r_squared(j.truth, j.said, j.weight),
    "r_squared_before_rounding": lambda j: r_squared(j.truth, j.unrounded, j.weight),
    "rank_correlation": lambda j: rank_correlation(j.truth, j.said, j.weight),
    "macro_f1": lambda j: macro_f1(
        j.true_class, j.said_class, j.weight, int(max(j.true_class.max(), j.said_class.max())) + 1
    ),
    "exclusion_error_20": lambda j: exclusion(j.poor_20, j.line_20, j.weight),
    "inclusion_error_20": lambda j: inclusion(j.poor_20, j.line_20, j.weight),
    "exclusion_error_40": lambda j: exclusion(j.poor_40, j.line_40, j.weight),
    "inclusion_error_40": lambda j: inclusion(j.poor_40, j.line_40, j.weight),
    "fixed_rate_error_20": lambda j: exclusion(j.poor_20, j.rate_20, j.weight),
    "fixed_rate_error_40": lambda j: exclusion(j.poor_40, j.rate_40, j.weight),
    "calibration_slope": lambda j: slope(j.truth, j.said, j.weight),
    "mean_error": lambda j: float(np.average(j.said - j.truth, weights=j.weight)),
}
"""By name; all of whole points, but for the one that says so."""

GROUP_MEASURES = tuple(
    name for name in MEASURES if name not in ("r_squared_before_rounding", "calibration_slope")
) + ("fixed_rate_inclusion_20", "fixed_rate_inclusion_40", "helped_20", "helped_40")
"""What is told of a group; within one, the fixed rate's two errors differ."""

OF_GROUPS: Mapping[str, Measure] = {
    **MEASURES,
    "fixed_rate_inclusion_20": lambda j: inclusion(j.poor_20, j.rate_20, j.weight),
    "fixed_rate_inclusion_40": lambda j: inclusion(j.poor_40, j.rate_40, j.weight),
    "helped_20": lambda j: float(j.weight[j.rate_20].sum() / j.weight.sum()),
    "helped_40": lambda j: float(j.weight[j.rate_40].sum() / j.weight.sum()),
}
