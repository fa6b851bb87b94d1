"""Giving, asking for and withdrawing consents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from familycard.office.access.in_turn import in_turn
from familycard.office.consents.models import Consent


@transaction.atomic
def give(person: str, receiver: str, *, programme: str = "", until: datetime | None = None) -> Consent:
    """Write down a consent: to a member of the family, or, with a programme, to a partner.

    The one that lives already, if there is one.
    """
    in_turn("consent", person, receiver)
    purpose = Consent.PROGRAMME if programme else Consent.FAMILY
    known = live_consent(person, programme or Consent.FAMILY, receiver)
    return known or Consent.objects.create(
        person=person,
        purpose=purpose,
        receiver=receiver,
        programme=programme,
        given_at=timezone.now(),
        until=until,
    )


def live_consent(person: str, purpose: str, partner: str) -> Consent | None:
    """The consent of a person that holds now, for a programme's id (or `family`) and a partner; None without one."""
    rows = Consent.objects.live(timezone.now()).filter(person=person, receiver=partner)
    if purpose == Consent.FAMILY:
        return rows.filter(purpose=Consent.FAMILY).first()
    return rows.filter(purpose=Consent.PROGRAMME, programme=purpose).first()


def have_all_agreed(persons: Iterable[str], programme: str, partner: str) -> bool:
    """Whether of each of these persons a consent lives that the partner is told about the programme."""
    asked = set(persons)
    rows = Consent.objects.live(timezone.now()).filter(
        person__in=asked, receiver=partner, purpose=Consent.PROGRAMME, programme=programme
    )
    return bool(asked) and asked == set(rows.values_list("person", flat=True))


def withdraw(consent: Consent) -> None:
    """Take a consent back: it holds no longer, from this moment on."""
    Consent.objects.filter(pk=consent.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())


def agreed_to_be_seen_by(viewer: str, others: Iterable[str]) -> frozenset[str]:
    """Of others, those who agreed that the viewer sees their data on the family's card."""
    rows = Consent.objects.live(timezone.now()).filter(
        receiver=viewer, purpose=Consent.FAMILY, person__in=list(others)
    )
    return frozenset(rows.values_list("person", flat=True))
