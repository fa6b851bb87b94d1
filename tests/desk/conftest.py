"""A county, built once for the tests that only read it, and the rule by which its counts are shown."""

from __future__ import annotations

import pytest
from county import COLUMNS, COUNTY_PACK, county, registers
from town import town

from familycard.desk.counts import Counts, counts_of
from familycard.desk.disclosure import Rule
from familycard.snapshot.open import OpenSnapshot


@pytest.fixture(scope="session")
def the_county(tmp_path_factory: pytest.TempPathFactory) -> OpenSnapshot:
    return county(tmp_path_factory.mktemp("county"))


@pytest.fixture(scope="session")
def poorer(tmp_path_factory: pytest.TempPathFactory) -> tuple[OpenSnapshot, OpenSnapshot]:
    """A small county, and the same people when everybody's wages have fallen to nearly nothing."""
    folder, drawn = tmp_path_factory.mktemp("poorer"), registers(300, 7)
    before = county(folder, families=300)
    head, *rows = drawn["wages"].splitlines()
    fallen = {"wages": "\n".join([head, *(f"{row.partition(',')[0]},1.00,0.00" for row in rows)]) + "\n"}
    return before, town(folder, base=COUNTY_PACK, columns=COLUMNS, registers=drawn | fallen)


@pytest.fixture(scope="session")
def rule() -> Rule:
    return Rule(b"the county's secret")


@pytest.fixture(scope="session")
def counts(the_county: OpenSnapshot, rule: Rule) -> Counts:
    """Counts of families."""
    return counts_of(the_county, rule)
