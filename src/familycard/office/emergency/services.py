"""Breaking the glass, and what follows: the review by the supervisor of where the person lives, the notice to the person.

An identifier that nobody has says so: who stands at a door at night with a mistyped digit must learn that it is
the digit. What could be learned by guessing is bounded: so many attempts a day for each worker, hits and
misses counted together, every one of them on the supervisor's page; after that the supervisor must be asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from familycard.office.access.decide import Subject
from familycard.office.access.models import BrokenGlass
from familycard.office.accounts.models import User
from familycard.office.cards import placed
from familycard.office.casework.services import within
from familycard.office.citizen.models import Message
from familycard.office.emergency.models import Miss
from familycard.snapshot.reader import Reader

LETTER = "looked_in_emergency"
"""The subject of the message that tells the person."""


class TooMany(Exception):
    """The worker has looked at as many persons in emergencies as one may in a day."""


class OwnReview(Exception):
    """Somebody was to review their own emergency."""


@dataclass(frozen=True)
class Notice:
    """What the person is told: when somebody looked in an emergency, in which role, why, and what the review found."""

    at: datetime
    role: str
    reason: str
    is_reviewed: bool
    was_right: bool | None
    finding: str


def left_today(user: User) -> int:
    """How many attempts the worker has left."""
    since = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    hits = BrokenGlass.objects.filter(user=user, at__gte=since).count()
    misses = Miss.objects.filter(user=user, at__gte=since).count()
    return max(settings.BREAK_GLASS_A_DAY - hits - misses, 0)


def break_glass(user: User, subject: Subject | None, reason: str) -> BrokenGlass | None:
    """Open the person's file to the worker for a while; None (and one attempt less) where there is nobody.

    TooMany where no attempt is left. The account's row is locked, so that two requests at once count as two.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if not left_today(user):
            raise TooMany
        if subject is None:
            Miss.objects.create(user=user, reason=reason)
            return None
        now = timezone.now()
        Message.objects.create(person=subject.reference, channel="inbox", subject=LETTER, sent_at=now)
        return BrokenGlass.objects.create(
            user=user,
            person=subject.reference,
            area=subject.area,
            reason=reason,
            at=now,
            until=now + timedelta(minutes=settings.BREAK_GLASS_MINUTES),
        )


def place(reader: Reader) -> None:
    """Bring what waits for a review to where its person lives by the snapshot at hand."""
    placed.place(reader, BrokenGlass.objects.filter(reviewed_at=None))


def to_review(areas: tuple[str, ...]) -> QuerySet[BrokenGlass]:
    """Emergencies of persons of these areas that nobody has reviewed, the first one first."""
    rows = BrokenGlass.objects.filter(within(areas), reviewed_at=None)
    return rows.select_related("user").order_by("at")


def review(glass: BrokenGlass, by: User, was_right: bool, finding: str) -> None:
    """Say whether an emergency was one. OwnReview for who broke the glass; what is reviewed stays as it was found."""
    if glass.user_id == by.pk:
        raise OwnReview
    BrokenGlass.objects.filter(pk=glass.pk, reviewed_at=None).update(
        reviewed_by=by, reviewed_at=timezone.now(), was_right=was_right, finding=finding
    )


def notices(persons: Sequence[str]) -> list[Notice]:
    """What persons are told about looks at them in emergencies, the latest first. It is told at once, not after the review."""
    rows = BrokenGlass.objects.filter(person__in=persons).select_related("user").order_by("-at")
    return [
        Notice(row.at, row.user.role, row.reason, row.reviewed_at is not None, row.was_right, row.finding)
        for row in rows
    ]
