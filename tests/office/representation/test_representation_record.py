"""What is kept of who may act for whom: two officials, one decision, an end that stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from familycard.office.access.decide import Subject
from familycard.office.accounts.models import Representation, User
from familycard.office.citizen.models import Message
from familycard.office.representation import services
from familycard.office.representation.models import Recorded

pytestmark = pytest.mark.database
SUBJECT, WHO_ACTS = Subject(1, "P" * 32, 1, "3510"), "R" * 32


def document(kind: str = "proxy") -> services.Document:
    """A document that holds from today on for a year."""
    today = timezone.localdate()
    return services.Document(kind, "17", "A notary", today, today + timedelta(days=365))


@pytest.fixture
def recorded(officials: dict[str, User]) -> Recorded:
    """The front desk has written down who wants to act."""
    return services.record(WHO_ACTS, SUBJECT, document(), officials["front_desk"])


def test_nobody_agrees_to_what_they_recorded(recorded: Recorded, officials: dict[str, User]) -> None:
    with pytest.raises(services.NotAllowed):
        services.decide(recorded, officials["front_desk"], agrees=True, words="Fine.")
    assert not Representation.objects.exists()


def test_it_is_decided_once_and_the_person_is_told_of_each_step(
    recorded: Recorded, officials: dict[str, User]
) -> None:
    services.decide(recorded, officials["supervisor"], agrees=True, words="Seen.")
    for agrees in (True, False):
        with pytest.raises(services.NotAllowed):
            services.decide(recorded, officials["commissioner"], agrees=agrees, words="Seen.")
    assert Representation.objects.on(timezone.localdate()).get().person == SUBJECT.reference
    assert Message.objects.filter(person=SUBJECT.reference).count() == 2


def test_what_is_ended_is_over_today_and_cannot_be_agreed_to(
    recorded: Recorded, officials: dict[str, User]
) -> None:
    services.decide(recorded, officials["supervisor"], agrees=True, words="Seen.")
    services.end(recorded, officials["citizen"])
    assert not Representation.objects.on(timezone.localdate()).exists()
    with pytest.raises(services.NotAllowed):
        services.end(recorded, officials["citizen"])
    again = services.record(WHO_ACTS, SUBJECT, document(), officials["front_desk"])
    assert again.pk != recorded.pk
    services.end(again, officials["citizen"])
    with pytest.raises(services.NotAllowed):
        services.decide(again, officials["supervisor"], agrees=True, words="Seen.")


def test_of_one_kind_one_waits(recorded: Recorded, officials: dict[str, User]) -> None:
    by = officials["front_desk"]
    assert services.record(WHO_ACTS, SUBJECT, document(), by) == recorded
    assert services.record(WHO_ACTS, SUBJECT, document("guardian"), by) != recorded
    with pytest.raises(IntegrityError), transaction.atomic():
        Recorded.objects.filter(kind="guardian").update(kind="proxy")
