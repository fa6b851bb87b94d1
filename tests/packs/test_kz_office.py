"""What packs/kz says for its office: terms of law in working days, over weekends, holidays, and holidays that move."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packs_read import pack_of

from familycard.office.access.purposes import purposes
from familycard.pack.office import OfficeRules

PACK = pack_of("kz")
assert PACK.office is not None
RULES: OfficeRules = PACK.office
CALENDAR = RULES.calendar
DAYS = st.dates(date(2025, 1, 1), date(2027, 11, 30))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2025-12-16", False),  # Independence Day, a Tuesday
        ("2025-12-15", True),
        ("2026-01-07", False),  # Christmas does not move, but nobody works on it
        ("2026-03-09", False),  # 8 March is a Sunday
        ("2026-03-23", False),
        ("2026-03-24", False),  # for 21 March, a Saturday
        ("2026-03-25", False),  # for 22 March, a Sunday
        ("2026-03-26", True),
        ("2026-05-11", False),  # 9 May is a Saturday
        ("2026-05-27", False),  # Kurban Ait
        ("2026-06-06", False),  # a Saturday
    ],
)
def test_days_of_the_calendar(day: str, works: bool) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("day", "count", "end"),
    [
        ("2025-12-12", 3, "2025-12-18"),
        ("2026-03-19", 3, "2026-03-27"),
        ("2026-06-01", 15, "2026-06-22"),
        ("2025-12-30", 1, "2025-12-31"),
        ("2025-12-31", 1, "2026-01-05"),
    ],
)
def test_a_term_begins_on_the_day_after(day: str, count: int, end: str) -> None:
    assert CALENDAR.after_working_days(date.fromisoformat(day), count) == date.fromisoformat(end)


def test_the_terms_of_the_law() -> None:
    assert RULES.due_on("claim", date(2026, 6, 1)) == date(2026, 6, 22)
    assert RULES.due_on("clerical", date(2026, 6, 1)) == date(2026, 6, 4)
    assert all(term.law for term in RULES.terms.values())


@given(DAYS, st.integers(1, 30))
def test_a_term_ends_on_a_working_day_and_counts_back(day: date, count: int) -> None:
    end = CALENDAR.after_working_days(day, count)
    assert CALENDAR.is_working_day(end)
    days = (day + timedelta(days=n) for n in range(1, (end - day).days + 1))
    assert sum(map(CALENDAR.is_working_day, days)) == count


def test_every_year_has_a_plausible_number_of_working_days() -> None:
    for year in CALENDAR.known:
        days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
        assert 240 <= sum(map(CALENDAR.is_working_day, days)) <= 252, year


def test_each_purpose_of_a_look_has_its_law_and_each_owner_of_a_register_its_names() -> None:
    assert RULES.purposes.keys() == purposes().keys()
    assert RULES.owners.keys() == {source.owner for source in PACK.sources.values()}
    assert {frozenset(names) for names in RULES.owners.values()} == {frozenset(PACK.languages)}
