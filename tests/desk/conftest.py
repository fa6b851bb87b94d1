"""A county, built once for the tests that only read it, and the rule by which its counts are shown."""

from __future__ import annotations

import pytest
from county import county

from familycard.desk.counts import Counts, counts_of
from familycard.desk.disclosure import Rule
from familycard.snapshot.open import OpenSnapshot


@pytest.fixture(scope="session")
def the_county(tmp_path_factory: pytest.TempPathFactory) -> OpenSnapshot:
    return county(tmp_path_factory.mktemp("county"))


@pytest.fixture(scope="session")
def rule() -> Rule:
    return Rule(b"the county's secret")


@pytest.fixture(scope="session")
def counts(the_county: OpenSnapshot, rule: Rule) -> Counts:
    """Counts of families."""
    return counts_of(the_county, rule)
