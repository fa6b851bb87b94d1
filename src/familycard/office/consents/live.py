"""Whether a person consents today."""

from __future__ import annotations

from django.utils import timezone

from familycard.office.consents.models import Consent


def live_consent(person: str, programme: str, partner: str) -> bool:
    """Whether the person (by reference) lets a partner (by code) ask about a programme today."""
    given = Consent.objects.filter(person=person, programme=programme, partner=partner, withdrawn_at=None)
    return given.filter(until__gte=timezone.localdate()).exists()
