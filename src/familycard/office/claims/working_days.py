"""Working days: terms of law are counted in them, without weekends and holidays (`holidays.yaml`).

A term begins on the day after what starts it, and ends with its last working day.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from familycard.office.access.table import Title

FILE = Path(__file__).with_name("holidays.yaml")
SATURDAY = 5


class Holiday(BaseModel):
    """A day of every year on which nobody works; it moves on when it falls on a weekend, if `moves`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    month: int
    day: int
    name: str
    law: str
    moves: bool
    from_year: int = 0
    verified: bool = True


class DayOff(BaseModel):
    """A day off of one year: a feast of the lunar calendar, or a day that the government moved."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on: date
    name: str
    law: str
    verified: bool = True


class Term(BaseModel):
    """How long the law gives, in working days."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    working_days: int
    law: Title


class Calendar(BaseModel):
    """`holidays.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    known: tuple[int, ...]
    """The years whose days off are known."""
    every_year: tuple[Holiday, ...]
    days_off: tuple[DayOff, ...]
    terms: dict[str, Term]


@cache
def calendar() -> Calendar:
    """The country's calendar; pydantic's ValidationError says what makes no sense."""
    return Calendar.model_validate(YAML(typ="safe").load(FILE.read_text(encoding="utf-8")))


def is_working_day(day: date) -> bool:
    """Whether offices work on a day.

    >>> is_working_day(date(2026, 3, 24)), is_working_day(date(2026, 3, 26))
    (False, True)
    """
    return day.weekday() < SATURDAY and day not in _holidays(day.year)


def after_working_days(day: date, count: int) -> date:
    """The last day of a term of so many working days that something starts on a day.

    >>> after_working_days(date(2025, 12, 12), 3)
    datetime.date(2025, 12, 18)
    """
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def due_on(term: str, day: date) -> date:
    """When a term of the calendar ends that something starts on a day."""
    return after_working_days(day, calendar().terms[term].working_days)


def working_days_until(day: date, end: date) -> int:
    """How many working days are left after a day until an end; 0 where it has passed."""
    days = (day + timedelta(days=n) for n in range(1, (end - day).days + 1))
    return sum(map(is_working_day, days))


@cache
def _holidays(year: int) -> frozenset[date]:
    """The days off of a year. A holiday on a weekend gives the next working day (Labour Code art. 85)."""
    known = calendar()
    fixed = [one for one in known.every_year if one.from_year <= year]
    off = {date(year, one.month, one.day) for one in fixed} | {one.on for one in known.days_off}
    for one in sorted(fixed, key=lambda h: (h.month, h.day)):
        day = date(year, one.month, one.day)
        if one.moves and day.weekday() >= SATURDAY:
            while day.weekday() >= SATURDAY or day in off:
                day += timedelta(days=1)
            off.add(day)
    return frozenset(off)
