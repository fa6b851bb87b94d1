"""The made-up survey: weights give the families back, and registers explain consumption only in part."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest

from familycard.pack.model import Pack
from familycard.synthetic import SyntheticReport, generate
from familycard.synthetic.survey import NEEDS

PEOPLE = 20_000


@pytest.fixture(scope="module")
def made(kz: Pack, tmp_path_factory: pytest.TempPathFactory) -> SyntheticReport:
    return generate(kz, PEOPLE, 5, tmp_path_factory.mktemp("survey"))


@pytest.fixture(scope="module")
def survey(made: SyntheticReport) -> duckdb.DuckDBPyConnection:
    """`survey`, the true `families`, and `wages` by family and month of the year."""
    connection = duckdb.connect()
    out: Path = made.out
    for name, query in {
        "survey": f"from '{out}/truth/survey.parquet'",
        "families": f"select iin, family from read_csv('{out}/truth/families.csv', all_varchar = true)",
        "sizes": "select family, count(*) as size from families group by family",
        "wages": "select family, sum(gross) / 12 as wages"
        f" from read_parquet('{out}/pension_contributions*.parquet') join families using (iin) group by family",
    }.items():
        connection.execute(f"create table {name} as {query}")
    return connection


def test_weights_sum_to_the_families_of_the_country_and_of_each_region(
    survey: duckdb.DuckDBPyConnection, made: SyntheticReport
) -> None:
    total, least = survey.sql("select sum(weight), min(weight) from survey").fetchall()[0]
    assert total == pytest.approx(made.families)
    assert least >= 1
    assert survey.sql("select count(distinct region) from survey").fetchall() == [(20,)]


def test_a_household_is_a_card_family_named_by_its_head(survey: duckdb.DuckDBPyConnection) -> None:
    rows, families, right = survey.sql(
        "select count(*), count(distinct family), count(*) filter (size = members)"
        " from survey join families on iin = household join sizes using (family)"
    ).fetchall()[0]
    assert rows == families == right == survey.sql("from survey").shape[0]


def test_registered_wages_explain_consumption_in_part_and_do_not_decide_it(
    survey: duckdb.DuckDBPyConnection,
) -> None:
    rows = survey.sql(
        "select wages / (1 + 0.8 * (members - 1)), consumption from survey join families on iin = household"
        " join wages using (family) where wages > 0"
    ).fetchnumpy()
    income, consumption = (np.log(np.asarray(column, float)) for column in rows.values())
    assert 0.4 < np.corrcoef(income, consumption)[0, 1] < 0.9
    # Among households of much the same registered wage, what they consume still differs widely.
    near = np.abs(income - np.median(income)) < 0.05
    assert near.sum() > 30
    assert consumption[near].std() > 0.2


def test_need_goes_with_consumption_and_is_not_read_off_it(survey: duckdb.DuckDBPyConnection) -> None:
    means = dict(survey.sql("select need, median(consumption) from survey group by need").fetchall())
    assert [means[need] for need in NEEDS] == sorted(means.values())
    overlap = survey.sql(
        "select max(consumption) filter (need = 'critical') > min(consumption) filter (need = 'high') from survey"
    ).fetchall()
    assert overlap == [(True,)]
