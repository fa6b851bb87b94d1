"""Units that are too big lose their ties of the lowest priority."""

from __future__ import annotations

from dataclasses import replace

from small_country import FAMILY, Country


def big_family(children: int) -> Country:
    """Two parents (1, 2), their minor children (11, 12, …) and one adult child (5) at home."""
    country = Country()
    country.person(1, "1970-01-01", "a")
    country.person(2, "1971-01-01", "a")
    country.marry(1, 2)
    for number in range(11, 11 + children):
        country.person(number, "2015-01-01", "a")
        country.birth(number, 2, 1)
    country.person(5, "2000-01-01", "a")
    country.birth(5, 2, 1)
    return country


def test_a_unit_that_fits_keeps_everyone() -> None:
    formed = big_family(5).form()
    assert formed.families == {(1, 2, 5, 11, 12, 13, 14, 15)}
    assert formed.faults == set()


def test_the_last_attachment_goes_first() -> None:
    formed = big_family(6).form()
    assert formed.families == {(1, 2, 11, 12, 13, 14, 15, 16), (5,)}
    assert formed.faults == {("too_many_members", 5, 1)}
    assert formed.engine.rows("select unit, kind, source, detail from faults") == [
        (5, "family", "births", "adult_child")
    ]
    assert formed.unknown == set()


def test_then_the_ties_of_lower_priority_until_it_fits() -> None:
    formed = big_family(7).form()
    assert formed.families == {(1, 2), (5,), *((n,) for n in range(11, 18))}
    assert len(formed.faults) == 8


def test_what_nothing_mends_falls_apart_into_single_persons() -> None:
    country = Country()
    for number in range(1, 6):
        country.person(number, "1980-01-01", "a")
        country.birth(90, 1, number)
    assert country.form(replace(FAMILY, max_members=4)).families == {(1,), (2,), (3,), (4,), (5,)}


def test_other_units_are_left_alone() -> None:
    country = big_family(7)
    country.person(21, "1970-01-01", "b")
    country.person(22, "2015-01-01", "b")
    country.birth(22, 21)
    assert (21, 22) in country.form().families


def test_one_doubtful_member_puts_all_the_pieces_in_doubt() -> None:
    country = big_family(6)
    country.undecided["births"] = [11]
    formed = country.form()
    assert formed.unknown == {1, 2, 5, *range(11, 17)}
    assert formed.why(5) == "undecided_neighbour"


def test_what_an_unconfirmed_tie_lifts_above_the_size_may_not_have_to_be_cut() -> None:
    country = big_family(6)
    country.unconfirmed["marriages"] = [1]
    formed = country.form()
    assert formed.families == big_family(6).form().families
    assert formed.unknown == {1, 2, 5, *range(11, 17)}
    assert (formed.why(1), formed.why(5)) == ("unconfirmed_tie", "undecided_neighbour")
