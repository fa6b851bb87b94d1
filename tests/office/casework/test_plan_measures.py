"""Measures of a plan: named in every language, for every category, and none that tells of danger."""

from __future__ import annotations

import pytest

from familycard.office.cards.current import current
from familycard.office.casework.measures import suited
from familycard.pack.office import PlanMeasure
from familycard.snapshot.reader import Reader

CATEGORIES = "ABCDE"


@pytest.fixture
def measures(reader: Reader) -> dict[str, PlanMeasure]:
    return dict(current().rules().measures)


def test_every_category_has_measures_and_the_neediest_has_most(measures: dict[str, PlanMeasure]) -> None:
    counts = [len(suited(letter)) for letter in CATEGORIES]
    assert min(counts) > 0
    assert counts == sorted(counts)
    assert all(set(measure.categories) <= set(CATEGORIES) for measure in measures.values())


def test_measures_for_what_is_needed_stand_first(reader: Reader) -> None:
    needs = [measure.need for measure in suited("E", ["housing"]).values()]
    first_other = next(place for place, need in enumerate(needs) if need != "housing")
    assert "housing" in needs and "housing" not in needs[first_other:]


def test_who_has_no_known_category_is_offered_everything(measures: dict[str, PlanMeasure]) -> None:
    assert set(suited(None)) == set(measures)


def test_no_measure_tells_of_danger_at_home(measures: dict[str, PlanMeasure]) -> None:
    words = " ".join(title.lower() for measure in measures.values() for title in measure.title.values())
    assert not any(
        word in words for word in ("violen", "crisis centre", "насили", "кризисн", "зорлық", "дағдарыс")
    )
