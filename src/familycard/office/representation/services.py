"""Who may act for whom: one official records a document, another agrees, and the person is told of each step.

Two people, because whoever acts for a person sees their data: one official who was deceived, or bribed, opens
nobody's. Everything is told to the person at once, so that who never gave a power can say so before it counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from familycard.office.access.decide import Subject
from familycard.office.access.in_turn import in_turn
from familycard.office.accounts.models import Representation, User
from familycard.office.cards import placed
from familycard.office.casework.services import within
from familycard.office.citizen.models import Message
from familycard.office.representation.models import Recorded
from familycard.snapshot.reader import Reader

LETTER = "representation"
"""The subject of the messages that tell the person."""


class NotAllowed(Exception):
    """A step that this account may not take, or that was taken already."""


@dataclass(frozen=True)
class Document:
    """What the official saw."""

    kind: str
    number: str
    issued_by: str
    start: date
    end: date | None


@transaction.atomic
def record(representative: str, principal: Subject, document: Document, by: User) -> Recorded:
    """Write down what a document says; it gives nothing until another official agrees. The one that waits, if one does."""
    in_turn("representation", principal.reference, representative)
    waiting = Recorded.objects.filter(
        person=principal.reference,
        representative=representative,
        kind=document.kind,
        decided_at=None,
        ended_at=None,
    ).first()
    if waiting is not None:
        return waiting
    _tell(principal.reference)
    return Recorded.objects.create(
        person=principal.reference,
        representative=representative,
        area=principal.area,
        kind=document.kind,
        number=document.number,
        issued_by=document.issued_by,
        start=document.start,
        end=document.end,
        recorded_by=by,
    )


@transaction.atomic
def decide(recorded: Recorded, by: User, *, agrees: bool, words: str) -> Recorded:
    """The second official's word; NotAllowed for who recorded it, and where it was decided or ended already."""
    found = Recorded.objects.select_for_update().get(pk=recorded.pk)
    if not found.waits or found.recorded_by_id == by.pk:
        raise NotAllowed
    found.decided_by, found.decided_at, found.words = by, timezone.now(), words
    if agrees:
        found.representation = Representation.objects.create(
            representative=found.representative,
            person=found.person,
            kind=found.kind,
            ground=f"№ {found.number}, {found.issued_by}",
            start=found.start,
            end=found.end,
        )
    found.save()
    _tell(found.person, found.representative)
    return found


@transaction.atomic
def end(recorded: Recorded, by: User) -> None:
    """From now on nobody acts by it; NotAllowed where nothing is left to end."""
    found = Recorded.objects.select_for_update().get(pk=recorded.pk)
    if not found.can_be_ended:
        raise NotAllowed
    found.ended_at, found.ended_by = timezone.now(), by
    found.save(update_fields=["ended_at", "ended_by"])
    if found.representation is not None:
        given = found.representation
        given.end = max(timezone.localdate(), given.start)
        given.save(update_fields=["end"])
    _tell(found.person, found.representative)


def step_back(recorded: Recorded, by: User) -> None:
    """Who acts by a power of attorney need not go on; the person is told, as of every end.

    NotAllowed for anybody else, for a guardianship, which its maker alone takes back, and where it is over.
    """
    if recorded.is_guardianship or not recorded.is_in_force or by.person != recorded.representative:
        raise NotAllowed
    end(recorded, by)


def place(reader: Reader) -> None:
    """Bring what waits or holds to where its person lives by the snapshot at hand: that supervisor, and no other, has it."""
    placed.place(reader, Recorded.objects.filter(_waits() | _holds()))


def to_decide(areas: tuple[str, ...]) -> QuerySet[Recorded]:
    """What waits about persons of these areas, the first one first."""
    rows = Recorded.objects.filter(_waits(), within(areas))
    return rows.select_related("recorded_by").order_by("recorded_at", "pk")


def in_force(areas: tuple[str, ...]) -> QuerySet[Recorded]:
    """What holds today or later about persons of these areas, the latest first."""
    rows = Recorded.objects.filter(_holds(), within(areas))
    return rows.select_related("representation", "recorded_by")


def about(person: str) -> QuerySet[Recorded]:
    """All that was ever recorded about somebody, the latest first."""
    rows = Recorded.objects.filter(person=person)
    return rows.select_related("representation", "recorded_by", "decided_by", "ended_by")


def to_know(person: str) -> int:
    """How many wait or hold: what the person reads of on their first page."""
    return Recorded.objects.filter(_waits() | _holds(), person=person).count()


def _waits() -> Q:
    return Q(decided_at=None, ended_at=None)


def _holds() -> Q:
    return Q(representation__end=None, representation__isnull=False) | Q(
        representation__end__gt=timezone.localdate()
    )


def _tell(*persons: str) -> None:
    now = timezone.now()
    Message.objects.bulk_create(
        Message(person=one, channel="inbox", subject=LETTER, sent_at=now) for one in persons
    )
