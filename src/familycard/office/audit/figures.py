"""How often was looked, by day, role and purpose: counts of looks and of persons seen, nothing about anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F
from django.db.models.functions import TruncDate
from django.utils import timezone

from familycard.office.access.models import Look

BY = ("day", "role", "purpose")
DAYS = 30


@dataclass(frozen=True)
class Figure:
    """Looks of a day, a role or a purpose, and how many persons they saw (each as often as seen)."""

    of: str
    looks: int
    persons: int


def since(days: int = DAYS) -> datetime:
    """The beginning of the day so many days ago, today being the last of them."""
    day = timezone.localdate() - timedelta(days=days - 1)
    return timezone.make_aware(datetime.combine(day, time.min))


def figures(by: str, start: datetime) -> Sequence[Figure]:
    """The figures by one of `BY`: days in their order (those without a look, too), others the commonest first."""
    looks = Look.objects.filter(at__gte=start)
    of = TruncDate("at") if by == "day" else F(by)
    rows = looks.annotate(of=of).values("of")
    counted = rows.annotate(looks=Count("sequence", distinct=True), persons=Count("looked_at")).order_by("of")
    found = [Figure(str(row["of"]), row["looks"], row["persons"]) for row in counted]
    if by != "day":
        return sorted(found, key=lambda one: (-one.looks, one.of))
    return _every_day(found, timezone.localdate(start))


def _every_day(found: Sequence[Figure], first: date) -> list[Figure]:
    by_day = {one.of: one for one in found}
    days = (timezone.localdate() - first).days + 1
    return [
        by_day.get(day, Figure(day, 0, 0))
        for day in ((first + timedelta(days=n)).isoformat() for n in range(days))
    ]
