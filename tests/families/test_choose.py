"""At most one parent for a child, at most one spouse for everyone."""

from __future__ import annotations

from dataclasses import replace

from small_country import FAMILY, MARRIAGE, MINOR_CHILD, Country, when

from familycard.pack.model import Expression, UnitKind

CHILD_ONLY = UnitKind("family", {}, ties=(MINOR_CHILD,))
COUPLES = UnitKind("family", {}, ties=(MARRIAGE,))


def people(*addresses: str | None) -> Country:
    """Adults 1, 2, … at these addresses."""
    country = Country()
    for number, address in enumerate(addresses, 1):
        country.person(number, "1980-01-01", address)
    return country


def parents(mother_address: str | None, father_address: str | None) -> Country:
    country = people(mother_address, father_address)
    country.person(9, "2015-01-01", "a")
    country.birth(9, 1, 2)
    return country


def test_the_first_matching_preference_wins() -> None:
    assert parents("a", "b").form(CHILD_ONLY).families == {(1, 9), (2,)}
    assert parents("b", "a").form(CHILD_ONLY).families == {(2, 9), (1,)}
    assert parents("b", "c").form(CHILD_ONLY).families == {(1, 9), (2,)}


def test_where_nothing_else_decides_the_lowest_person_wins() -> None:
    country = people("a", "a")
    country.person(9, "2015-01-01", "a")
    country.birth(9, 2, 1)
    assert country.form(CHILD_ONLY).families == {(1, 9), (2,)}


def test_an_unknown_preference_that_may_come_first_keeps_the_best_known_and_puts_both_in_doubt() -> None:
    formed = parents(None, "a").form(CHILD_ONLY)
    assert formed.families == {(2, 9), (1,)}
    assert formed.unknown == {1, 2, 9}, "the mother may live with the child too, and has the lower number"
    assert formed.why(1) == "undecided_preference:minor_child"


def test_a_preference_that_only_an_unconfirmed_row_decides_is_no_reason_to_move_a_child() -> None:
    married_first = (replace(MINOR_CHILD.prefer[0], id="married", when=Expression("parent.is_married")),)
    kind = replace(CHILD_ONLY, ties=(replace(MINOR_CHILD, prefer=(*married_first, *MINOR_CHILD.prefer)),))
    country = parents("a", "a")
    country.persons[1]["is_married"] = True
    assert country.form(kind).families == {(2, 9), (1,)}
    country.unsure["is_married"] = [2]
    formed = country.form(kind)
    assert formed.families == {(1, 9), (2,)}
    assert formed.unknown == {1, 2, 9}


def test_an_unknown_preference_that_cannot_come_first_is_no_doubt() -> None:
    formed = parents("a", None).form(CHILD_ONLY)
    assert formed.families == {(1, 9), (2,)}
    assert formed.unknown == set(), "the father may live there too, but comes after the mother all the same"


def test_among_equal_preferences_the_latest_start_wins_and_no_start_comes_last() -> None:
    tie = replace(MARRIAGE, at_most_one=None, prefer=(replace(MINOR_CHILD.prefer[3], id="any"),))
    country = people("a", "b", "c", "d")
    country.row("marriages", spouse_1=1, spouse_2=2, registered_on="2010-01-01")
    country.row("marriages", spouse_1=1, spouse_2=3, registered_on="2012-01-01")
    country.row("marriages", spouse_1=1, spouse_2=4, registered_on=None)
    assert country.form(replace(COUPLES, ties=(tie,))).families == {(1, 3), (2,), (4,)}


def test_of_two_marriages_at_once_the_later_holds_and_the_other_is_a_fault() -> None:
    country = people("a", "b", "c")
    country.marry(1, 2, "2010-01-01")
    country.marry(3, 1, "2015-01-01")
    formed = country.form(COUPLES)
    assert formed.families == {(1, 3), (2,)}
    assert formed.faults == {("two_marriages_at_once", 1, 2)}
    assert formed.unknown == set()


def test_one_couple_recorded_twice_either_way_round_is_no_fault() -> None:
    country = people("a", "b")
    country.marry(1, 2, "2010-01-01")
    country.marry(2, 1, "2010-01-01")
    country.marry(1, 2, "2015-01-01")
    formed = country.form(COUPLES)
    assert formed.families == {(1, 2)}
    assert formed.faults == set()
    assert len(formed.evidence(1)) == 3


def test_a_couple_holds_only_where_each_is_the_others_best() -> None:
    country = people("a", "b", "c", "d")
    country.marry(1, 2, "2015-01-01")
    country.marry(2, 3, "2014-01-01")
    country.marry(3, 4, "2013-01-01")
    formed = country.form(COUPLES)
    assert formed.families == {(1, 2), (3,), (4,)}
    assert formed.faults == {("two_marriages_at_once", 2, 3), ("two_marriages_at_once", 3, 4)}


def test_at_most_one_for_the_first_role_leaves_the_second_free() -> None:
    kind = replace(COUPLES, ties=(replace(MARRIAGE, at_most_one="first", rule=None),))
    country = people("a", "b", "c", "d")
    country.marry(1, 3, "2010-01-01")
    country.marry(2, 3, "2011-01-01")
    country.marry(1, 4, "2012-01-01")
    formed = country.form(kind)
    assert formed.families == {(2, 3), (1, 4)}
    assert formed.faults == set()


def test_a_fault_of_the_records_stands_once_however_many_kinds_come_upon_it() -> None:
    country = people("a", "b", "c")
    country.marry(1, 2, "2010-01-01")
    country.marry(3, 1, "2015-01-01")
    engine = country.form(FAMILY).engine
    country.form(replace(COUPLES, id="couple"), engine)
    country.form(FAMILY, engine)
    assert engine.rows("select fault, person, other, unit, kind, source from faults") == [
        ("two_marriages_at_once", 1, 2, None, None, "marriages")
    ]


def test_a_second_marriage_that_may_not_count_puts_the_first_in_doubt() -> None:
    country = people("a", "b", "c")
    country.marry(1, 2, "2010-01-01")
    country.marry(3, 1, "2015-01-01")
    country.persons[2]["is_in_prison"] = None
    formed = country.form(replace(COUPLES, excludes=when("is_in_prison")))
    assert formed.families == {(1, 3), (2,)}
    assert formed.unknown == {1, 2, 3}
