"""Spoiled rows: intake refuses each of them and no other, and the truth counts them."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from familycard.errors import UsageError
from familycard.pack.model import Pack
from familycard.sources.intake import intake
from familycard.sources.report import IntakeReport
from familycard.synthetic import SyntheticReport, generate
from familycard.synthetic.bad_rows import BadRows
from familycard.synthetic.register_file import read_registers

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
    # Of so few people a register kept by hand has no row with a slip.
    assert {row["way"] for row in rows} == {"blank", "control digit", "code", "date", "limit"}


def test_unless_asked_for_no_row_is_spoiled_but_of_registers_kept_by_hand(
    kz: Pack, country: SyntheticReport
) -> None:
    kept_by_hand = {name for name, register in read_registers(kz).items() if register.slips}
    assert set(country.bad_rows) == kept_by_hand
    truth = (country.out / "truth" / "bad_rows.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[1] for line in truth[1:]] == ["slip"] * len(kept_by_hand)


def test_rows_with_a_slip_name_nobody_and_keep_the_name(kz: Pack) -> None:
    source = kz.sources["solid_fuel_aid"]
    numbers = [f"80010130{n:04d}" for n in range(100)]
    sent = {column.physical_name or column.name: ["x"] * 100 for column in source.columns} | {"iin": numbers}
    bad = BadRows(0, kz.identifiers)
    rows = bad.spoil(source, pa.table(sent), np.random.default_rng(1), slips=0.3).to_pylist()
    slipped = [row for row, number in zip(rows, numbers, strict=True) if row["iin"] != number]
    assert len(slipped) == 30 == bad.count["solid_fuel_aid", "slip"]
    assert sum(row["iin"] is None for row in slipped) == 15
    assert (
        sum(row["birth_date"] is None for row in slipped)
        == 10
        == sum(row["birth_date"] is None for row in rows)
    )
    assert all(row["surname"] and row["given_name"] and row["granted_on"] for row in rows)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_a_share_that_is_none_is_refused(kz: Pack, tmp_path: Path, share: float) -> None:
    with pytest.raises(UsageError, match="is not a share"):
        generate(kz, 2_000, 1, tmp_path, bad_rows=share)
