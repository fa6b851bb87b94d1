"""The periods that laws count income over, as first and last day.

A previous period ends before the as-of date's own month (quarter, year): a figure of an
unfinished month would be too low.
"""

from __future__ import annotations

from datetime import date, timedelta


def period_days(period: str, as_of: date) -> tuple[date, date]:
    """First and last day of a named period, seen from a date.

    >>> period_days("previous_quarter", date(2025, 5, 17))
    (datetime.date(2025, 1, 1), datetime.date(2025, 3, 31))
    """
    month, quarter = as_of.replace(day=1), as_of.replace(month=(as_of.month - 1) // 3 * 3 + 1, day=1)
    year = as_of.replace(month=1, day=1)
    starts_and_ends = {
        "previous_month": (_months_before(month, 1), month),
        "previous_quarter": (_months_before(quarter, 3), quarter),
        "previous_6_months": (_months_before(month, 6), month),
        "previous_12_months": (_months_before(month, 12), month),
        "previous_year": (_months_before(year, 12), year),
        "this_year": (year, as_of + timedelta(days=1)),
        "any": (date(1, 1, 1), as_of + timedelta(days=1)),
    }
    start, end = starts_and_ends[period]
    return start, end - timedelta(days=1)


def _months_before(first_of_month: date, months: int) -> date:
    count = first_of_month.year * 12 + first_of_month.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)
