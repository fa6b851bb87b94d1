"""A built town, shared by the tests that only read it."""

from __future__ import annotations

import pytest
from made_up import MadeUp
from town import town

from familycard.snapshot.open import OpenSnapshot


@pytest.fixture(scope="session")
def the_town(tmp_path_factory: pytest.TempPathFactory) -> OpenSnapshot:
    return town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def country(made_up_country: MadeUp) -> MadeUp:
    """The made-up Kazakhstan that all tests share."""
    return made_up_country
