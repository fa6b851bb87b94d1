"""Families and faults against the truth of a made-up country, which no build ever reads."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from made_up import AS_OF, MadeUp
from queue_findings import FOUND, score_queue
from truth import family_sizes, open_truth, score_families, score_faults

from familycard.snapshot.build import build
from familycard.sources.intake import intake

HARD = {
    "adopted", "adult_child_at_home", "child_elsewhere", "cohabiting", "elders_with_married_child", "guarded",
    "rubber_address", "separated_spouses", "step_family", "student_away", "three_generations",
}  # fmt: skip


@pytest.fixture(scope="module")
def truth(large_country: MadeUp) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = open_truth(large_country.delivery, large_country.store, large_country.snapshot)
    yield connection
    connection.close()


def test_each_kind_of_family_is_formed_exactly_so_in_99_of_100(truth: duckdb.DuckDBPyConnection) -> None:
    kinds = score_families(truth)
    assert [k for k in kinds if k.right < 0.99 * k.families] == []
    assert {k.kind for k in kinds} >= HARD
    assert sum(k.families for k in kinds) > 25_000


def test_the_mean_family_is_as_large_as_in_the_census(truth: duckdb.DuckDBPyConnection) -> None:
    people, families = family_sizes(truth)
    assert 3.0 <= people / families <= 3.4


def test_each_kind_of_planted_fault_is_found_and_hardly_anybody_is_accused_wrongly(
    truth: duckdb.DuckDBPyConnection,
) -> None:
    faults = score_faults(truth)
    assert len(faults) >= 5
    assert [f for f in faults if f.planted == 0 or f.recall_pct < 99 or f.false_alarm_pct > 0.1] == []


def test_the_places_of_the_housing_queue_are_judged_as_they_were_planned(
    truth: duckdb.DuckDBPyConnection, large_country: MadeUp
) -> None:
    scores = {score.what: score for score in score_queue(truth, large_country.pack)}
    assert sum(scores[reason].true for reason in FOUND) > 1_000
    assert [s for s in scores.values() if s.found < 0.95 * s.true - 1] == []
    assert [s for s in scores.values() if s.false_alarms > 0.01 * s.others] == []


def test_without_the_truth_beside_it_the_build_is_the_same(country: MadeUp, tmp_path: Path) -> None:
    shutil.copytree(country.delivery, tmp_path / "delivery", ignore=shutil.ignore_patterns("truth"))
    assert (country.delivery / "truth").is_dir() and not (tmp_path / "delivery" / "truth").exists()
    intake(country.pack, tmp_path / "delivery", tmp_path / "store")
    built = build(country.pack, tmp_path / "store", AS_OF, tmp_path / "snapshots")
    assert built.name == country.snapshot.name
    for path in country.snapshot.rglob("*.parquet"):
        assert path.read_bytes() == (built.path / path.relative_to(country.snapshot)).read_bytes()
