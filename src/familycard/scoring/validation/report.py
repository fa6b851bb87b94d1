"""The report of a fit: what is in it, as plain values that JSON and the page are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from familycard.pack.fit import Fit
from familycard.pack.model import Pack, Scorecard
from familycard.scoring.explain import names_of_term
from familycard.scoring.fitting.fit import EVERY, scored
from familycard.scoring.fitting.survey import Floats, Survey
from familycard.scoring.fitting.weighted import quantiles
from familycard.scoring.validation.folds import FOLDS, OutOfFold, out_of_fold
from familycard.scoring.validation.groups import (
    by_group,
    figure,
    group_values,
    missed_beside_found,
    most_failed,
)
from familycard.scoring.validation.intervals import DRAWS, intervals, resampled
from familycard.scoring.validation.measures import MEASURES, Judged, judge, judged
from familycard.scoring.validation.published import BEST, PUBLISHED, SOURCE

Progress = Callable[[str, str], None]
_PARTS = 10
GROUP_DRAWS = 100


def validation_report(
    pack: Pack, fit: Fit, survey: Survey, *, at_most: int = EVERY, progress: Progress = lambda _, __: None
) -> dict[str, Any]:
    """Everything that is told of a fit, out of fold."""
    found = out_of_fold(pack, fit, survey, at_most, progress)
    progress("intervals", f"{DRAWS} draws")
    all_rows = judged(found, survey.weight)
    values = group_values(survey, fit)
    progress("groups", ", ".join(values))
    drawn = [judged(found, weight) for weight in resampled(survey.cluster, survey.weight, GROUP_DRAWS)]
    figures = _figures(found, survey)
    return {
        "fit": fit.id,
        "pack": pack.id,
        "unit": fit.unit,
        "target": {
            "name": fit.target.column,
            "label": dict(fit.target.label),
            "is_amount": fit.target.is_amount,
        },
        "survey": _survey(survey),
        "folds": _folds(fit, found),
        "measures": figures,
        "rounding": _rounding(figures),
        "published": {"source": SOURCE, "average": dict(PUBLISHED), "best": dict(BEST)},
        "calibration": _calibration(found, survey),
        "categories": _categories(fit, all_rows),
        "groups": by_group(all_rows, values, drawn),
        "groups_not_in_survey": [group.id for group in fit.groups if group.id not in values],
        "failed_most": most_failed(all_rows, values),
        "missed_beside_found": missed_beside_found(survey, fit, all_rows),
        "by_hand": _by_hand(pack, fit, survey, found),
        "model_card": {key: dict(label) for key, label in fit.card.items()},
    }


def _survey(survey: Survey) -> dict[str, Any]:
    return {
        "of": survey.origin,
        "rows": len(survey),
        "stands_for": round(float(survey.weight.sum())),
        "clusters": int(survey.cluster.max()) + 1,
    }


def _folds(fit: Fit, found: OutOfFold) -> dict[str, Any]:
    return {
        "folds": FOLDS,
        "indicators_each": list(found.indicators),
        "lines_each": list(found.lines),
        "candidates": len(fit.candidates),
        "pairs_at_most": fit.pairs,
    }


def _figures(found: OutOfFold, survey: Survey) -> dict[str, dict[str, float | None]]:
    def measured(weight: Floats) -> dict[str, float]:
        there = weight > 0
        part = judged(found, weight).of(there)
        return {name: measure(part) for name, measure in MEASURES.items()}

    values = measured(survey.weight)
    ranges = intervals(measured, survey.cluster, survey.weight)
    return {name: figure(values[name], ranges[name]) for name in MEASURES}


def _rounding(figures: dict[str, dict[str, float | None]]) -> dict[str, float | None]:
    """What whole points (and the limits of experts) cost, of the R² before."""
    before, after = figures["r_squared_before_rounding"]["value"], figures["r_squared"]["value"]
    lost = None if not before or after is None else round((before - after) / before, 5)
    return {"r_squared_before": before, "r_squared_after": after, "relative_loss": lost}


def _calibration(found: OutOfFold, survey: Survey) -> list[dict[str, float]]:
    """Tenths of the people by score: what was said of them and what was measured, in points."""
    said, truth = found.scale.points(found.said), found.scale.points(found.truth)
    bounds = quantiles(said, survey.weight, [place / _PARTS for place in range(1, _PARTS)])
    tenth = np.searchsorted(bounds, said, side="left")
    rows = []
    for place in range(_PARTS):
        there = tenth == place
        if there.any():
            weight = survey.weight[there]
            means = {
                "said": float(np.average(said[there], weights=weight)),
                "measured": float(np.average(truth[there], weights=weight)),
            }
            rows.append(
                {"tenth": place + 1, "families": int(there.sum())}
                | {k: round(v, 2) for k, v in means.items()}
            )
    return rows


def _categories(fit: Fit, rows: Judged) -> dict[str, Any]:
    """Shares of the people by category measured (lines) and said (columns)."""
    letters = [letter for letter, _ in fit.cuts.limits]
    table = np.bincount(rows.true_class * len(letters) + rows.said_class, rows.weight, len(letters) ** 2)
    shares = (table / rows.weight.sum()).reshape(len(letters), len(letters))
    return {"letters": letters, "measured_by_said": [[round(float(x), 5) for x in line] for line in shares]}


def _by_hand(pack: Pack, fit: Fit, survey: Survey, found: OutOfFold) -> list[dict[str, Any]]:
    """Scorecards that experts wrote for the same units, on the same families: order, not amounts."""
    told = []
    for card in pack.scorecards.values():
        if card.id != fit.id and card.unit == fit.unit and _can_be_scored(card, survey):
            score = scored(pack, card, survey)
            ours = judge(found.truth, score, score, (found.true_class, found.said_class), survey.weight)
            names = ("rank_correlation", "fixed_rate_error_20", "fixed_rate_error_40")
            told.append({"scorecard": card.id} | {name: round(MEASURES[name](ours), 5) for name in names})
    return told


def _can_be_scored(card: Scorecard, survey: Survey) -> bool:
    named = frozenset[str]().union(*(names_of_term(term) for term in card.terms))
    return named <= set(survey.rows.column_names)
