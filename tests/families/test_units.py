"""Whole families, also those whose truth is hard to see in registers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_country import AS_OF, FAMILY, HOUSEHOLD, Country, pack_of, when

from familycard.engine.duck import DuckEngine
from familycard.errors import BuildError
from familycard.families.records import UnitInputs
from familycard.families.units import form_units
from familycard.pack.model import UnitKind

MOTHER, FATHER, CHILD, SECOND, GRANDMOTHER, OTHER = 10, 20, 30, 40, 50, 60


@pytest.fixture
def country() -> Country:
    """A mother, a father and their child at one address, without a marriage."""
    country = Country()
    country.person(MOTHER, "1985-05-05", "home")
    country.person(FATHER, "1984-04-04", "home", sex="M")
    country.person(CHILD, "2015-01-01", "home")
    country.birth(CHILD, MOTHER, FATHER)
    return country


def test_cohabiting_parents_are_one_family_with_their_child(country: Country) -> None:
    assert country.form().families == {(MOTHER, FATHER, CHILD)}


def test_parents_who_never_lived_together_are_two_families_and_the_child_is_with_whom_it_lives(
    country: Country,
) -> None:
    country.persons[0]["address"] = "elsewhere"
    assert country.form().families == {(MOTHER,), (FATHER, CHILD)}


def test_three_generations_in_one_flat_are_one_family_when_the_grandmother_is_alone(country: Country) -> None:
    country.person(GRANDMOTHER, "1955-01-01", "home")
    country.birth(MOTHER, GRANDMOTHER)
    assert country.form().families == {(MOTHER, FATHER, CHILD, GRANDMOTHER)}


def test_grandparents_who_have_each_other_stay_their_own_family_in_the_same_flat(country: Country) -> None:
    country.person(GRANDMOTHER, "1955-01-01", "home")
    country.person(OTHER, "1954-01-01", "home")
    country.marry(GRANDMOTHER, OTHER)
    country.birth(MOTHER, GRANDMOTHER, OTHER)
    assert country.form().families == {(MOTHER, FATHER, CHILD), (GRANDMOTHER, OTHER)}


def test_spouses_at_two_addresses_are_one_family_until_the_divorce(country: Country) -> None:
    country.persons[1]["address"] = "elsewhere"
    country.marry(MOTHER, FATHER)
    assert country.form().families == {(MOTHER, FATHER, CHILD)}
    country.rows["marriages"][0]["ended_on"] = AS_OF
    assert country.form().families == {(MOTHER, CHILD), (FATHER,)}


def test_a_minor_who_studies_away_stays_in_the_family(country: Country) -> None:
    country.persons[2]["address"] = "dormitory"
    country.marry(MOTHER, FATHER)
    assert country.form().families == {(MOTHER, FATHER, CHILD)}


def test_a_shared_address_joins_nobody() -> None:
    country = Country()
    for number in range(1, 200):
        country.person(number, "2004-01-01", "dormitory")
    formed = country.form()
    assert len(formed.families) == 199
    assert formed.unknown == set()


def test_an_adopted_child_is_with_its_adopter_and_not_with_the_parents_of_birth(country: Country) -> None:
    country.person(OTHER, "1980-01-01", "farm")
    country.guard(CHILD, OTHER)
    assert country.form().families == {(MOTHER, FATHER), (CHILD, OTHER)}


def test_a_guardianship_that_ended_joins_nobody(country: Country) -> None:
    country.person(OTHER, "1980-01-01", "farm")
    country.guard(CHILD, OTHER, ended="2024-01-01")
    assert country.form().families == {(MOTHER, FATHER, CHILD), (OTHER,)}


def test_an_elder_sister_may_be_the_guardian(country: Country) -> None:
    country.person(SECOND, "2006-01-01", "flat")
    country.guard(CHILD, SECOND)
    formed = country.form()
    assert formed.families == {(MOTHER, FATHER), (CHILD, SECOND)}
    assert formed.faults == set()


def test_the_child_of_divorced_parents_is_with_the_father_where_it_lives_with_him(country: Country) -> None:
    country.persons[0]["address"] = "elsewhere"
    country.marry(MOTHER, FATHER, ended="2020-01-01")
    formed = country.form()
    assert formed.families == {(MOTHER,), (FATHER, CHILD)}
    assert formed.unknown == set()


def test_an_unmarried_adult_child_is_added_at_home_and_not_elsewhere(country: Country) -> None:
    country.marry(MOTHER, FATHER)
    country.person(SECOND, "2002-01-01", "home")
    country.birth(SECOND, MOTHER, FATHER)
    assert country.form().families == {(MOTHER, FATHER, CHILD, SECOND)}
    country.persons[-1]["address"] = "away"
    assert country.form().families == {(MOTHER, FATHER, CHILD), (SECOND,)}


def test_only_residents_are_members(country: Country) -> None:
    country.persons[1]["is_resident"] = False
    country.marry(MOTHER, FATHER)
    assert country.form().families == {(MOTHER, CHILD)}
    country.persons[1]["is_resident"] = None
    assert country.form().families == {(MOTHER, FATHER, CHILD)}


def test_the_head_is_the_oldest_and_among_twins_the_lowest_number(country: Country) -> None:
    assert country.form().head(CHILD) == FATHER
    country.persons[0]["birth_date"] = country.persons[1]["birth_date"]
    assert country.form().head(CHILD) == MOTHER


def test_a_head_of_known_age_comes_before_one_of_unknown_age(country: Country) -> None:
    country.persons[1]["birth_date"] = None
    country.marry(MOTHER, FATHER)
    formed = country.form()
    assert formed.head(FATHER) == MOTHER


def test_every_membership_keeps_its_evidence_in_the_packs_order(country: Country) -> None:
    country.marry(MOTHER, FATHER)
    row = {"file": 0, "row": 1}
    assert country.form().evidence(MOTHER) == [
        {"tie": "marriage", "via": "marriages", "source": "marriages", **row, "other": FATHER},
        {"tie": "co_parents", "via": "births", "source": "births", **row, "other": FATHER},
        {"tie": "minor_child", "via": "mother", "source": "births", **row, "other": CHILD},
    ]
    assert country.form().evidence(CHILD) == [
        {"tie": "minor_child", "via": "mother", "source": "births", **row, "other": MOTHER}
    ]


def test_a_person_without_ties_is_a_unit_of_one_without_evidence() -> None:
    country = Country()
    country.person(1, "1980-01-01")
    formed = country.form()
    assert formed.engine.rows("from units_family") == [(1, 1, True, "10", None)]
    assert formed.evidence(1) == []


def test_a_kind_that_covers_the_tied_has_no_units_of_one_but_for_those_in_doubt(country: Country) -> None:
    tied = replace(FAMILY, covers="tied", attach=())
    country.person(OTHER, "1970-01-01", "home")
    country.person(SECOND, "1970-01-01", "home")
    country.undecided["births"] = [SECOND]
    formed = country.form(tied)
    assert formed.families == {(MOTHER, FATHER, CHILD), (SECOND,)}
    assert formed.unknown == {SECOND}


def test_whoever_is_excluded_is_in_no_unit_of_the_kind(country: Country) -> None:
    kind = replace(FAMILY, excludes=when("is_in_prison"))
    country.persons[0]["is_in_prison"] = True
    assert country.form(kind).families == {(FATHER, CHILD)}


def test_an_unknown_exclusion_keeps_the_person_and_puts_in_doubt_whoever_may_get_the_child(
    country: Country,
) -> None:
    kind = replace(FAMILY, excludes=when("is_in_prison"))
    country.persons[1]["address"] = "elsewhere"
    country.persons[0]["is_in_prison"] = None
    formed = country.form(kind)
    assert formed.families == {(MOTHER, CHILD), (FATHER,)}
    assert formed.unknown == {MOTHER, FATHER, CHILD}
    assert formed.why(MOTHER) == "exclusion_unknown, undecided_preference:minor_child"


def test_a_household_is_everyone_with_one_value_and_who_has_none_is_alone_and_unknown() -> None:
    country = Country()
    for number, household in [(1, "a"), (2, "b"), (3, "a"), (4, None), (5, None)]:
        country.person(number, "1980-01-01", household)
    formed = country.form(HOUSEHOLD)
    assert formed.families == {(1, 3), (2,), (4,), (5,)}
    assert formed.unknown == {4, 5}
    assert formed.why(4) == "household_unknown"
    assert formed.evidence(3) == [
        {"tie": "household", "via": "population", "source": "population", "file": 0, "row": 3, "other": None}
    ]
    assert formed.evidence(4) == []


def test_a_person_listed_twice_stops_the_build() -> None:
    engine = DuckEngine(threads=1)
    engine.make(
        "persons",
        "select unnest([1, 1])::bigint as person, date '1980-01-01' as birth_date, 'a' as address,"
        " '1' as area, true as is_known, true as is_resident, 'h' as household",
    )
    with pytest.raises(BuildError, match="one row a person"):
        form_units(engine, pack_of(), [UnitKind("alone", {})], UnitInputs("persons", {}), AS_OF)


def test_nothing_of_the_work_stays_in_the_engine(country: Country) -> None:
    engine = country.form().engine
    tables = {row[0] for row in engine.rows("select table_name from information_schema.tables")}
    assert not any(table.startswith("_") for table in tables)
    assert {"members_family", "units_family", "faults"} <= tables
