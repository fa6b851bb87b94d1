"""Refusing rows makes nobody poorer and nobody newly eligible: what they said becomes unknown, never nothing.

Rows of every register are spoilt in the delivery itself, so that intake refuses them; the same
people are built again and compared one by one. Once everything is known, to know less may
only take answers away.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from comparing import Comparison
from killing import IS_WHOLE
from made_up import AS_OF, MadeUp
from refusing import damage_delivery, tolerant

from familycard.snapshot.build import build
from familycard.sources.intake import intake
from familycard.sources.store import Store

TIES = ("births", "guardianships", "marriages", "parental_rights", "population", "students")
"""What families rest on: spoilt in every turn."""
ROWS = 12
TURNS = 4 if IS_WHOLE else 2


@dataclass(frozen=True)
class Refused:
    """A country built again after rows of it were refused."""

    spoilt: dict[str, int]
    refused: dict[str, int]
    comparison: Comparison


@pytest.fixture(scope="module", params=range(TURNS))
def refused(
    country: MadeUp, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Refused]:
    folder, pack = tmp_path_factory.mktemp("refused"), tolerant(country.pack)
    before = Store(country.store).state()
    # In so small a country a rare register may have no row, and an empty file is no load.
    others = sorted(set(before.loads) - set(TIES))
    random.Random(0).shuffle(others)
    # Every register has its turn, and none is spoilt in all: doubt in one hides what another does wrong.
    sources = [*TIES, *others[request.param :: TURNS]]
    spoilt = damage_delivery(
        pack, before, sources, country.delivery, folder / "delivery", request.param, ROWS
    )
    shutil.copytree(country.store, folder / "store")
    intake(pack, folder / "delivery", folder / "store", only=sources)
    loads = Store(folder / "store").state().loads
    newly = {source: loads[source].rows_refused - before.loads[source].rows_refused for source in sources}
    built = build(pack, folder / "store", AS_OF, folder / "snapshots")
    yield Refused(spoilt, newly, Comparison(pack, country.snapshot, built.path))
    shutil.rmtree(folder)


def test_exactly_the_spoilt_rows_are_refused(refused: Refused) -> None:
    assert refused.refused == refused.spoilt
    assert sum(refused.spoilt.values()) > 70


def test_some_families_are_in_doubt_and_most_are_not(refused: Refused) -> None:
    counts = dict(refused.comparison.counts())
    assert counts["before"] + 30 < counts["after"] < 1_500


def test_nobody_is_newly_eligible(refused: Refused) -> None:
    assert refused.comparison.newly_eligible() == []


def test_every_amount_still_stated_is_the_same(refused: Refused) -> None:
    assert refused.comparison.other_amounts() == []


def test_every_value_still_known_was_known_to_be_that(refused: Refused) -> None:
    assert refused.comparison.other_values() == []


def test_every_score_possible_before_is_still_possible_and_a_stated_category_is_the_same(
    refused: Refused,
) -> None:
    assert refused.comparison.narrower_scores() == []


def test_nobody_is_newly_said_to_receive_without_a_right(refused: Refused) -> None:
    assert refused.comparison.newly_without_right() == []
