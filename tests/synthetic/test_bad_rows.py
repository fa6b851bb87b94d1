"""Spoiled rows: intake refuses each of them and no other, and the truth counts them."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from familycard.errors import UsageError
from familycard.pack.model import Pack
from familycard.sources.intake import intake
from familycard.sources.report import IntakeReport
from familycard.synthetic import SyntheticReport, generate

PEOPLE, SHARE = 6_000, 0.02
IN_PAIRS = ("population",)
"""Of doubled numbers intake refuses both rows; the planted ones are among the refused there."""


@pytest.fixture(scope="module")
def spoiled(kz: Pack, tmp_path_factory: pytest.TempPathFactory) -> SyntheticReport:
    return generate(kz, PEOPLE, 4, tmp_path_factory.mktemp("spoiled"), bad_rows=SHARE)


@pytest.fixture(scope="module")
def taken(kz: Pack, spoiled: SyntheticReport, tmp_path_factory: pytest.TempPathFactory) -> IntakeReport:
    return intake(kz, spoiled.out, tmp_path_factory.mktemp("store"))


def test_intake_refuses_every_spoiled_row_and_no_other(spoiled: SyntheticReport, taken: IntakeReport) -> None:
    refused = {
        report.source: report.quality.rows_refused for report in taken.sources if report.quality is not None
    }
    assert set(refused) <= set(spoiled.rows)
    for source, rows in refused.items():
        if source not in IN_PAIRS:
            assert rows == spoiled.bad_rows.get(source, 0), source
    doubled = 2 * spoiled.faults["identifier_doubled"]
    assert spoiled.bad_rows["population"] < refused["population"]
    assert refused["population"] <= spoiled.bad_rows["population"] + doubled
    assert len(refused) > 20


def test_the_share_is_as_asked_for(spoiled: SyntheticReport) -> None:
    assert sum(spoiled.bad_rows.values()) / sum(spoiled.rows.values()) == pytest.approx(SHARE, rel=0.1)


def test_the_truth_counts_them_by_source_and_way(spoiled: SyntheticReport) -> None:
    with (spoiled.out / "truth" / "bad_rows.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    total: Counter[str] = Counter()
    for row in rows:
        total[row["source"]] += int(row["rows"])
    assert total == Counter(spoiled.bad_rows)
    assert {row["way"] for row in rows} == {"blank", "control digit", "code", "date", "limit"}


def test_unless_asked_for_no_row_is_spoiled(country: SyntheticReport) -> None:
    assert country.bad_rows == {}
    assert not (country.out / "truth" / "bad_rows.csv").exists()


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_that_is_none_is_refused(kz: Pack, tmp_path: Path, share: float) -> None:
    with pytest.raises(UsageError, match="is not a share"):
        generate(kz, 2_000, 1, tmp_path, bad_rows=share)
