"""A citizen agrees on a page that a bank is told about one programme, for a year at most, and takes it back there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from machines import OTHER, PROGRAMME, Machine, problem

from familycard.office.access.middleware import ACTING_FOR
from familycard.office.accounts.models import Representation
from familycard.office.api.models import Partner
from familycard.office.cards.current import current
from familycard.office.consents.models import Consent
from familycard.office.consents.services import give
from familycard.snapshot.reader import Reader

CONSENTS, BANK = "/my/consents/", "/my/consents/partners/bank/"


@pytest.fixture
def citizen(signed_in: Callable[[str], Client]) -> Client:
    """The demonstration's citizen, who reads English."""
    client = signed_in("citizen")
    client.cookies["language"] = "en"
    return client


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def agreed(programme: str, days: int = 365) -> dict[str, str | int]:
    """What is sent by who agrees for some days."""
    day = timezone.localdate() + timedelta(days=days)
    return {
        "programme": programme,
        "last_day-day": day.day,
        "last_day-month": day.month,
        "last_day-year": day.year,
    }


def test_the_bank_is_answered_by_consent_alone_and_no_longer_once_it_is_withdrawn(
    machine: Machine,
    citizen: Client,
    person: str,
    others: list[Consent],
    identifier_of: Callable[[str], str],
    reader: Reader,
) -> None:
    number = identifier_of(person)
    assert problem(machine.ask(number)) == (403, "no-consent")
    assert BANK in page(citizen, CONSENTS) and "yes, no or cannot tell" in page(citizen, BANK)
    citizen.post(BANK, agreed(PROGRAMME))
    assert machine.ask(number).status_code == 200
    assert problem(machine.ask(number, OTHER)) == (403, "no-consent"), "it was for one programme"
    assert f"A bank: {reader.pack.programmes[PROGRAMME].title['en']}" in page(citizen, CONSENTS)
    assert f'value="{PROGRAMME}"' not in page(citizen, BANK), "what is agreed to is not asked for again"
    citizen.post(f"{CONSENTS}{Consent.objects.get(person=person, receiver='bank').pk}/withdraw/")
    assert problem(machine.ask(number)) == (403, "no-consent")
    assert "withdrawn on" in page(citizen, CONSENTS)


@pytest.mark.parametrize(("days", "is_given"), [(-1, False), (0, True), (365, True), (366, False)])
def test_it_ends_with_a_day_within_a_year(
    bank: object, citizen: Client, person: str, days: int, is_given: bool
) -> None:
    citizen.post(BANK, agreed(PROGRAMME, days))
    found = Consent.objects.filter(person=person, receiver="bank").first()
    assert (found is not None) == is_given
    if found is not None:
        assert found.until is not None
        assert timezone.localtime(found.until).date() == timezone.localdate() + timedelta(days=days + 1)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_page_cites_the_law_of_the_question(
    bank: object, citizen: Client, reader: Reader, language: str
) -> None:
    citizen.cookies["language"] = language
    law = current().rules().purposes["bank_application"]
    assert f"({reader.pack.cite(law, language)})" in page(citizen, BANK)


def test_the_page_proposes_a_year(bank: object, citizen: Client) -> None:
    day = timezone.localdate() + timedelta(days=365)
    assert f'name="last_day-year" type="text" value="{day.year}"' in page(citizen, BANK)


def test_one_that_is_over_has_nothing_to_withdraw(bank: object, citizen: Client, person: str) -> None:
    consent = give(person, "bank", programme=PROGRAMME, until=timezone.now() - timedelta(days=1))
    shown = page(citizen, CONSENTS)
    assert "A bank: " in shown and f"{CONSENTS}{consent.pk}/withdraw/" not in shown


def test_only_what_the_bank_would_be_answered_about_is_asked_for(
    partner: Partner, citizen: Client, person: str
) -> None:
    citizen.post(BANK, agreed("age_pension"))
    assert not Consent.objects.filter(person=person, receiver="bank").exists(), "not in the registration"
    assert citizen.get(f"{CONSENTS}partners/no-such/").status_code == 404
    Partner.objects.update(programmes=["guardian_allowance"])
    assert citizen.get(BANK).status_code == 404, "nobody is answered about what rests on sealed facts"
    Partner.objects.update(programmes=[PROGRAMME], end=timezone.localdate())
    assert citizen.get(BANK).status_code == 404, "the registration is over"
    assert BANK not in page(citizen, CONSENTS)


def test_a_proxy_cannot_give_it(bank: object, citizen: Client, person: str, neighbour: str) -> None:
    proxy = {"representative": person, "kind": Representation.PROXY, "ground": "a document"}
    Representation.objects.create(person=neighbour, start=timezone.localdate(), **proxy)
    session = citizen.session
    session[ACTING_FOR] = neighbour
    session.save()
    assert citizen.get(BANK).status_code == 404
    assert citizen.post(BANK, agreed(PROGRAMME)).status_code == 404
    assert BANK not in page(citizen, CONSENTS) and not Consent.objects.filter(receiver="bank").exists()
