"""A built town, shared by the tests that only read it."""

from __future__ import annotations

import pytest
from made_up import MadeUp, made_up
from town import town

from familycard.snapshot.open import OpenSnapshot


@pytest.fixture(scope="session")
def the_town(tmp_path_factory: pytest.TempPathFactory) -> OpenSnapshot:
    return town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    """A made-up Kazakhstan of three thousand, taken in and built once; its folders are only read."""
    return made_up(tmp_path_factory.mktemp("made_up"), people=3_000, seed=1)
