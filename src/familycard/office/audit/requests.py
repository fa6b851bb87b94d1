"""The ground by which the commissioner may open one person's log: that person's recorded request."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from familycard.office.access.roles import COMMISSIONER
from familycard.office.accounts.models import User
from familycard.office.audit.models import LogRequest


def record(person: str, document: str, asked_on: date, by: User) -> LogRequest:
    """Write a request down; its ground ends after the term of an answer."""
    return LogRequest.objects.create(
        person=person,
        document=document,
        asked_on=asked_on,
        recorded_by=by,
        recorded_at=timezone.now(),
        until=timezone.localdate() + timedelta(days=settings.LOG_REQUEST_DAYS),
    )


def persons_who_asked(user: User) -> frozenset[str]:
    """Whose log a commissioner may open today; of any other role nobody's."""
    if user.role != COMMISSIONER:
        return frozenset()
    rows = LogRequest.objects.filter(until__gte=timezone.localdate())
    return frozenset(rows.values_list("person", flat=True))
