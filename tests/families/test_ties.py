"""Which ties hold, which are undecided, and what that says of the units at both ends."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_country import FAMILY, MARRIAGE, Country, when

from familycard.errors import ExpressionError

MOTHER, FATHER, CHILD, LONER = 10, 20, 30, 40


@pytest.fixture
def country() -> Country:
    country = Country()
    country.person(MOTHER, "1985-05-05", "home")
    country.person(FATHER, "1984-04-04", "home")
    country.person(CHILD, "2015-01-01", "home")
    country.person(LONER, "1990-01-01", "home")
    country.birth(CHILD, MOTHER, FATHER)
    return country


def test_a_tie_of_unknown_condition_joins_nobody_and_both_units_are_of_unknown_composition(
    country: Country,
) -> None:
    country.persons[2]["birth_date"] = None
    formed = country.form(replace(FAMILY, attach=()))
    assert formed.families == {(MOTHER, FATHER), (CHILD,), (LONER,)}
    assert formed.unknown == {MOTHER, FATHER, CHILD}
    assert ("undecided_tie", CHILD, MOTHER) in formed.faults
    rows = formed.engine.rows(
        "select unit, kind, source, detail from faults where fault = 'undecided_tie' and other = 10"
    )
    assert rows == [(CHILD, "family", "births", "minor_child")]


@pytest.mark.parametrize("known", [True, False])
def test_an_address_that_is_missing_makes_a_shared_address_unknown(country: Country, known: bool) -> None:
    country.persons[1] |= {"address": None, "is_known": known}
    formed = country.form(replace(FAMILY, attach=()))
    assert formed.families == {(MOTHER, CHILD), (FATHER,), (LONER,)}
    assert formed.unknown == {MOTHER, FATHER, CHILD}
    assert "undecided_tie:co_parents" in str(formed.why(FATHER))


def test_a_false_part_decides_whatever_else_is_unknown(country: Country) -> None:
    """An adult is no minor child, even where nobody knows whether he is married."""
    country.persons[2] |= {
        "birth_date": country.persons[0]["birth_date"].replace(year=2003),
        "is_married": None,
    }
    country.rows["births"][0]["father"] = None
    formed = country.form(replace(FAMILY, attach=()))
    assert formed.families == {(MOTHER,), (FATHER,), (CHILD,), (LONER,)}
    assert formed.unknown == set()


def test_an_unknown_unless_is_undecided_and_a_true_one_drops_the_tie(country: Country) -> None:
    country.persons[2]["is_married"] = None
    assert country.form().unknown == {MOTHER, FATHER, CHILD}
    country.persons[2]["is_married"] = True
    formed = country.form()
    assert formed.families == {(MOTHER, FATHER), (CHILD,), (LONER,)}
    assert formed.unknown == set()


def test_a_blank_column_of_a_source_is_absent_and_not_unknown(country: Country) -> None:
    country.marry(MOTHER, LONER)
    formed = country.form()
    assert (MOTHER, LONER) in {tuple(sorted(set(f) & {MOTHER, LONER})) for f in formed.families}
    assert formed.unknown == set()


def test_a_tie_with_oneself_or_with_an_unknown_person_is_no_tie(country: Country) -> None:
    country.row("marriages", spouse_1=LONER, spouse_2=LONER, registered_on="2010-01-01")
    country.row("marriages", spouse_1=LONER, spouse_2=None, registered_on="2010-01-01")
    country.row("marriages", spouse_1=LONER, spouse_2=999, registered_on="2010-01-01")
    formed = country.form()
    assert (LONER,) in formed.families
    assert formed.faults == {("tie_with_oneself", LONER, LONER)}
    assert formed.engine.rows("select kind, unit, source from faults") == [(None, None, "marriages")]


@pytest.mark.parametrize("source", ["births", "population"])
def test_refused_rows_put_the_persons_unit_in_doubt(country: Country, source: str) -> None:
    country.undecided[source] = [CHILD, 999]
    formed = country.form()
    assert formed.unknown == {MOTHER, FATHER, CHILD}
    assert formed.why(MOTHER) == f"refused_rows:{source}"


def test_refused_rows_of_a_source_that_the_kind_does_not_read_put_nothing_in_doubt(country: Country) -> None:
    country.undecided["marriages"] = [CHILD]
    assert country.form(replace(FAMILY, ties=FAMILY.ties[1:])).unknown == set()


def test_a_condition_that_cannot_be_understood_says_so(country: Country) -> None:
    kind = replace(FAMILY, ties=(replace(MARRIAGE, when=when("endd_on is null")),))
    with pytest.raises(ExpressionError, match="ended_on"):
        country.form(kind)
