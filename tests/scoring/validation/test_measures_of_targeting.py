"""Errors of targeting against sums made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from familycard.scoring.fitting.weighted import r_squared
from familycard.scoring.validation.drift import drift_of_score, stability_index, verdict
from familycard.scoring.validation.intervals import interval, resampled
from familycard.scoring.validation.measures import (
    MEASURES,
    exclusion,
    inclusion,
    judge,
    lowest,
    rank_correlation,
)
from familycard.scoring.validation.published import BEST, PUBLISHED

TEN = np.arange(1.0, 11.0)
ONE = np.ones(10)
NONE = np.zeros(10, dtype=np.int64)
# The poorest by truth are 1 and 2; the score puts 1 and 9 lowest.
SAID = np.array([1.0, 5, 3, 4, 6, 7, 8, 9, 2, 10])


def test_the_poorest_fifth_half_of_whom_is_missed() -> None:
    rows = judge(TEN, SAID, SAID, (NONE, NONE), ONE)
    assert rows.poor_20.tolist() == [True, True] + [False] * 8
    assert rows.rate_20.nonzero()[0].tolist() == [0, 8]
    assert MEASURES["fixed_rate_error_20"](rows) == 0.5
    assert MEASURES["exclusion_error_20"](rows) == MEASURES["inclusion_error_20"](rows) == 0.5


def test_exclusion_is_of_the_poor_and_inclusion_of_the_helped_by_weight() -> None:
    poor, helped = np.array([True, True, False, False]), np.array([True, False, True, True])
    weight = np.array([3.0, 1, 2, 4])
    assert exclusion(poor, helped, weight) == pytest.approx(1 / 4)
    assert inclusion(poor, helped, weight) == pytest.approx(6 / 9)


def test_a_perfect_score_has_no_error_and_a_reversed_one_every() -> None:
    perfect = judge(TEN, TEN, TEN, (NONE, NONE), ONE)
    assert [MEASURES[name](perfect) for name in PUBLISHED] == [0] * 6
    assert MEASURES["r_squared"](perfect) == MEASURES["rank_correlation"](perfect) == pytest.approx(1)
    reversed_ = judge(TEN, TEN[::-1].copy(), TEN, (NONE, NONE), ONE)
    assert MEASURES["fixed_rate_error_40"](reversed_) == 1
    assert rank_correlation(TEN, TEN[::-1].copy(), ONE) == pytest.approx(-1)


def test_a_family_that_stands_for_three_counts_as_three() -> None:
    weight = np.array([1.0, 3, 1, 2, 1, 1, 1, 1, 1, 1])
    many = np.repeat(np.arange(10), weight.astype(int))
    twice = judge(TEN[many], SAID[many], SAID[many], (NONE[many], NONE[many]), np.ones(len(many)))
    once = judge(TEN, SAID, SAID, (NONE, NONE), weight)
    for name in ("r_squared", "rank_correlation", "exclusion_error_40", "inclusion_error_40"):
        assert MEASURES[name](once) == pytest.approx(MEASURES[name](twice)), name


def test_the_fixed_rate_never_helps_more_people_than_its_share() -> None:
    weight = np.array([5.0, 1, 1, 1, 1, 1])
    chosen = lowest(np.arange(6.0), weight, 0.2)
    assert weight[chosen].sum() <= 0.2 * weight.sum()


def test_an_r_squared_of_the_mean_is_nothing() -> None:
    assert r_squared(TEN, np.full(10, TEN.mean()), ONE) == pytest.approx(0)


def test_whole_clusters_are_drawn_anew_and_the_people_stay_as_many_on_average() -> None:
    cluster = np.array([0, 0, 1, 1, 2, 2, 2])
    drawn = resampled(cluster, np.ones(7))
    assert all(len(set(weight[cluster == one])) == 1 for weight in drawn for one in range(3))
    assert np.mean([weight.sum() for weight in drawn]) == pytest.approx(7, rel=0.1)


def test_an_interval_leaves_out_what_could_not_be_computed() -> None:
    assert interval([float("nan"), 1.0, 1.0]) == (1.0, 1.0)
    assert all(np.isnan(interval([float("nan")])))


def test_published_errors_are_those_of_the_paper() -> None:
    assert PUBLISHED == {
        "inclusion_error_20": 0.371, "exclusion_error_20": 0.716, "inclusion_error_40": 0.306,
        "exclusion_error_40": 0.361, "fixed_rate_error_20": 0.495, "fixed_rate_error_40": 0.320,
    }  # fmt: skip
    assert BEST == {"fixed_rate_error_20": 0.343, "fixed_rate_error_40": 0.237}


def test_drift_is_nothing_where_nothing_moved_and_asks_for_a_new_fit_where_all_did() -> None:
    assert stability_index(np.array([3.0, 7]), np.array([30.0, 70])) == pytest.approx(0)
    by_hand = (0.8 - 0.5) * np.log(0.8 / 0.5) + (0.2 - 0.5) * np.log(0.2 / 0.5)
    assert stability_index(np.array([1.0, 1]), np.array([8.0, 2])) == pytest.approx(by_hand)
    assert [verdict(index) for index in (0.0, 0.1, 0.3)] == ["steady", "look", "fit anew"]


def test_scores_that_became_open_are_drift() -> None:
    before = np.arange(100.0)
    after = np.where(np.arange(100) < 40, np.nan, before)
    assert drift_of_score(before, before)["index"] == 0
    assert drift_of_score(before, after)["verdict"] == "fit anew"
