"""Claims that a fact is wrong, and what became of them: counts by register, nothing about anybody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from django.utils import timezone

from familycard.office.claims.models import Claim, HumanRequest
from familycard.office.claims.states import CONFIRMED, CORRECTED, OPEN, WITHDRAWN


@dataclass(frozen=True)
class OfSource:
    """The claims about one register; days are from the claim to its answer, None where none was answered."""

    source: str
    made: int
    waiting: int
    overdue: int
    corrected: int
    confirmed: int
    withdrawn: int
    days_median: int | None
    days_longest: int | None


@dataclass(frozen=True)
class Requests:
    """Requests that a human looks at what was made automatically."""

    made: int
    waiting: int
    overdue: int
    days_median: int | None


@dataclass(frozen=True)
class _Claim:
    state: str
    made_at: datetime
    due_on: date
    answered_at: datetime | None


def claims_by_source() -> list[OfSource]:
    """All claims by register, those with the most overdue first."""
    by_source: dict[str, list[_Claim]] = defaultdict(list)
    rows = Claim.objects.order_by().values_list("source", "state", "made_at", "due_on", "answered_at")
    for source, state, made_at, due_on, answered_at in rows.iterator():
        by_source[source].append(_Claim(state, made_at, due_on, answered_at))
    today = timezone.localdate()
    found = [_of(source, claims, today) for source, claims in by_source.items()]
    return sorted(found, key=lambda one: (-one.overdue, -one.waiting, -one.made, one.source))


def _of(source: str, claims: list[_Claim], today: date) -> OfSource:
    days = _days((one.made_at, one.answered_at) for one in claims)
    return OfSource(
        source=source,
        made=len(claims),
        waiting=sum(one.state in OPEN for one in claims),
        overdue=sum(one.state in OPEN and one.due_on < today for one in claims),
        corrected=sum(one.state == CORRECTED for one in claims),
        confirmed=sum(one.state == CONFIRMED for one in claims),
        withdrawn=sum(one.state == WITHDRAWN for one in claims),
        days_median=round(median(days)) if days else None,
        days_longest=max(days, default=None),
    )


def _days(moments: Iterable[tuple[datetime, datetime | None]]) -> list[int]:
    return [(answered - made).days for made, answered in moments if answered]


def human_requests() -> Requests:
    """All requests for a human together."""
    rows = HumanRequest.objects.order_by().values_list("made_at", "answered_at", "due_on")
    said, today = list(rows), timezone.localdate()
    days = _days((made, answered) for made, answered, _ in said)
    return Requests(
        made=len(said),
        waiting=sum(answered is None for _, answered, _ in said),
        overdue=sum(answered is None and due_on < today for _, answered, due_on in said),
        days_median=round(median(days)) if days else None,
    )
