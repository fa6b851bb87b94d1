"""Parentage that cannot be is dropped and listed, whoever it would join."""

from __future__ import annotations

from dataclasses import replace

from small_country import ADULT_CHILD, FAMILY, MINOR_CHILD, Country, when

ANY_CHILD = replace(
    FAMILY,
    ties=(replace(MINOR_CHILD, when=None, unless=None, prefer=()),),
    attach=(),
)


def family(child: str | None, mother: str | None) -> Country:
    country = Country()
    country.person(1, mother, "a")
    country.person(2, child, "a")
    country.birth(2, 1)
    return country


def test_a_child_older_than_the_parent_is_not_joined() -> None:
    formed = family("2010-01-01", "2012-01-01").form()
    assert formed.families == {(1,), (2,)}
    assert formed.faults == {("child_older_than_parent", 2, 1)}
    assert formed.engine.rows("select kind, source, detail from faults") == [
        (None, "births", "born -730 days after the parent")
    ]


def test_a_parent_younger_than_twelve_at_the_birth_is_a_fault_and_one_of_twelve_is_not() -> None:
    assert family("2012-01-01", "2000-01-02").form().faults == {("child_older_than_parent", 2, 1)}
    formed = family("2012-01-01", "2000-01-01").form()
    assert formed.faults == set()
    assert formed.families == {(1, 2)}


def test_the_fault_is_found_in_grown_up_children_too() -> None:
    country = family("1980-01-01", "1985-01-01")
    country.persons[1]["address"] = "elsewhere"
    assert country.form().faults == {("child_older_than_parent", 2, 1)}


def test_each_pair_is_one_fault_whatever_the_kinds_and_sources() -> None:
    country = family("2010-01-01", "2012-01-01")
    country.birth(2, 1)
    engine = country.form().engine
    country.form(replace(FAMILY, id="other_family"), engine)
    assert len(engine.rows("from faults")) == 1


def test_a_parentage_of_unknown_ages_is_followed_and_its_unit_is_in_doubt() -> None:
    formed = family("2010-01-01", None).form()
    assert formed.families == {(1, 2)}
    assert formed.unknown == {1, 2}
    assert formed.why(1) == "age_unchecked:minor_child"
    assert formed.faults == set()


def circle(*births: str | None) -> Country:
    """Persons 1, 2, … each the parent of the next, and the last the parent of the first."""
    country = Country()
    for number, birth in enumerate(births, 1):
        country.person(number, birth)
        country.birth(number % len(births) + 1, number)
    return country


def test_a_circle_of_parents_that_ages_explain_is_cut_at_the_impossible_tie() -> None:
    formed = circle("1950-01-01", "1975-01-01", "2000-01-01").form(ANY_CHILD)
    assert formed.faults == {("child_older_than_parent", 1, 3), ("cycle_of_parents", 1, 3)}
    assert formed.families == {(1, 2, 3)}
    assert formed.unknown == set()


def test_a_circle_that_ages_cannot_explain_is_cut_where_nobody_knows_them() -> None:
    formed = circle("1950-01-01", "1975-01-01", None).form(ANY_CHILD)
    assert formed.faults == {("cycle_of_parents", 1, 3), ("cycle_of_parents", 3, 2)}
    assert formed.families == {(1, 2), (3,)}
    assert formed.unknown == {1, 2, 3}


def test_what_an_impossible_tie_alone_makes_a_circle_is_not_cut_elsewhere() -> None:
    formed = circle("1950-01-01", None, "2000-01-01").form(ANY_CHILD)
    assert formed.faults == {("child_older_than_parent", 1, 3), ("cycle_of_parents", 1, 3)}
    assert formed.families == {(1, 2, 3)}


def test_unknown_ages_without_a_circle_are_no_fault() -> None:
    country = circle(None, None, None, None)
    country.rows["births"].pop()
    formed = country.form(ANY_CHILD)
    assert formed.faults == set()
    assert formed.families == {(1, 2, 3, 4)}


def test_rows_of_guardians_and_rows_that_do_not_count_are_not_checked() -> None:
    country = Country()
    country.person(1, "1998-01-01")
    country.person(2, "2012-01-01")
    country.person(3, "2015-01-01")
    country.guard(3, 2)
    country.birth(2, 1)
    kind = replace(FAMILY, attach=())
    assert country.form(kind).faults == set()
    mapping = replace(MINOR_CHILD.mappings[0], when=when("father is not null"))
    tie = replace(MINOR_CHILD, mappings=(mapping,), when=None, unless=None)
    country.birth(1, 2)
    assert country.form(replace(FAMILY, ties=(tie,), attach=())).faults == set()


def test_attachments_may_be_parentage_too() -> None:
    country = family("1980-01-01", "1985-01-01")
    attach = replace(ADULT_CHILD, parentage=True)
    formed = country.form(replace(FAMILY, ties=(), attach=(attach,)))
    assert formed.faults == {("child_older_than_parent", 2, 1)}
    assert formed.families == {(1,), (2,)}
