"""Until when a document holds by which somebody acts for another, over leap days, birthdays and the law's limits."""

from __future__ import annotations

from datetime import date

import pytest
from packs_read import pack_of

from familycard.office.representation.terms import IsOver, TooLong, last_day
from familycard.pack.office import DocumentTerm

KZ = pack_of("kz").office
assert KZ is not None
PROXY, GUARDIAN = KZ.documents["proxy"], KZ.documents["guardian"]
TODAY = date(2026, 11, 30)
CHILD, ADULT = date(2012, 2, 29), date(1990, 5, 6)


@pytest.mark.parametrize(
    ("term", "start", "said", "born", "last"),
    [
        (PROXY, "2026-11-30", "2029-11-30", ADULT, "2029-11-30"),
        (PROXY, "2026-11-30", None, ADULT, "2027-11-30"),
        (PROXY, "2028-02-29", None, ADULT, "2029-02-28"),
        (PROXY, "2028-02-29", "2031-02-28", ADULT, "2031-02-28"),
        (GUARDIAN, "2020-01-01", None, CHILD, "2030-02-28"),
        (GUARDIAN, "2020-01-01", "2027-05-05", CHILD, "2027-05-05"),
        (GUARDIAN, "2020-01-01", None, ADULT, None),
        (GUARDIAN, "2020-01-01", "2060-01-01", ADULT, "2060-01-01"),
        (GUARDIAN, "2020-01-01", None, None, None),
        (DocumentTerm(), "2020-01-01", None, CHILD, None),
    ],
)
def test_a_document_holds_as_it_says_or_as_the_law_does(
    term: DocumentTerm, start: str, said: str | None, born: date | None, last: str | None
) -> None:
    until = date.fromisoformat(said) if said else None
    found = last_day(term, date.fromisoformat(start), until, born, TODAY)
    assert (found.isoformat() if found else None) == last


@pytest.mark.parametrize(
    ("term", "start", "said", "latest"),
    [
        (PROXY, "2026-11-30", "2029-12-01", "2029-11-30"),
        (PROXY, "2028-02-29", "2031-03-01", "2031-02-28"),
        (GUARDIAN, "2020-01-01", "2030-03-01", "2030-02-28"),
    ],
)
def test_a_longer_one_is_refused_with_the_last_day_that_may_be(
    term: DocumentTerm, start: str, said: str, latest: str
) -> None:
    with pytest.raises(TooLong) as refused:
        last_day(term, date.fromisoformat(start), date.fromisoformat(said), CHILD, TODAY)
    assert refused.value.latest == date.fromisoformat(latest)


def test_what_has_passed_is_over_also_where_it_names_no_day() -> None:
    for said in (date(2026, 11, 29), None):
        with pytest.raises(IsOver):
            last_day(PROXY, date(2025, 1, 1), said, ADULT, TODAY)
    assert last_day(PROXY, date(2025, 1, 1), TODAY, ADULT, TODAY) == TODAY
