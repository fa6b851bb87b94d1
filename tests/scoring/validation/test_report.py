"""The whole report of a made-up survey: out of fold, by group, as JSON and as a page that loads nothing."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scoring_truth import DAY, FIT, made_table

from familycard.errors import SurveyError
from familycard.pack.model import Pack
from familycard.scoring.fitting.survey import Survey, checked_survey
from familycard.scoring.validation.folds import FOLDS, folds_of
from familycard.scoring.validation.page import NAMES, report_page
from familycard.scoring.validation.report import validation_report


@pytest.fixture(scope="module")
def report(pack: Pack, survey: Survey) -> dict[str, Any]:
    return validation_report(pack, replace(FIT, pairs=0, adjustments=()), survey)


def test_neighbours_stay_in_one_fold(survey: Survey) -> None:
    fold = folds_of(survey)
    assert set(fold) == set(range(FOLDS))
    assert all(len(set(fold[survey.cluster == one])) == 1 for one in np.unique(survey.cluster))


def test_a_survey_of_one_village_cannot_be_validated(survey: Survey) -> None:
    with pytest.raises(SurveyError, match="has 1 clusters; 10 are needed"):
        folds_of(replace(survey, cluster=np.zeros(len(survey), dtype=np.int64)))


def test_figures_are_those_of_families_that_the_points_never_saw(pack: Pack) -> None:
    """Where each village has a luck of its own and a number that betrays it, only a leak could use it."""
    table = made_table(1_500)
    luck = np.random.default_rng(3).normal(size=1_500)[table["village"].to_numpy()]
    table = table.set_column(
        table.column_names.index("elders"), "elders", pa.array(table["village"].to_numpy() % 11)
    )
    table = table.set_column(
        table.column_names.index("consumption"), "consumption", pa.array(np.exp(9 + luck))
    )
    found = validation_report(pack, replace(FIT, pairs=0, groups=()), checked_survey(table, FIT, "x", DAY))
    assert found["measures"]["r_squared"]["value"] < 0.02


def test_every_figure_has_an_interval_that_holds_it(report: dict[str, Any]) -> None:
    assert set(report["measures"]) == set(NAMES)
    for name, one in report["measures"].items():
        assert one["low"] <= one["value"] <= one["high"], name
        assert one["low"] < one["high"], name


def test_the_score_is_as_good_as_the_rule_of_the_survey_allows(report: dict[str, Any]) -> None:
    assert 0.4 < report["measures"]["r_squared"]["value"] < 0.75
    assert report["measures"]["calibration_slope"]["value"] == pytest.approx(1, abs=0.1)
    said = [row["said"] for row in report["calibration"]]
    assert said == sorted(said) and len(said) == 10
    assert sum(map(sum, report["categories"]["measured_by_said"])) == pytest.approx(1, abs=0.001)


def test_groups_add_up_to_everybody_and_bands_have_names(report: dict[str, Any], survey: Survey) -> None:
    assert set(report["groups"]) == {"size", "dwelling"}
    assert [row["value"] for row in report["groups"]["size"]] == ["0-2", "3-4", "5+"]
    for rows in report["groups"].values():
        assert sum(row["families"] for row in rows) == len(survey)
        assert sum(row["share_of_people"] for row in rows) == pytest.approx(1, abs=0.001)
        helped = sum(row["helped_20"]["value"] * row["share_of_people"] for row in rows)
        assert helped == pytest.approx(0.2, abs=0.01)


def test_whom_it_fails_most_is_told_in_order_and_never_of_a_few(report: dict[str, Any]) -> None:
    errors = [one["exclusion_error_20"] for one in report["failed_most"]]
    assert errors and errors == sorted(errors, reverse=True)
    assert all(one["families"] >= 50 and one["poor_families"] >= 30 for one in report["failed_most"])
    assert report["missed_beside_found"][0]["indicator"] in FIT.indicators


def test_the_report_holds_no_row_of_the_survey(report: dict[str, Any], survey: Survey) -> None:
    text = json.dumps(report)
    assert len(text) < 60_000
    assert not any(f"{value:.6f}" in text for value in survey.target[:200])


def test_the_page_loads_nothing_and_says_all(report: dict[str, Any]) -> None:
    report = report | {
        "drift": {"before": "a", "after": "b<", "rows": [{"name": "x", "index": 0.3, "verdict": "fit anew"}]}
    }
    page = report_page(report, "en")
    addresses = set(re.findall(r"""(?:src|href)=["']([^"'#]+)|url\(([^#)]+)\)""", page))
    assert addresses == set() and "<script" not in page
    assert page.count("<svg") == 3
    assert "b&lt;" in page and "a test" in page and "0.716" in page
    assert page == report_page(report, "en")
