"""Fits a scorecard to a survey: bins, boosting, whole points, cut-offs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

import numpy as np
import pyarrow as pa

from familycard.engine.duck import DuckEngine
from familycard.engine.interface import Engine
from familycard.pack.fit import Fit
from familycard.pack.model import Pack, Scorecard
from familycard.scoring.fitting.additive import Additive, Features, fit_additive
from familycard.scoring.fitting.categories import cut_offs, true_classes
from familycard.scoring.fitting.cuts import Bins, bins_of
from familycard.scoring.fitting.monotone import made_monotone
from familycard.scoring.fitting.rounding import Rounding
from familycard.scoring.fitting.scale import Scale, scale_of
from familycard.scoring.fitting.survey import UNIT, Floats, Survey
from familycard.scoring.score import score_query

EVERY = 10**6
"""More indicators than any recipe names: no limit."""
_ROWS = "_survey"


@dataclass(frozen=True)
class Fitted:
    """A scorecard with the functions it was rounded from."""

    card: Scorecard
    model: Additive
    bins: tuple[Bins, ...]
    scale: Scale

    def unrounded(self, survey: Survey) -> Floats:
        """The score before rounding, on the scale of points; limits of experts are no part of it."""
        codes = {one.indicator: one.codes(survey.rows[one.indicator]) for one in self.bins}
        return self.scale.points(self.model.predict(codes))


def fit_scorecard(pack: Pack, fit: Fit, survey: Survey, at_most: int = EVERY) -> Fitted:
    """The scorecard of a recipe for a survey, of at most so many indicators."""
    scale, classes = scale_of(fit, survey), true_classes(fit, survey)
    bins = tuple(bins_of(pack, name, survey.rows[name], survey.weight) for name in fit.indicators)
    codes = {one.indicator: one.codes(survey.rows[one.indicator]) for one in bins}
    features = Features(
        bins,
        codes,
        {one.indicator: one.direction for one in fit.candidates},
        frozenset(one.indicator for one in fit.candidates if one.override),
    )
    model = fit_additive(features, scale.fitted(survey.target), survey.weight, fit.pairs, at_most)
    model = made_monotone(model, features, survey.weight)
    terms = Rounding(pack, fit, bins, codes).terms(model, scale.factor)
    card = Scorecard(
        id=fit.id,
        title=fit.title,
        unit=fit.unit,
        provenance=fit.provenance,
        base=round(float(scale.points(np.array([model.intercept]))[0])),
        terms=terms,
        adjustments=fit.adjustments,
        categories=((fit.cuts.limits[-1][0], None),),
        category_labels=fit.category_labels,
    )
    used = frozenset(chain(model.mains, *model.pairs))
    fitted = Fitted(card, model, tuple(one for one in bins if one.indicator in used), scale)
    score = scored(pack, card, survey)
    return _with_categories(fitted, cut_offs(fit, score, classes, scale, survey.weight))


def _with_categories(fitted: Fitted, categories: tuple[tuple[str, int | None], ...]) -> Fitted:
    return replace(fitted, card=replace(fitted.card, categories=categories))


def scored(pack: Pack, card: Scorecard, survey: Survey) -> Floats:
    """The score of each row, by the SQL of the ordinary build; the middle of the range where it is one."""
    found = scores_of(DuckEngine(threads=1), pack, card, survey.rows, survey.as_of)
    lowest, highest = (found[name].to_numpy().astype(np.float64) for name in ("lowest", "highest"))
    middle: Floats = np.floor((lowest + highest) / 2)
    return middle


def scores_of(engine: Engine, pack: Pack, card: Scorecard, rows: pa.Table, as_of: date) -> pa.Table:
    """What the ordinary build would say of rows with a `unit` and the indicators of a scorecard."""
    engine.register(_ROWS, rows)
    try:
        return engine.arrow(f"select * from ({score_query(pack, card, _ROWS, as_of)}) order by {UNIT}")
    finally:
        engine.drop(_ROWS)
