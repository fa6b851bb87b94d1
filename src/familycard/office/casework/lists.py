"""Lists of cases: a worker's own, a team's, what waits for an answer; each page is a few indexed queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from familycard.office.access.decide import Viewer
from familycard.office.access.roles import SOCIAL_WORKER, SUPERVISOR
from familycard.office.accounts.models import AreaOfUser, User
from familycard.office.casework.models import Case, Verification
from familycard.office.casework.services import within
from familycard.office.casework.states import State

PAGE_SIZE = 25


@dataclass(frozen=True)
class CasePage:
    """Some cases, those due first at the top, and behind which case the next page begins."""

    cases: tuple[Case, ...]
    next_after: int | None


@dataclass(frozen=True)
class Load:
    """How much a worker has to do."""

    worker: User
    open: int
    overdue: int
    oldest_days: int | None
    """How long the case that was opened first has been open."""


def open_cases() -> QuerySet[Case]:
    """Cases on which work goes on."""
    return Case.objects.exclude(state=State.CLOSED)


def cases_page(
    worker: int | None,
    after: int | None = None,
    size: int = PAGE_SIZE,
    *,
    areas: tuple[str, ...] | None = None,
) -> CasePage:
    """A page of a worker's open cases (None: nobody's), from behind a case; of those of some areas if they are said.

    Behind one of theirs alone, be it closed by now: where the page begins would tell when another's is due.
    """
    theirs = Case.objects.filter(assigned_to=worker)
    if areas is not None:
        theirs = theirs.filter(within(areas))
    rows = theirs.exclude(state=State.CLOSED).order_by("due_on", "pk")
    last = theirs.filter(pk=after).first() if after is not None else None
    if last is not None:
        rows = rows.filter(Q(due_on__gt=last.due_on) | Q(due_on=last.due_on, pk__gt=last.pk))
    found = tuple(rows[: size + 1])
    return CasePage(found[:size], found[size - 1].pk if len(found) > size else None)


def unassigned(areas: tuple[str, ...]) -> QuerySet[Case]:
    """Open cases of areas that nobody has."""
    return open_cases().filter(within(areas), assigned_to=None)


def unanswered(viewer: Viewer) -> QuerySet[Verification]:
    """Questions to owners of registers that have no answer yet: a worker's own, a supervisor's areas'."""
    rows = Verification.objects.filter(answered_at=None)
    if viewer.role == SUPERVISOR:
        return rows.filter(case__in=Case.objects.filter(within(viewer.areas)))
    return rows.filter(case__assigned_to=viewer.user)


def workers_of(areas: Sequence[str]) -> list[User]:
    """The social workers who serve an area that is one of these codes or lies in it."""
    today = timezone.localdate()
    of_areas = Q(pk__in=[])
    for code in areas:
        of_areas |= Q(area__startswith=code)
    users = AreaOfUser.objects.on(today).filter(of_areas).values("user")
    return list(User.objects.filter(role=SOCIAL_WORKER, is_active=True, pk__in=users).order_by("username"))


def workers_for(area: str) -> list[User]:
    """The social workers who serve an area, also as a part of a larger one."""
    prefixes = [area[:length] for length in range(1, len(area) + 1)]
    users = AreaOfUser.objects.on(timezone.localdate()).filter(area__in=prefixes).values("user")
    return list(User.objects.filter(role=SOCIAL_WORKER, is_active=True, pk__in=users).order_by("username"))


def loads(workers: Sequence[User]) -> list[Load]:
    """How much each worker has to do."""
    today = timezone.localdate()
    rows = (
        open_cases()
        .filter(assigned_to__in=workers)
        .values("assigned_to")
        .annotate(open=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today)), oldest=Min("opened_at"))
    )
    by_worker = {row["assigned_to"]: row for row in rows}
    return [_load(worker, by_worker.get(worker.pk), today) for worker in workers]


def _load(worker: User, row: Mapping[str, Any] | None, today: date) -> Load:
    if row is None:
        return Load(worker, 0, 0, None)
    oldest = timezone.localtime(row["oldest"]).date()
    return Load(worker, row["open"], row["overdue"], (today - oldest).days)


@dataclass(frozen=True)
class Age:
    """How many things have waited between two numbers of days; `most` None: longer than `least`."""

    least: int
    most: int | None
    cases: int
    answers: int

    @property
    def title(self) -> str:
        """The days in words."""
        if self.most is None:
            return _("%(least)s and more") % {"least": self.least}
        return f"{self.least}–{self.most}"


AGES = ((0, 7), (8, 14), (15, 30), (31, 60), (61, None))
"""Days: a week, a fortnight, a month, two, more."""


def ages(areas: tuple[str, ...]) -> list[Age]:
    """How long the open cases of areas, and the questions to owners of registers, have been waiting."""
    cases = open_cases().filter(within(areas))
    asked = Verification.objects.filter(answered_at=None, case__in=Case.objects.filter(within(areas)))
    return [
        Age(least, most, _between(cases, "opened_at", least, most), _between(asked, "at", least, most))
        for least, most in AGES
    ]


def _between(rows: QuerySet[Case] | QuerySet[Verification], since: str, least: int, most: int | None) -> int:
    today = timezone.localdate()
    found = rows.filter(**{f"{since}__date__lte": today - timedelta(days=least)})
    if most is not None:
        found = found.filter(**{f"{since}__date__gte": today - timedelta(days=most)})
    return found.count()
