"""A registered bank, its token, and a person who consents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from machines import OTHER, PROGRAMME, Machine, token_of

from familycard.office.accounts.models import User
from familycard.office.api.models import Partner
from familycard.office.api.partners import Registered, register
from familycard.office.cards.answers import adults_behind
from familycard.office.cards.references import person_of
from familycard.office.consents.models import Consent
from familycard.office.consents.services import give
from familycard.snapshot.reader import Reader


@pytest.fixture
def bank(db: None, reader: Reader) -> Registered:
    """A bank that may ask about two programmes."""
    cache.clear()
    return register(reader, "bank", "A bank", "bank", "bank_application", [PROGRAMME, OTHER])


@pytest.fixture
def machine(bank: Registered) -> Machine:
    """The bank's machine, with a token for everything."""
    return Machine(Client(), token_of(bank).json()["access_token"])


@pytest.fixture
def person(accounts: dict[str, User]) -> str:
    """The reference of the demonstration's citizen."""
    return accounts["citizen"].person


@pytest.fixture
def identifier_of(reader: Reader) -> Callable[[str], str]:
    """The number of a person of the registers."""

    def find(reference: str) -> str:
        with reader.engine.connection.cursor() as cursor:
            asked = "select min(value) from serve.identifiers where person = $1"
            return str(cursor.execute(asked, [person_of(reference)]).fetchall()[0][0])

    return find


@pytest.fixture
def others(reader: Reader, person: str) -> list[Consent]:
    """The other adults of the citizen's family let the bank ask about one programme."""
    adults = adults_behind(reader, person_of(person) or 0, PROGRAMME) - {person}
    assert adults, "the programme rests on the data of more than one adult"
    until = timezone.now() + timedelta(days=30)
    return [give(adult, "bank", programme=PROGRAMME, until=until) for adult in sorted(adults)]


@pytest.fixture
def consent(person: str, others: list[Consent]) -> Consent:
    """The citizen lets the bank ask about one programme, as the family's other adults do."""
    return give(person, "bank", programme=PROGRAMME, until=timezone.now() + timedelta(days=30))


@pytest.fixture
def partner(bank: Registered) -> Partner:
    """The bank's registration."""
    return Partner.objects.get(code="bank")
