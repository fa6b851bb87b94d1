"""The made-up registers go through intake and families as real ones would."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest

from familycard.pack.model import Pack
from familycard.snapshot.build import build
from familycard.sources.intake import intake
from familycard.sources.report import IntakeReport
from familycard.synthetic import SyntheticReport


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def taken_in(kz: Pack, country: SyntheticReport, store: Path) -> IntakeReport:
    return intake(kz, country.out, store)


def test_every_register_keeps_its_own_contract(
    taken_in: IntakeReport, country: SyntheticReport, rare: frozenset[str]
) -> None:
    refused = {
        report.source: (report.quality.rows_refused if report.quality else report.reason)
        for report in taken_in.sources
        if (report.quality is None or report.quality.rows_refused)
        and not (report.source in rare and country.rows[report.source] == 0)
    }
    assert refused == {"population": 2 * country.faults["identifier_doubled"]} | country.bad_rows


def test_the_build_finds_the_true_families(
    kz: Pack, country: SyntheticReport, taken_in: IntakeReport, store: Path, tmp_path: Path
) -> None:
    built = build(kz, store, date(2025, 12, 31), tmp_path / "snapshots")
    wrong, families = _wrong_families(country.out, store, built.path)
    assert families > 1_500
    assert sum(wrong.values()) / families <= 0.01, wrong


def _wrong_families(delivery: Path, store: Path, snapshot: Path) -> tuple[Counter[str], int]:
    """Families without a planted fault that are not one unit of the same people, by kind."""
    rows = duckdb.sql(
        f"""with ids as (select value as iin, person from '{store}/identity/*.parquet' where kind = 'iin'),
        truth as (select t.*, i.person from read_csv('{delivery}/truth/families.csv', all_varchar=true) t
                  join ids i using (iin)),
        members as (select person, unit from '{snapshot}/members/family/*.parquet'),
        sizes as (select unit, count(*) as size from members group by unit),
        families as (select family, any_value(kind) as kind, bool_or(fault is not null) as faulty,
                     count(*) as size, count(distinct unit) as units, min(unit) as unit
                     from truth left join members using (person) group by family)
        select kind, units = 1 and families.size = sizes.size from families left join sizes using (unit)
        where not faulty"""
    ).fetchall()
    return Counter(kind for kind, is_right in rows if not is_right), len(rows)
