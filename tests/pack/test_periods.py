"""Periods end before the as-of date's own month, quarter or year."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from familycard.pack.periods import period_days
from familycard.pack.reading.indicators_file import PERIODS


@pytest.mark.parametrize(
    ("period", "as_of", "start", "end"),
    [
        ("previous_month", "2025-03-31", "2025-02-01", "2025-02-28"),
        ("previous_month", "2024-03-01", "2024-02-01", "2024-02-29"),
        ("previous_month", "2025-01-15", "2024-12-01", "2024-12-31"),
        ("previous_quarter", "2025-05-17", "2025-01-01", "2025-03-31"),
        ("previous_quarter", "2025-01-01", "2024-10-01", "2024-12-31"),
        ("previous_quarter", "2025-12-31", "2025-07-01", "2025-09-30"),
        ("previous_6_months", "2025-03-10", "2024-09-01", "2025-02-28"),
        ("previous_12_months", "2025-03-10", "2024-03-01", "2025-02-28"),
        ("previous_year", "2019-12-31", "2018-01-01", "2018-12-31"),
        ("this_year", "2019-12-31", "2019-01-01", "2019-12-31"),
        ("any", "2019-12-31", "0001-01-01", "2019-12-31"),
    ],
)
def test_a_period_has_these_days(period: str, as_of: str, start: str, end: str) -> None:
    found = period_days(period, date.fromisoformat(as_of))
    assert found == (date.fromisoformat(start), date.fromisoformat(end))


@given(st.sampled_from(PERIODS), st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_a_period_is_never_in_the_future_and_made_of_whole_months(period: str, as_of: date) -> None:
    start, end = period_days(period, as_of)
    assert start <= end <= as_of
    if period.startswith("previous"):
        assert end < as_of.replace(day=1)
        assert start.day == 1 and (end + timedelta(days=1)).day == 1
