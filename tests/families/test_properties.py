"""What holds always, whatever nonsense the registers hold."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_country import Country, Formed
from villages import KINDS, link_a_row_in_each, refuse_a_row_in_each, say_something_of_each, villages

from familycard.engine.duck import DuckEngine
from familycard.pack.model import UnitKind

SEEDS = st.lists(st.integers(0, 2**32), min_size=20, max_size=60)
KIND = st.sampled_from(KINDS)
quietly = settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))


def units_by_person(formed: Formed) -> dict[int, tuple[int, ...]]:
    return {person: unit for unit in formed.families for person in unit}


@quietly
@given(SEEDS, KIND)
def test_every_resident_who_is_not_excluded_is_in_exactly_one_unit_and_no_unit_is_too_big(
    seeds: list[int], kind: UnitKind
) -> None:
    country = villages(seeds)
    families = country.form(kind).families
    members = sorted(person for family in families for person in family)
    is_covered = [kind.excludes is None or p["is_in_prison"] is not True for p in country.persons]
    assert members == [p["person"] for p, covered in zip(country.persons, is_covered, strict=True) if covered]
    assert max(len(family) for family in families) <= kind.max_members


@quietly
@given(SEEDS, KIND, st.integers(0, 2**32))
def test_neither_the_order_of_rows_nor_the_threads_change_anything(
    seeds: list[int], kind: UnitKind, order: int
) -> None:
    country = villages(seeds)
    dice = random.Random(order)
    shuffled = Country(
        dice.sample(country.persons, len(country.persons)),
        {source: dice.sample(rows, len(rows)) for source, rows in country.rows.items()},
    )
    first = country.form(kind)
    second = shuffled.form(kind, DuckEngine(threads=4))
    for one, other in zip(first.tables, second.tables, strict=True):
        assert one.equals(other)


@quietly
@given(SEEDS, KIND)
def test_what_lies_in_files_and_not_in_memory_is_the_same(seeds: list[int], kind: UnitKind) -> None:
    country = villages(seeds)
    with pytest.MonkeyPatch.context() as patch:
        for share in ("HELD_SHARE", "ORDERED_SHARE"):
            patch.setattr(f"familycard.engine.duck.{share}", 2**60)
        in_files = DuckEngine(threads=2, memory_bytes=2**30)
    for one, other in zip(country.form(kind).tables, country.form(kind, in_files).tables, strict=True):
        assert one.equals(other)


@settings(quietly, max_examples=10)
@given(SEEDS, KIND, st.integers(0, 2**32))
def test_refusing_a_row_never_leaves_a_changed_unit_marked_known(
    seeds: list[int], kind: UnitKind, which: int
) -> None:
    country = villages(seeds)
    before = units_by_person(country.form(kind))
    formed = refuse_a_row_in_each(country, which).form(kind)
    after, unknown = units_by_person(formed), formed.unknown
    changed = {person for person in after if after[person] != before[person]}
    assert changed <= unknown


def assert_nobody_surely_left(linked: Country, without: Country, kind: UnitKind) -> None:
    """Where it is known who belongs together, whoever would belong without what nobody has confirmed does."""
    before = units_by_person(without.form(kind))
    formed = linked.form(kind)
    after, unknown = units_by_person(formed), formed.unknown
    left = {one for one, unit in before.items() if not set(unit) <= set(after.get(one, ()))}
    assert left <= unknown


@settings(quietly, max_examples=10)
@given(SEEDS, KIND, st.integers(0, 2**32))
def test_by_a_row_that_nobody_has_confirmed_nobody_surely_leaves_a_unit(
    seeds: list[int], kind: UnitKind, which: int
) -> None:
    assert_nobody_surely_left(*link_a_row_in_each(villages(seeds), which), kind)


@settings(quietly, max_examples=10)
@given(SEEDS, KIND, st.sampled_from(["is_married", "is_in_prison"]), st.integers(0, 2**32))
def test_by_what_such_a_row_says_of_a_person_nobody_surely_leaves_a_unit(
    seeds: list[int], kind: UnitKind, indicator: str, which: int
) -> None:
    assert_nobody_surely_left(*say_something_of_each(villages(seeds), indicator, which), kind)
