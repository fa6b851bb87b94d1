"""INE's published figures, from the rows of its survey through intake and build (about ten seconds).

The row-by-row comparisons read the snapshot with plain SQL, so that they are independent of
`familycard stats`; what INE computed for a row is a column that reaches no result.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from packs_read import pack_of

from familycard.snapshot.build import build
from familycard.snapshot.open import open_snapshot
from familycard.snapshot.statistics import StatisticResult, statistics
from familycard.sources.intake import intake
from familycard.sources.report import IntakeReport

HOUSEHOLDS = 15_887
PERSONS = 39_852


@pytest.fixture(scope="module")
def deliveries(shared: Path) -> Path:
    folder = shared / "data" / "spain-ecv-2019"
    if not folder.is_dir():
        pytest.skip(
            "the folder `data/spain-ecv-2019` is not in `shared`: INE's survey is not in the repository"
        )
    return folder


@pytest.fixture(scope="module")
def taken_in(deliveries: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, IntakeReport]:
    store = tmp_path_factory.mktemp("es") / "store"
    return store, intake(pack_of("es"), deliveries, store)


@pytest.fixture(scope="module")
def snapshot(taken_in: tuple[Path, IntakeReport]) -> Path:
    store, _ = taken_in
    return build(pack_of("es"), store, date(2019, 12, 31), store.parent / "snapshots").path


@pytest.fixture(scope="module")
def database(snapshot: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for table in ("units/household", "units/family", "members/family", "persons", "faults"):
        name = table.replace("/", "_")
        connection.execute(f"create view {name} as from '{snapshot}/{table}/*.parquet'")
    for subject in ("person", "household", "family"):
        connection.execute(
            f"create view rights_{subject} as from '{snapshot}/entitlements/{subject}/*.parquet'"
        )
    return connection


@pytest.fixture(scope="module")
def counted(snapshot: Path) -> dict[str, StatisticResult]:
    return {result.id: result for result in statistics(open_snapshot(snapshot))}


def one(database: duckdb.DuckDBPyConnection, query: str) -> tuple[object, ...]:
    row = database.execute(query).fetchone()
    assert row is not None
    return row


def test_every_row_of_the_four_files_is_accepted(taken_in: tuple[Path, IntakeReport]) -> None:
    _, report = taken_in
    read = {
        s.source: (s.outcome, s.quality.rows_read, s.quality.rows_refused)
        for s in report.sources
        if s.quality
    }
    assert read == {
        "persons": ("loaded", PERSONS, 0),
        "adults": ("loaded", 33_376, 0),
        "households": ("loaded", HOUSEHOLDS, 0),
        "household_register": ("loaded", HOUSEHOLDS, 0),
    }


def test_each_person_is_in_exactly_one_family(database: duckdb.DuckDBPyConnection) -> None:
    assert one(database, "select count(*), count(distinct person) from members_family") == (PERSONS, PERSONS)


@pytest.mark.parametrize(
    ("statistic", "published", "within"),
    [
        ("at_risk_of_poverty_pct", "20.7", "0.1"),
        ("arope_pct", "25.3", "0.1"),
        ("severe_material_deprivation_pct", "4.7", "0.1"),
        ("gini", "33.0", "0.1"),
        ("mean_income_per_person", "11680", "1"),
        ("poverty_line", "9009", "1"),
    ],
)
def test_statistics_give_what_was_published(
    counted: dict[str, StatisticResult], statistic: str, published: str, within: str
) -> None:
    result = counted[statistic]
    assert result.value is not None
    assert abs(result.value - Decimal(published)) <= Decimal(within)
    assert result.rows_unknown == 0


def test_household_types_agree_with_the_published_class(database: duckdb.DuckDBPyConnection) -> None:
    query = (
        "select count_if(household_type = household_type_published), count_if(household_type <> household_type_published)"
        " from units_household"
    )
    agree, differ = one(database, query)
    assert isinstance(agree, int)
    assert agree / HOUSEHOLDS >= 0.985
    assert (agree, differ) == (15_874, 0)


def test_households_whose_type_does_not_agree_are_listed_with_the_reason(
    database: duckdb.DuckDBPyConnection,
) -> None:
    query = (
        "select count(*), count(f.unit) from units_household u left join faults f on f.unit = u.unit"
        " and f.fault in ('household_type_differs', 'household_type_undecided')"
        " where u.household_type is distinct from u.household_type_published or u.household_type is null"
    )
    assert one(database, query) == (13, 13)


@pytest.mark.parametrize(
    ("ours", "published"),
    [
        ("equivalised_size", "equivalised_size_published"),
        ("below_published_line", "poverty_published"),
        ("severely_deprived_as_stated", "deprivation_published"),
    ],
)
def test_every_household_has_the_value_that_was_published_of_it(
    database: duckdb.DuckDBPyConnection, ours: str, published: str
) -> None:
    query = f"select count_if({ours} = {published}) from units_household"
    assert one(database, query) == (HOUSEHOLDS,)


def test_no_check_finds_a_person_or_household_that_differs(database: duckdb.DuckDBPyConnection) -> None:
    query = "select count(*) from faults where fault in"
    checks = "('equivalised_size_differs', 'poverty_differs', 'deprivation_differs', 'arope_differs')"
    assert one(database, f"{query} {checks}") == (0,)


def test_a_right_that_came_later_is_not_in_force(database: duckdb.DuckDBPyConnection) -> None:
    query = "select distinct minimum_living_income__status from rights_household"
    assert database.execute(query).fetchall() == [("not_in_force",)]


def test_every_programme_in_force_finds_somebody_with_a_right(database: duckdb.DuckDBPyConnection) -> None:
    for programme in pack_of("es").programmes.values():
        if programme.id == "minimum_living_income":
            continue
        subject = "person" if programme.unit == "person" else programme.unit
        query = f"select count_if({programme.id}__status = 'eligible') from rights_{subject}"
        assert one(database, query) > (0,), programme.id
