"""Every family is scored by points that were fitted without it and without its neighbours.

Rows of one cluster stay in one fold; each fold is scored by a scorecard fitted to the others, with
its own bins, choice of indicators, rounding and cut-offs. So what is told of a fitted scorecard is
what it does for families that it never saw.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from familycard.errors import SurveyError
from familycard.pack.fit import Fit
from familycard.pack.model import Pack
from familycard.scoring.fitting.categories import true_classes
from familycard.scoring.fitting.fit import fit_scorecard, scored
from familycard.scoring.fitting.scale import Scale, scale_of
from familycard.scoring.fitting.survey import Floats, Ints, Survey
from familycard.scoring.fitting.weighted import places_below

FOLDS = 5
SEED = 7


@dataclass(frozen=True)
class OutOfFold:
    """What was measured and what was said, row by row, on the scale of what is fitted."""

    scale: Scale
    truth: Floats
    said: Floats
    """By whole points."""
    unrounded: Floats
    true_class: Ints
    said_class: Ints
    fold: Ints
    indicators: tuple[int, ...]
    """How many indicators each fold's scorecard has."""
    lines: tuple[int, ...]


def folds_of(survey: Survey) -> Ints:
    """The fold of each row: clusters dealt out in a shuffled order, the same every time."""
    clusters = int(survey.cluster.max()) + 1
    if clusters < 2 * FOLDS:
        raise SurveyError(
            f"{survey.origin} has {clusters} clusters; {2 * FOLDS} are needed to score families by points that were "
            f"fitted without their neighbours. Name a finer `cluster` in the fit."
        )
    dealt: Ints = np.random.default_rng(SEED).permutation(clusters) % FOLDS
    return dealt[survey.cluster]


def out_of_fold(
    pack: Pack, fit: Fit, survey: Survey, at_most: int, progress: Callable[[str, str], None]
) -> OutOfFold:
    """Fit once a fold, score the fold; measured and said in one place."""
    scale, fold = scale_of(fit, survey), folds_of(survey)
    said, unrounded = np.zeros(len(survey)), np.zeros(len(survey))
    classes = np.zeros(len(survey), dtype=np.int64)
    sizes = []
    for one in range(FOLDS):
        progress("fit", f"fold {one + 1} of {FOLDS}")
        rest, here = survey.of(fold != one), survey.of(fold == one)
        fitted = fit_scorecard(pack, fit, rest, at_most)
        score = scored(pack, fitted.card, here)
        said[fold == one] = fitted.scale.back(score)
        unrounded[fold == one] = fitted.scale.back(fitted.unrounded(here))
        limits = [below for _, below in fitted.card.categories if below is not None]
        classes[fold == one] = places_below(score, limits)
        names = {name for term in fitted.card.terms for name in term.named}
        sizes.append((len(names), len(fitted.card.terms)))
    truth = scale.fitted(survey.target)
    indicators, lines = zip(*sizes, strict=True)
    return OutOfFold(
        scale, truth, said, unrounded, true_classes(fit, survey), classes, fold, indicators, lines
    )
