"""What refuses a survey, and that the error says what, where and what to do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from scoring_truth import DAY, FIT, made_table

from familycard.errors import SurveyError
from familycard.pack.model import Pack
from familycard.scoring.fitting.categories import true_classes
from familycard.scoring.fitting.survey import checked_survey
from familycard.scoring.fitting.survey_file import read_survey_file


def changed(name: str, row: int, value: object) -> pa.Table:
    table = made_table()
    values = table[name].to_pylist()
    values[row] = value
    return table.set_column(table.column_names.index(name), name, pa.array(values))


def refusal(table: pa.Table) -> str:
    with pytest.raises(SurveyError) as caught:
        checked_survey(table, FIT, "made.csv", DAY)
    return str(caught.value)


def test_a_survey_without_a_weight_is_refused() -> None:
    assert "no column `weight`, the weight" in refusal(made_table().drop_columns(["weight"]))


@pytest.mark.parametrize("value", [None, 0.0, -1.0, float("nan")])
def test_a_row_that_stands_for_nobody_is_named(value: object) -> None:
    said = refusal(changed("weight", 41, value))
    assert "`weight` is blank, zero or less in 1 of 3000 rows, first in row 42" in said


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_a_blank_target_is_named_and_nothing_is_filled_in(value: object) -> None:
    assert "`consumption`, what was measured, is blank in 1 of 3000 rows, first in row 8" in refusal(
        changed("consumption", 7, value)
    )


def test_an_indicator_that_the_survey_lacks_is_named_with_the_ways_out() -> None:
    said = refusal(made_table().drop_columns(["elders"]))
    assert "no column `elders`, which fits/made.yaml names" in said and "--snapshot" in said


def test_an_indicator_unknown_in_every_row_is_named() -> None:
    table = made_table()
    nothing = pa.array([None] * len(table), pa.int64())
    assert "`elders` is unknown in every row" in refusal(
        table.set_column(table.column_names.index("elders"), "elders", nothing)
    )


def test_too_few_rows_are_refused() -> None:
    assert "has 120 rows; a scorecard is fitted to 300 or more" in refusal(made_table(120))


def test_a_target_that_never_differs_is_refused() -> None:
    table = made_table()
    same = table.set_column(
        table.column_names.index("consumption"), "consumption", pa.array(np.ones(len(table)))
    )
    assert "is the same in every row" in refusal(same)


def test_one_category_only_is_refused() -> None:
    survey = checked_survey(made_table(), FIT, "made.csv", DAY)
    lines = replace(FIT, cuts=replace(FIT.cuts, by="lines", limits=(("E", "1"), ("A", None))))
    with pytest.raises(SurveyError, match="every row falls into category A"):
        true_classes(lines, survey)


def test_a_label_outside_the_order_is_named() -> None:
    table = made_table().append_column("need", pa.array(["none"] * 2_999 + ["dire"]))
    fit = replace(FIT, target=replace(FIT.target, column="need", is_amount=False, order=("some", "none")))
    with pytest.raises(SurveyError, match="`need` has `dire`, which is not in the order"):
        checked_survey(table, fit, "made.csv", DAY)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_file_is_read_as_a_build_stores_values(pack: Pack, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"survey{ending}"
    table = pa.table(
        {
            "income_to_line": ["0.5", None],
            "owns_no_dwelling": ["true", "0"],
            "family_type": ["couple", ""],
            "x": [1, 2],
        }
    )
    if ending == ".csv":
        pa_csv.write_csv(table, path)
    else:
        pq.write_table(table, path)
    found = read_survey_file(pack, FIT, path)
    assert found["income_to_line"].to_pylist() == [5000, None]
    assert found["owns_no_dwelling"].to_pylist() == [True, False]


def test_a_value_that_is_none_of_its_indicator_is_named_by_row_and_column_and_not_shown(
    pack: Pack, tmp_path: Path
) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("members,weight\n3,1\nsecret,1\n", encoding="utf-8")
    with pytest.raises(SurveyError) as caught:
        read_survey_file(pack, FIT, path)
    assert "row 2, column `members`" in str(caught.value) and "secret" not in str(caught.value)


def test_a_missing_or_broken_file_is_told_from_an_empty_one(pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(SurveyError, match="there is no such file"):
        read_survey_file(pack, FIT, tmp_path / "none.csv")
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 is no more")
    with pytest.raises(SurveyError, match="cannot be read as Parquet"):
        read_survey_file(pack, FIT, broken)
