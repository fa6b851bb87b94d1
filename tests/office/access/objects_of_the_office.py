"""What addresses name: an object of each kind, made about a person, and an example of every other parameter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from familycard.office.access.models import BrokenGlass
from familycard.office.accounts.models import User
from familycard.office.casework.models import Case, Step, Verification
from familycard.office.claims.models import Claim, HumanRequest
from familycard.office.consents.models import Consent
from familycard.office.representation.models import Recorded

DUE = date(2026, 12, 31)
REGISTER = {"source": "vehicles", "owner": "The police", "contact": "vehicles@registers.example"}


def somebody() -> User:
    """A worker of nowhere: what they did gives the demonstration's accounts no case and no emergency."""
    return User.objects.get_or_create(username="somebody", role="social_worker")[0]


def claim(person: str) -> Claim:
    """An open claim about a car."""
    made = {"made_by": person, "words": "I sold this car.", "made_at": timezone.now(), "due_on": DUE}
    return Claim.objects.get_or_create(person=person, fact="working_cars", defaults={**made, **REGISTER})[0]


def human_request(person: str) -> HumanRequest:
    """Somebody asks for a human."""
    made = {"made_by": person, "words": "Why?", "made_at": timezone.now(), "due_on": DUE}
    return HumanRequest.objects.get_or_create(person=person, defaults=made)[0]


def case(person: str) -> Case:
    """An open case that is nobody's yet."""
    made = {"why": "unused", "area": "", "opened_by": somebody(), "due_on": DUE}
    return Case.objects.get_or_create(person=person, defaults=made)[0]


def step(person: str) -> Step:
    """A step of a plan that is to be taken."""
    made = {"by": somebody(), "measure": "open_account", "due_on": DUE}
    return Step.objects.get_or_create(case=case(person), defaults=made)[0]


def verification(person: str) -> Verification:
    """An owner of a register is asked about an address."""
    made = {"by": somebody(), "about": "address", "seen": "They live elsewhere.", "due_on": DUE, **REGISTER}
    return Verification.objects.get_or_create(case=case(person), defaults=made)[0]


def emergency(person: str) -> BrokenGlass:
    """A look in an emergency that is over and waits for its review."""
    over = timezone.now() - timedelta(hours=1)
    made = {"user": somebody(), "area": "", "reason": "A child was alone in the cold.", "at": over}
    return BrokenGlass.objects.get_or_create(person=person, defaults={**made, "until": over})[0]


def consent(person: str) -> Consent:
    """A consent to a bank."""
    made = {"purpose": Consent.PROGRAMME, "receiver": "bank", "given_at": timezone.now()}
    return Consent.objects.get_or_create(person=person, defaults=made)[0]


def representation(person: str) -> Recorded:
    """A power of attorney that waits for a supervisor's word."""
    made = {"area": "", "kind": "proxy", "number": "17", "issued_by": "A notary", "start": date(2026, 1, 1)}
    made |= {"representative": "R" * 32, "recorded_by": somebody()}
    return Recorded.objects.get_or_create(person=person, defaults=made)[0]


MAKERS: dict[str, Callable[[str], Any]] = {
    maker.__name__: maker
    for maker in (claim, human_request, case, step, verification, emergency, consent, representation)
} | {"recorded": representation}
"""By the parameter that names them: an object of each kind about a person; the one that is there already, if it is."""

VALUES: dict[str, object] = {
    "account": 1,
    "area": 1,
    "by": "role",
    "code": 1,
    "fact": "working_cars",
    "fault": "unknown",
    "file": "0" * 12,
    "number": 1,
    "partner": "bank",
    "pk": 1,
    "programme": "asp_unconditional",
    "provider_id": "state",
    "proposal": 1,
    "receipt": "0" * 32,
    "row": 1,
    "sequence": 1,
    "source": "vehicles",
    "token": "token",
    "who": "MQ",
    "worker": 1,
}
"""Other parameters of addresses."""
