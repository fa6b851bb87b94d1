"""A survey that knows only its families' heads, fitted by what the registers know of them."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_up import AS_OF, MadeUp
from typer.testing import CliRunner

from familycard.cli import app
from familycard.errors import SnapshotError, SurveyError, UsageError
from familycard.pack.loader import load_pack
from familycard.snapshot.drifted import drift
from familycard.snapshot.open import open_snapshot
from familycard.snapshot.shadow import read_scorecard, shadow
from familycard.snapshot.surveyed import read_survey


@pytest.fixture(scope="module")
def file(country: MadeUp) -> Path:
    return country.delivery / "truth" / "survey.parquet"


def test_what_registers_know_stands_beside_what_was_measured(country: MadeUp, file: Path) -> None:
    fit = country.pack.fits["consumption"]
    survey = read_survey(country.pack, fit, file, country.snapshot, None)
    asked = pq.read_table(file)
    assert len(survey) == len(asked) and survey.as_of == AS_OF
    assert survey.target.tolist() == asked["consumption"].to_pylist()
    by_hand = [w * m for w, m in zip(asked["weight"].to_pylist(), asked["members"].to_pylist(), strict=True)]
    assert survey.weight.tolist() == pytest.approx(by_hand)
    opened = open_snapshot(country.snapshot)
    [(value,)] = opened.engine.rows(
        "select v.working_members from values_family v join members_family m using (unit) join serve.identifiers i"
        f" using (person) where i.value = '{asked['household'][7].as_py()}'"
    )
    assert survey.rows["working_members"][7].as_py() == value
    assert set(survey.rows["head__sex"].to_pylist()) - {None} == {"M", "F"}


def test_a_family_that_the_snapshot_does_not_know_is_not_passed_over(
    country: MadeUp, file: Path, tmp_path: Path
) -> None:
    asked = pq.read_table(file)
    strangers = asked["household"].to_pylist()[:-1] + ["000000000000"]
    pq.write_table(asked.set_column(0, "household", pa.array(strangers)), tmp_path / "survey.parquet")
    with pytest.raises(SurveyError, match=r"1 of the \d+ rows of survey.parquet name by `household` nobody"):
        read_survey(
            country.pack,
            country.pack.fits["consumption"],
            tmp_path / "survey.parquet",
            country.snapshot,
            None,
        )


def test_without_a_snapshot_the_indicators_are_asked_of_the_file(country: MadeUp, file: Path) -> None:
    fit = country.pack.fits["consumption"]
    with pytest.raises(UsageError, match="Say by --as-of"):
        read_survey(country.pack, fit, file, None, None)
    with pytest.raises(SurveyError, match="has no column `children`.*say by --snapshot"):
        read_survey(country.pack, fit, file, None, AS_OF)


def test_the_command_writes_a_scorecard_that_can_be_tried_beside_the_one_in_force(
    country: MadeUp, file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "consumption.yaml"
    words = ["fit", str(country.pack.path), "--fit", "consumption", "--survey", str(file), "--at-most", "8"]
    words += ["--snapshot", str(country.snapshot), "--out", str(out), "--json"]
    said = CliRunner().invoke(app, words)
    assert said.exit_code == 0, said.output
    told = json.loads(said.output)
    assert len(told["indicators"]) <= 8
    card = read_scorecard(out, load_pack(country.pack.path))
    assert [letter for letter, _ in card.categories] == list(told["categories"])
    found = shadow(open_snapshot(country.snapshot), str(out))
    assert found.rank_correlation is not None and found.rank_correlation > 0.2
    out.write_text("id: by_hand\n", encoding="utf-8")
    again = CliRunner().invoke(app, words)
    assert again.exit_code == 2 and "was not written by `familycard fit`" in again.output


def test_nothing_drifts_from_a_snapshot_to_itself_and_a_kind_without_values_is_told(country: MadeUp) -> None:
    fit = country.pack.fits["consumption"]
    found = drift(country.pack, fit, country.snapshot, country.snapshot)
    assert len(found["rows"]) == len(fit.indicators)
    assert all(row["index"] == 0 and row["verdict"] == "steady" for row in found["rows"])
    with pytest.raises(SnapshotError, match="is no snapshot"):
        drift(country.pack, fit, country.snapshot, country.snapshot / "none")
