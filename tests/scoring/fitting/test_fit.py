"""A scorecard fitted to families of a known rule finds the rule, in whole points that add up."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scoring_truth import DAY, FIT, made_table

from familycard.engine.duck import DuckEngine
from familycard.pack.fit import Fit
from familycard.pack.model import Pack, Place, Scorecard, Term
from familycard.pack.reading.fields import Reading
from familycard.pack.reading.scorecards_file import read_scorecard_file
from familycard.pack.reading.values import Currency
from familycard.pack.reading.yaml_places import read_yaml
from familycard.scoring.fitting.categories import macro_f1, true_classes
from familycard.scoring.fitting.fit import Fitted, fit_scorecard, scored, scores_of
from familycard.scoring.fitting.scorecard_yaml import scorecard_text
from familycard.scoring.fitting.survey import Survey, checked_survey
from familycard.scoring.fitting.weighted import places_below, r_squared

CARD_PLACE = Place("scorecards/made.yaml", 1)


def term(card: Scorecard, id_: str) -> Term:
    return next(term for term in card.terms if term.id == id_)


def test_the_points_explain_what_the_rule_explains_and_rounding_costs_next_to_nothing(
    pack: Pack, fitted: Fitted
) -> None:
    others = checked_survey(made_table(seed=2), FIT, "others.csv", DAY)
    truth = fitted.scale.points(fitted.scale.fitted(others.target))
    luck = (0.35 / np.log(2) * 100) ** 2
    best = 1 - luck / float(np.cov(truth, aweights=others.weight))
    plain = replace(
        fitted.card, adjustments=(), terms=tuple(replace(t, override=None) for t in fitted.card.terms)
    )
    before = r_squared(truth, fitted.unrounded(others), others.weight)
    assert best - 0.04 < before < best + 0.02
    assert r_squared(truth, scored(pack, plain, others), others.weight) > 0.98 * before


def test_points_run_as_experts_say_whatever_else_a_family_has(
    pack: Pack, fitted: Fitted, survey: Survey
) -> None:
    plain = replace(fitted.card, adjustments=())
    rows = survey.rows.slice(0, 200)
    for name, values, direction in (
        ("working_members", range(5), 1),
        ("owns_no_dwelling", (False, True), -1),
    ):
        type_ = rows[name].type
        scores = [
            scores_of(
                DuckEngine(threads=1), pack, plain,
                rows.set_column(rows.column_names.index(name), name, pa.array([value] * len(rows), type_)), DAY,
            )["lowest"].to_numpy()
            for value in values
        ]  # fmt: skip
        assert all((direction * (later - earlier) >= 0).all() for earlier, later in pairwise(scores))
        assert (scores[-1] != scores[0]).any()


def test_the_unknown_has_points_of_its_own_where_it_was_measured_and_leaves_a_range_where_it_was_not(
    pack: Pack, fitted: Fitted, survey: Survey
) -> None:
    lines = [t for t in fitted.card.terms if "income_to_line" in t.named]
    assert lines and all(t.missing is not None or t.missing_row or t.missing_column for t in lines)
    known = [t for t in fitted.card.terms if t.named == ("family_type",)]
    assert known and all(t.missing is None for t in known)
    found = scores_of(DuckEngine(threads=1), pack, fitted.card, survey.rows, DAY)
    unknown = survey.rows["income_to_line"].is_null().to_numpy(zero_copy_only=False)
    # Only the cap may leave an unknown income open: it asks whether the income is low.
    assert all(found[f"{t.id}__points"].null_count == 0 for t in lines)
    assert found["score"].null_count <= unknown.sum()


def test_the_score_is_the_sum_of_its_lines_in_every_family(
    pack: Pack, fitted: Fitted, survey: Survey
) -> None:
    found = scores_of(DuckEngine(threads=1), pack, fitted.card, survey.rows, DAY)
    points = sum(found[f"{t.id}__points"].to_numpy() for t in fitted.card.terms)
    whole = found["score"].is_valid().to_numpy(zero_copy_only=False)
    score = found["score"].to_numpy(zero_copy_only=False)[whole]
    adjustment = found["adjustment"].to_numpy(zero_copy_only=False)[whole]
    assert whole.sum() > 1_000
    assert (score == fitted.card.base + points[whole] + adjustment).all()
    assert (adjustment < 0).any()


def test_the_limit_of_experts_holds_for_children_and_their_indicator_stands_in_no_pair(
    fitted: Fitted,
) -> None:
    children = term(fitted.card, "children")
    assert max(children.all_points) <= 0 < max(bin_.points for bin_ in children.bin_points)
    assert not any("children" in t.named for t in fitted.card.terms if t.table)


def test_the_file_reads_back_as_the_scorecard_that_was_written(
    pack: Pack, fitted: Fitted, tmp_path: Path
) -> None:
    labels = {code: 'a "label": with, marks' for code in pack.languages}
    terms = tuple(
        replace(t, label=labels, why=labels, override=t.override and replace(t.override, why=labels))
        for t in fitted.card.terms
    )
    letters = {letter: labels for letter, _ in fitted.card.categories}
    adjustments = tuple(replace(a, why=labels) for a in fitted.card.adjustments)
    card = replace(
        fitted.card,
        title=labels,
        provenance=labels,
        terms=terms,
        adjustments=adjustments,
        category_labels=letters,
    )
    path = tmp_path / "made.yaml"
    path.write_text(scorecard_text(card, ["a note"]), encoding="utf-8")
    reading = Reading(languages=tuple(pack.languages), currency=Currency(pack.currency, pack.minor_digits))
    back = read_scorecard_file(read_yaml(path), reading)
    assert _placeless(back) == _placeless(card)


def _placeless(card: Scorecard) -> Scorecard:
    terms = tuple(replace(t, place=CARD_PLACE, value_points=dict(t.value_points)) for t in card.terms)
    adjustments = [(a.id, a.when.text, a.at_most, a.at_least, a.why) for a in card.adjustments]
    return replace(card, place=CARD_PLACE, terms=terms, adjustments=(), provenance={"": str(adjustments)})


def test_at_most_so_many_indicators_are_used(pack: Pack, survey: Survey) -> None:
    few = fit_scorecard(pack, FIT, survey, at_most=3)
    assert len({name for t in few.card.terms for name in t.named}) <= 3
    assert "elders" not in {name for t in few.card.terms for name in t.named}


def test_the_same_survey_gives_the_same_points(pack: Pack, fitted: Fitted, survey: Survey) -> None:
    assert fit_scorecard(pack, FIT, survey).card == fitted.card


def test_cut_offs_are_those_of_the_shares_that_the_recipe_names(
    pack: Pack, fitted: Fitted, survey: Survey
) -> None:
    score = scored(pack, fitted.card, survey)
    limits = [below for _, below in fitted.card.categories if below is not None]
    shares = [float(survey.weight[score < limit].sum() / survey.weight.sum()) for limit in limits]
    assert shares == pytest.approx([0.2, 0.5], abs=0.02)


def test_cut_offs_found_for_macro_f1_are_better_than_the_shares_of_an_ordered_label(
    pack: Pack, labelled: tuple[Fit, Survey]
) -> None:
    fit, survey = labelled
    found = fit_scorecard(pack, fit, survey)
    score, truth = scored(pack, found.card, survey), true_classes(fit, survey)
    limits = [below for _, below in found.card.categories if below is not None]
    by_f1 = macro_f1(truth, places_below(score, limits), survey.weight, 3)
    plain = replace(fit, cuts=replace(fit.cuts, finds_macro_f1=False))
    named = fit_scorecard(pack, plain, survey)
    limits = [below for _, below in named.card.categories if below is not None]
    assert by_f1 >= macro_f1(truth, places_below(score, limits), survey.weight, 3)
    assert by_f1 > 0.6


def test_a_line_of_the_recipe_becomes_the_score_of_a_family_that_has_just_that(
    pack: Pack, survey: Survey
) -> None:
    lines = replace(FIT, pairs=0, cuts=replace(FIT.cuts, by="lines", limits=(("E", "15000"), ("A", None))))
    found = fit_scorecard(pack, lines, survey)
    [(_, below), _] = found.card.categories
    assert found.scale.amount(np.array([below], dtype=float))[0] == pytest.approx(15_000, rel=0.01)


def test_weights_say_whom_a_row_stands_for(pack: Pack) -> None:
    table = made_table()
    heavy = np.where(table["owns_no_dwelling"].to_numpy(zero_copy_only=False), 1000.0, 0.001)
    twisted = table.set_column(table.column_names.index("weight"), "weight", pa.array(heavy))
    found = fit_scorecard(pack, replace(FIT, pairs=0), checked_survey(twisted, FIT, "x", DAY))
    poorer = table["consumption"].to_numpy()[table["owns_no_dwelling"].to_numpy(zero_copy_only=False)]
    assert found.scale.amount(np.array([500.0]))[0] == pytest.approx(np.median(poorer), rel=0.1)
