"""Who is left over is added to one person, and chains are followed to their end."""

from __future__ import annotations

from dataclasses import replace

from small_country import ADULT_CHILD, FAMILY, LONE_ELDER, Country


def adults(*births: str, address: str | None = "a") -> Country:
    """Persons 1, 2, … born then, all at one address."""
    country = Country()
    for number, birth in enumerate(births, 1):
        country.person(number, birth, address)
    return country


def test_a_chain_of_leftovers_becomes_one_unit() -> None:
    country = adults("1940-01-01", "1965-01-01", "1990-01-01")
    country.birth(2, 1)
    country.birth(3, 2)
    assert country.form().families == {(1, 2, 3)}


def test_at_most_one_anchor_the_lowest_person_where_nothing_else_decides() -> None:
    country = adults("1960-01-01", "1961-01-01", "1990-01-01")
    country.birth(3, 2, 1)
    country.marry(1, 2, ended="2020-01-01")
    kind = replace(FAMILY, ties=(), attach=(ADULT_CHILD,))
    assert country.form(kind).families == {(1, 3), (2,)}


def test_who_has_a_family_is_not_a_leftover() -> None:
    country = adults("1960-01-01", "1990-01-01", "1991-01-01")
    country.birth(2, 1)
    country.marry(2, 3)
    country.persons[1]["is_married"] = False
    assert country.form(replace(FAMILY, attach=(ADULT_CHILD,))).families == {(1,), (2, 3)}


def test_leftovers_are_counted_anew_before_each_rule() -> None:
    """The elder got her unmarried son by the first rule, so the second does not move her to her daughter."""
    country = adults("1950-01-01", "1975-01-01", "1978-01-01", "1976-01-01")
    country.birth(2, 1)
    country.birth(3, 1)
    country.marry(3, 4)
    assert country.form().families == {(1, 2), (3, 4)}
    assert country.form(replace(FAMILY, attach=(LONE_ELDER, ADULT_CHILD))).families == {(1, 2)} | {(3, 4)}
    country.persons.pop(1)
    assert country.form().families == {(1, 3, 4)}


def test_an_undecided_attachment_matters_only_for_a_leftover() -> None:
    country = adults("1960-01-01", "1990-01-01", "1991-01-01")
    country.persons[0]["address"] = None
    country.birth(2, 1)
    formed = country.form(replace(FAMILY, attach=(ADULT_CHILD,)))
    assert formed.unknown == {1, 2}
    assert formed.faults == {("undecided_tie", 2, 1)}
    country.marry(2, 3)
    country.persons[1]["is_married"] = False
    formed = country.form(replace(FAMILY, attach=(ADULT_CHILD,)))
    assert formed.unknown == set()
    assert formed.faults == set()


def test_doubt_reaches_the_one_to_whom_a_person_would_have_been_added() -> None:
    """Without the child, whose rows are in doubt, the father would be a leftover and his mother's."""
    country = adults("1950-01-01", "1980-01-01", "2015-01-01")
    country.birth(2, 1)
    country.birth(3, None, 2)
    country.undecided["births"] = [3]
    formed = country.form(replace(FAMILY, attach=(ADULT_CHILD,)))
    assert formed.families == {(1,), (2, 3)}
    assert formed.unknown == {1, 2, 3}
    assert formed.why(1) == "undecided_neighbour"


def test_whom_an_unconfirmed_tie_joins_may_have_been_left_over_and_attached() -> None:
    """By a marriage that nobody has confirmed the son is not his mother's any more: it joins, and takes nobody."""
    country = adults("1960-01-01", "1990-01-01", "1991-01-01", "1992-01-01")
    country.birth(2, 1)
    country.marry(2, 3)
    country.persons[1]["is_married"] = False
    kind = replace(FAMILY, attach=(ADULT_CHILD,))
    assert country.form(kind).unknown == set()
    country.unconfirmed["marriages"] = [1]
    formed = country.form(kind)
    assert formed.families == {(1,), (2, 3), (4,)}
    assert formed.unknown == {1, 2, 3}
    assert (formed.why(1), formed.why(2)) == ("undecided_neighbour", "unconfirmed_tie")
