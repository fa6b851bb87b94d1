"""Of whom only a refused row of people is known may live or not, and be anybody: what rests on it is in doubt."""

from __future__ import annotations

from small_country import Country

CHILD, MOTHER, FATHER = 1, 2, 3


def test_a_child_that_may_belong_to_a_mother_of_whom_nothing_is_known_leaves_the_father_in_doubt() -> None:
    country = Country()
    country.person(CHILD, "2015-01-01", "A")
    country.person(MOTHER, None, None, is_known=False, sex=None, is_married=None)
    country.person(FATHER, "1985-01-01", "B", sex="M")
    country.birth(CHILD, MOTHER, FATHER)
    country.undecided["population"] = [MOTHER]
    # The mother may have died: then the child is the father's.
    assert FATHER in country.form().unknown


def test_a_spouse_of_whom_nothing_is_known_leaves_an_earlier_marriage_open() -> None:
    country = Country()
    for number in (1, 2, 3):
        country.person(number, "1985-01-01", "A")
    country.persons[2] |= {"birth_date": None, "is_known": False}
    country.marry(1, 2, "2005-01-01")
    country.marry(1, 3, "2015-01-01")
    country.undecided["population"] = [3]
    assert 2 in country.form().unknown
