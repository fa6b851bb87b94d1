"""The access log as auditors search it. Whoever is named in a search or an answer is seen, and that is logged as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from familycard.office.access.middleware import Access
from familycard.office.access.models import Look, LookedAt


@dataclass(frozen=True)
class Search:
    """What is asked of the log; blank is everything. Days are the country's, both included."""

    first: date | None = None
    last: date | None = None
    role: str = ""
    page: str = ""
    purpose: str = ""
    name: str = ""
    person: str = ""


LAST_DAY = date(9999, 1, 1)
"""No look is later, and a day after the calendar's end cannot be told."""


def looks_found(access: Access, search: Search) -> QuerySet[Look]:
    """The looks that a search finds, the latest first. A search by a person is a look at that person."""
    found = Look.objects.order_by("-sequence")
    if search.first:
        found = found.filter(at__gte=_midnight(search.first))
    if search.last and search.last < LAST_DAY:
        found = found.filter(at__lt=_midnight(search.last + timedelta(days=1)))
    for field in ("role", "page", "purpose", "name"):
        if value := getattr(search, field):
            found = found.filter(**{field: value})
    if search.person:
        access.look([search.person])
        found = found.filter(looked_at__person=search.person)
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def entry(access: Access, sequence: int) -> Look | None:
    """One look with the references of whom it saw."""
    found = Look.objects.filter(pk=sequence).first()
    if found is not None:
        access.look(found.persons)
    return found


def of_person(access: Access) -> QuerySet[LookedAt]:
    """Who looked at the person whom the page is about, the latest first."""
    access.look([access.about.reference])
    return LookedAt.objects.filter(person=access.about.reference).select_related("look").order_by("-look_id")
