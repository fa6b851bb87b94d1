"""The glass box: a sum of functions of one bin and of a few pairs of bins, by explainable boosting.

Lou, Caruana and Gehrke (2012), Intelligible Models for Classification and Regression; Nori et al.
(2019), InterpretML. The functions are read off the model bin by bin, so what is exported is what
was fitted. How experts want points to run is seen to afterwards (`monotone.py`): boosting under
such a constraint leaves the indicator out of every pair.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from familycard.errors import UsageError
from familycard.scoring.fitting.cuts import Bins
from familycard.scoring.fitting.survey import Floats

SEED = 20180101
BAGS = 6
MOST_LEAVES = 3
MOST_BINS_OF_A_PAIR = 6
INSTALL = "Fitting needs more packages than a build: install familycard[fit] (`make setup` does)."


@dataclass(frozen=True)
class Additive:
    """The fitted functions, each by bin; the last place is that of the unknown."""

    intercept: float
    mains: Mapping[str, Floats]
    pairs: Mapping[tuple[str, str], Floats] = field(default_factory=dict)

    def predict(self, codes: Mapping[str, Floats]) -> Floats:
        """The sum, of rows by the codes of their bins."""
        total = np.full(len(next(iter(codes.values()))), self.intercept)
        for name, values in self.mains.items():
            total += values[_places(codes[name], len(values))]
        for (a, b), grid in self.pairs.items():
            total += grid[_places(codes[a], grid.shape[0]), _places(codes[b], grid.shape[1])]
        return total


def _places(codes: Floats, size: int) -> Any:
    return np.where(np.isnan(codes), size - 1, codes).astype(np.int64)


@dataclass(frozen=True)
class Features:
    """What is fitted: bins, their codes, and the direction that experts ask for."""

    bins: tuple[Bins, ...]
    codes: Mapping[str, Floats]
    directions: Mapping[str, int]
    alone: frozenset[str] = frozenset()
    """Those that stand in no pair, for experts limit their points."""

    @property
    def names(self) -> list[str]:
        """The indicators in their order."""
        return [one.indicator for one in self.bins]

    def only(self, names: Sequence[str]) -> Features:
        """Some of them, in the same order."""
        return Features(
            tuple(b for b in self.bins if b.indicator in names), self.codes, self.directions, self.alone
        )


def fit_additive(features: Features, target: Floats, weight: Floats, pairs: int, at_most: int) -> Additive:
    """The sum of functions of at most so many indicators, with so many pairs."""
    chosen = features
    if at_most < len(features.bins):
        first = _boosted(features, target, weight, 0)
        importance = dict(zip(features.names, first.term_importances(), strict=True))
        best = sorted(features.names, key=lambda name: (-importance[name], name))[:at_most]
        chosen = features.only(best)
    return _read_off(_boosted(chosen, target, weight, pairs), chosen)


def _boosted(features: Features, target: Floats, weight: Floats, pairs: int) -> Any:
    try:
        from interpret.glassbox import ExplainableBoostingRegressor
    except ImportError as error:
        raise UsageError(INSTALL) from error
    texts = {one.indicator for one in features.bins if one.is_listed and len(one.values) > 1}
    model = ExplainableBoostingRegressor(
        feature_names=features.names,
        feature_types=["nominal" if name in texts else "continuous" for name in features.names],
        interactions=pairs,
        exclude=[pair for pair in combinations(features.names, 2) if (texts | features.alone) & set(pair)],
        max_interaction_bins=MOST_BINS_OF_A_PAIR,
        max_leaves=MOST_LEAVES,
        outer_bags=BAGS,
        random_state=SEED,
        n_jobs=1,
    )
    with warnings.catch_warnings():
        # That missing values are not drawn: ours have a bin of their own.
        warnings.simplefilter("ignore", UserWarning)
        return model.fit(_matrix(features), target, sample_weight=weight)


def _matrix(features: Features) -> Floats:
    return np.column_stack([features.codes[name] for name in features.names])


def _read_off(model: Any, features: Features) -> Additive:
    """Each function by asking the model for every bin, and for every pair of bins."""
    names, sizes = features.names, {one.indicator: one.count for one in features.bins}
    usual = np.array([np.nanmedian(features.codes[name]) for name in names])
    terms: list[tuple[int, ...]] = [tuple(term) for term in model.term_features_]
    mains: dict[str, Floats] = {}
    pairs: dict[tuple[str, str], Floats] = {}
    for place, term in enumerate(terms):
        axes = [np.append(np.arange(sizes[names[feature]], dtype=np.float64), np.nan) for feature in term]
        cells = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)
        asked = np.tile(usual, (len(cells), 1))
        asked[:, list(term)] = cells
        found = np.asarray(model.eval_terms(asked)[:, place], dtype=np.float64)
        if len(term) == 1:
            mains[names[term[0]]] = found
        else:
            pairs[names[term[0]], names[term[1]]] = found.reshape([len(axis) for axis in axes])
    return Additive(float(np.ravel(model.intercept_)[0]), mains, pairs)
