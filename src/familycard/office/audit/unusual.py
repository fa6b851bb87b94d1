"""Looks that are unusual. Advice to ask, never a finding: a night shift looks at night, a big case is looked at often.

What counts as many is measured against others of the same role, so that busy roles do not stand
out as such.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db.models import Count, QuerySet
from django.db.models.functions import ExtractHour, TruncDate

from familycard.office.access.models import BrokenGlass, Look
from familycard.office.access.roles import ANONYMOUS, CITIZEN

MANY_LEAST, MANY_TIMES = 50, 3
"""Persons a day: so many, and so many times the median day of the role."""
NIGHT_FROM, NIGHT_UNTIL, NIGHT_LEAST = 22, 6, 5
"""Hours of the country's time, and looks in them."""
OFTEN_LEAST = 15
"""Looks of one worker at one person."""
BROKEN_LEAST = 3
"""Emergencies of one worker."""


@dataclass(frozen=True)
class Unusual:
    """What stands out: many, night, often or broken_glass; whose looks, in which role, how many, on which day."""

    kind: str
    name: str
    role: str
    count: int
    day: str = ""


def unusual(start: datetime) -> list[Unusual]:
    """All that stands out since a moment, the most first."""
    found = [*_many(start), *_at_night(start), *_often(start), *_broken(start)]
    return sorted(found, key=lambda one: (-one.count, one.kind, one.name))


def _of_officials(start: datetime) -> QuerySet[Look]:
    return Look.objects.filter(at__gte=start).exclude(role__in=(CITIZEN, ANONYMOUS))


def _many(start: datetime) -> list[Unusual]:
    rows = list(
        _of_officials(start)
        .annotate(day=TruncDate("at"))
        .values("name", "role", "day")
        .annotate(persons=Count("looked_at__person", distinct=True))
        .order_by("name", "day")
    )
    by_role: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        by_role[row["role"]].append(row["persons"])
    least = {role: max(MANY_LEAST, MANY_TIMES * median(counts)) for role, counts in by_role.items()}
    return [
        Unusual("many", row["name"], row["role"], row["persons"], row["day"].isoformat())
        for row in rows
        if row["persons"] >= least[row["role"]]
    ]


def _at_night(start: datetime) -> list[Unusual]:
    rows = _of_officials(start).annotate(hour=ExtractHour("at")).values("name", "role", "hour")
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows.annotate(looks=Count("sequence")).order_by():
        if row["hour"] >= NIGHT_FROM or row["hour"] < NIGHT_UNTIL:
            counts[row["name"], row["role"]] += row["looks"]
    return [Unusual("night", name, role, n) for (name, role), n in counts.items() if n >= NIGHT_LEAST]


def _often(start: datetime) -> list[Unusual]:
    rows = (
        _of_officials(start)
        .values("name", "role", "looked_at__person")
        .annotate(looks=Count("sequence"))
        .filter(looks__gte=OFTEN_LEAST)
        .exclude(looked_at__person=None)
        .order_by()
    )
    return [Unusual("often", row["name"], row["role"], row["looks"]) for row in rows]


def _broken(start: datetime) -> list[Unusual]:
    rows = (
        BrokenGlass.objects.filter(at__gte=start)
        .values("user__username", "user__role")
        .annotate(times=Count("pk"))
        .filter(times__gte=BROKEN_LEAST)
        .order_by()
    )
    return [Unusual("broken_glass", row["user__username"], row["user__role"], row["times"]) for row in rows]
