"""What a country's office needs to know besides its indicators: its working days, the terms of its law, its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from familycard.pack.place import Label

SATURDAY = 5


@dataclass(frozen=True)
class Holiday:
    """A day of every year on which nobody works; it moves on when it falls on a weekend, if `moves`."""

    month: int
    day: int
    name: str
    law: str
    moves: bool
    verified: bool


@dataclass(frozen=True)
class DayOff:
    """A day off of one year: a feast of the lunar calendar, or a day that the government moved."""

    on: date
    name: str
    law: str
    verified: bool


@dataclass(frozen=True)
class Calendar:
    """A country's days off. A term of law is counted in the others, and begins on the day after what starts it."""

    known: tuple[int, ...]
    """The years whose days off are known."""
    holidays: tuple[Holiday, ...]
    days_off: tuple[DayOff, ...]

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on a day."""
        return day.weekday() < SATURDAY and day not in _days_off(self, day.year)

    def after_working_days(self, day: date, count: int) -> date:
        """The last day of a term of so many working days that something starts on a day."""
        while count:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day


@cache
def _days_off(calendar: Calendar, year: int) -> frozenset[date]:
    """The days off of a year; a holiday that moves gives the next working day for a weekend's."""
    off = {date(year, one.month, one.day) for one in calendar.holidays}
    off |= {one.on for one in calendar.days_off}
    for one in sorted(calendar.holidays, key=lambda holiday: (holiday.month, holiday.day)):
        day = date(year, one.month, one.day)
        if one.moves and day.weekday() >= SATURDAY:
            while day.weekday() >= SATURDAY or day in off:
                day += timedelta(days=1)
            off.add(day)
    return frozenset(off)


@dataclass(frozen=True)
class LegalTerm:
    """How long the law gives, in working days."""

    working_days: int
    law: str


@dataclass(frozen=True)
class Complaint:
    """What a person can do who does not agree with an answer."""

    words: Label
    law: str


@dataclass(frozen=True)
class PlanMeasure:
    """Something that can be done for a family: for which need, in which categories it suits, and within how many days."""

    title: Label
    need: str
    categories: str
    within_days: int
    law: str


@dataclass(frozen=True)
class DocumentTerm:
    """How long a document holds by which somebody acts for another, counted from its first day."""

    longest_years: int | None = None
    unsaid_years: int | None = None
    """How long one holds that does not say; None: it has to say."""
    until_majority: bool = False
    """Whether one about a minor ends when they come of age."""
    law: str = ""
    verified: bool = True


@dataclass(frozen=True)
class OfficeRules:
    """``office.yaml``: what the office of a country says and reckons by."""

    purposes: Mapping[str, str]
    """By which law somebody may look at a person, by the office's purpose."""
    terms: Mapping[str, LegalTerm]
    """How long an answer may take, by what is asked for."""
    calendar: Calendar
    complaint: Complaint
    measures: Mapping[str, PlanMeasure] = field(default_factory=dict)
    """What an individual plan can hold, by id."""
    owners: Mapping[str, Label] = field(default_factory=dict)
    """Owners of registers by language, as contracts name them."""
    attributes: Mapping[str, Mapping[str, Label]] = field(default_factory=dict)
    """Words for the values of people's attributes, by attribute, value and language."""
    documents: Mapping[str, DocumentTerm] = field(default_factory=dict)
    """By which somebody acts for another: `guardian`, `proxy`."""

    def citations(self) -> Iterator[str]:
        """Every citation of law."""
        yield from self.purposes.values()
        yield from (term.law for term in self.terms.values())
        yield from (holiday.law for holiday in self.calendar.holidays)
        yield from (day.law for day in self.calendar.days_off)
        yield self.complaint.law
        yield from (measure.law for measure in self.measures.values() if measure.law)
        yield from (document.law for document in self.documents.values())

    def due_on(self, term: str, day: date) -> date:
        """When a term ends that something starts on a day."""
        return self.calendar.after_working_days(day, self.terms[term].working_days)
