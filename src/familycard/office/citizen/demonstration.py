"""Something to look at in a made-up country: a consent, a claim, a message, a bank, and somebody to act for."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from familycard.office.access.roles import CITIZEN, FRONT_DESK, SUPERVISOR
from familycard.office.accounts.models import Representation, User
from familycard.office.api.models import Partner
from familycard.office.api.partners import register
from familycard.office.cards.references import person_of, reference
from familycard.office.cards.sight import is_minor
from familycard.office.cards.subjects import subject_of_person
from familycard.office.citizen.models import Message
from familycard.office.claims.services import Made, make_claim
from familycard.office.consents.services import give
from familycard.office.representation.services import Document, decide, record
from familycard.snapshot.reader import Reader

CODE = "FAM2345678"
"""Of the demonstration's message."""
BANK = "bank"
CHECKED = "Нотариат тізілімімен салыстырылды. / Сверено с реестром нотариата."
"""What the demonstration's supervisor says of the power of attorney."""
ASKED_ABOUT = ("age_pension", "birth_allowance", "multi_child_allowance")


def demonstration_data(reader: Reader) -> None:
    """Add to the demonstration's citizen what a citizen's pages can show; once, however often it is asked."""
    citizen = User.objects.get(username=CITIZEN).person
    person = person_of(citizen)
    assert person is not None
    _consents(reader, person)
    _partner(reader)
    fact = reader.fact_of("working_cars", 1)
    words = "I sold this car two years ago. / Бұл көлікті екі жыл бұрын саттым."
    make_claim(Made(citizen, citizen, fact, said="1", claimed="0", words=words))
    sent = {"person": citizen, "channel": "sms", "subject": "offer", "sent_at": timezone.now()}
    Message.objects.get_or_create(code=CODE, defaults=sent)
    _representation(reader, citizen, reader.unit_of(person))


def _consents(reader: Reader, person: int) -> None:
    """The other adults of the family agree, so that its points can be seen."""
    for member in reader.members(reader.unit_of(person)):
        if member.person != person and not is_minor(member.birth_date, timezone.localdate()):
            give(reference(member.person), reference(person))


def _partner(reader: Reader) -> None:
    """A bank that may ask about three programmes, once a citizen agrees. Nobody learns the secret of its machine."""
    if not Partner.objects.filter(code=BANK).exists():
        register(reader, BANK, "Дала Банк", "bank", "bank_application", ASKED_ABOUT)


def _representation(reader: Reader, citizen: str, own: int) -> None:
    """A power of attorney of the head of a neighbouring family: one official recorded it, another agreed."""
    other = next(unit for unit in range(own + 1, own + 1000) if _has_members(reader, unit))
    principal = subject_of_person(reader, reader.members(other)[0].person)
    if principal is None or Representation.objects.filter(representative=citizen).exists():
        return
    today = timezone.localdate()
    document = Document(Representation.PROXY, "1-2345", "notary", today, today + timedelta(days=365))
    recorded = record(citizen, principal, document, User.objects.get(username=FRONT_DESK))
    decide(recorded, User.objects.get(username=SUPERVISOR), agrees=True, words=CHECKED)


def _has_members(reader: Reader, unit: int) -> bool:
    return bool(reader.members(unit))
