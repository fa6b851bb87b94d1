"""Claims and requests that are open, and that they wait where their person lives (`cards/placed.py`)."""

from __future__ import annotations

from django.db.models import QuerySet

from familycard.office.cards import placed
from familycard.office.claims.models import Claim, HumanRequest
from familycard.office.claims.states import OPEN
from familycard.snapshot.reader import Reader


def open_claims() -> QuerySet[Claim]:
    """Claims that wait for their answer."""
    return Claim.objects.filter(state__in=OPEN)


def open_requests() -> QuerySet[HumanRequest]:
    """Requests for a human that nobody has answered."""
    return HumanRequest.objects.filter(answered_at=None)


def place(reader: Reader) -> None:
    """Bring what is open to where its person lives by the snapshot at hand."""
    placed.place(reader, open_claims(), open_requests())
