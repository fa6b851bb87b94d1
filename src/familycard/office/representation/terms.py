"""Until when a document holds by which somebody acts for another: as it says, and never longer than the law lets it.

What the law lets is the country pack's to say (`documents` of its ``office.yaml``).
"""

from __future__ import annotations

from datetime import date, timedelta

from familycard.pack.office import DocumentTerm
from familycard.snapshot.parents import MAJORITY_YEARS


class TooLong(Exception):
    """A document's last day lies behind the last one that the law lets it have."""

    def __init__(self, latest: date) -> None:
        super().__init__(latest)
        self.latest = latest


class IsOver(Exception):
    """A document's last day has passed."""

    def __init__(self, last: date) -> None:
        super().__init__(last)
        self.last = last


def last_day(
    term: DocumentTerm, start: date, said: date | None, born: date | None, today: date
) -> date | None:
    """The last day on which a document holds that begins on a day and says a last one, or none; None: nothing ends it.

    `born` is when the one was born who is acted for. TooLong or IsOver where it cannot be recorded so.
    """
    latest = _earliest(_years_after(start, term.longest_years), _minority(term, start, born))
    if said is not None and latest is not None and said > latest:
        raise TooLong(latest)
    unsaid = _earliest(_years_after(start, term.unsaid_years), _minority(term, start, born))
    last = said or unsaid
    if last is not None and last < today:
        raise IsOver(last)
    return last


def _minority(term: DocumentTerm, start: date, born: date | None) -> date | None:
    """The last day before majority, where that ends it: a guardian of an adult acts as the court's decision says."""
    if not term.until_majority or born is None or majority_of(born) <= start:
        return None
    return majority_of(born) - timedelta(days=1)


def majority_of(born: date) -> date:
    """The day on which somebody comes of age; of who was born on a 29 February, 1 March.

    >>> str(majority_of(date(2008, 2, 29))), str(majority_of(date(2010, 5, 6)))
    ('2026-03-01', '2028-05-06')
    """
    try:
        return born.replace(year=born.year + MAJORITY_YEARS)
    except ValueError:
        return date(born.year + MAJORITY_YEARS, 3, 1)


def _years_after(day: date, years: int | None) -> date | None:
    """A term of years ends in the same month and on the same day, else on the last of the month."""
    if years is None:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=day.day - 1)


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)
