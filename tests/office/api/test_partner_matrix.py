"""The authorization matrix of partners' machines: every address × every token × whom it is about.

What is expected is computed here from the text of the table alone, not by the code that decides.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from machines import OTHER, PROGRAMME, Machine, token_of
from oauth2_provider.models import AccessToken
from ruamel.yaml import YAML
from test_matrix import NOBODY, Asked, address

from familycard.office.access.table import FILE
from familycard.office.accounts.models import User
from familycard.office.api.models import Partner, Receipt
from familycard.office.api.partners import Registered, register
from familycard.office.consents.models import Consent
from familycard.snapshot.reader import Reader

PAGES: dict[str, dict[str, Any]] = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))["pages"]
OPERATIONS = [name for name in PAGES if name.startswith("api:")]
SCOPES = {
    "both scopes": {"catalogue", "questions"},
    "catalogue": {"catalogue"},
    "questions": {"questions"},
    "no token": None,
    "expired": None,
    "made up": None,
}
"""What each token allows; None where it is none that counts."""
ABOUT = ("consents", "did not consent", "withdrew", "consented to another partner", "is gone")
PERSON_BY_THE_BODY, PERSON_BY_THE_RECEIPT = "api:questions", "api:question"
NUMBER_OF_NOBODY, RECEIPT_OF_NOTHING = "000000000000", 999


@dataclass
class Known:
    """Persons by what they have to do with the bank: number in the registers, and a receipt about them."""

    numbers: dict[str, str]
    receipts: dict[str, int]


def receipt(partner: Partner, person: str, number: int, programme: str = PROGRAMME) -> int:
    """What the partner was told about a person, some day."""
    said = {"answer": "yes", "as_of": timezone.localdate(), "snapshot": "2025-12-31"}
    made = {"partner": partner, "person": person, "programme": programme}
    return Receipt.objects.create(number=number, **made, **said).number


@pytest.fixture
def known(
    reader: Reader,
    partner: Partner,
    consent: Consent,
    person: str,
    neighbour: str,
    identifier_of: Callable[[str], str],
) -> Known:
    """The citizen consents to one programme, took back the other's consent; the neighbour knows another bank."""
    register(reader, "other", "Another bank", "bank", "bank_application", [PROGRAMME, OTHER])
    given = {"purpose": Consent.PROGRAMME, "given_at": timezone.now()}
    Consent.objects.create(
        person=person, receiver="bank", programme=OTHER, withdrawn_at=timezone.now(), **given
    )
    for programme in (PROGRAMME, OTHER):
        Consent.objects.create(person=neighbour, receiver="other", programme=programme, **given)
    persons = dict(zip(ABOUT, (person, neighbour, person, neighbour, NOBODY), strict=True))
    numbers = {
        about: NUMBER_OF_NOBODY if of == NOBODY else identifier_of(of) for about, of in persons.items()
    }
    receipts = {
        about: receipt(partner, of, 1000 + at, programme_of(about))
        for at, (about, of) in enumerate(persons.items())
        if of != NOBODY
    }
    return Known(numbers, {**receipts, "is gone": RECEIPT_OF_NOTHING})


def programme_of(about: str) -> str:
    return OTHER if about in ("withdrew", "consented to another partner") else PROGRAMME


@pytest.fixture
def tokens(bank: Registered) -> dict[str, str]:
    """A token of each kind."""
    made = {kind: "" for kind in SCOPES}
    for kind in ("expired", "both scopes", "catalogue", "questions"):
        scopes = SCOPES[kind] or {"catalogue", "questions"}
        made[kind] = token_of(bank, " ".join(sorted(scopes))).json()["access_token"]
        if kind == "expired":
            AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    return {**made, "made up": made["both scopes"][::-1]}


def expected(name: str, kind: str, about: str) -> tuple[int, str]:
    """Status and kind of problem that the table's text says; 200 where it grants the page."""
    page, allowed = PAGES[name], SCOPES[kind]
    grant = page["who"].get("partner", "")
    if allowed is None:
        return (200, "") if "everyone" in page["who"] else (401, "no-token")
    if not grant:
        return 403, "not-for-this-role"
    if page.get("oauth_scope", "") not in {"", *allowed}:
        return 403, "insufficient-scope"
    if grant.partition("/")[0] == "open" or about == "consents":
        return 200, ""
    assert grant.partition("/")[0] == "one", "a partner is granted nothing wider than who consents"
    if about == "is gone" and name == PERSON_BY_THE_RECEIPT:
        return 404, "not-found"
    return 403, "no-consent"


def asked(name: str, token: str, about: str, known: Known, bank: Registered) -> tuple[int, str]:
    """Status and kind of problem with which an operation answers."""
    client, headers = Client(), {"Authorization": f"Bearer {token}"} if token else {}
    if name == "api:token":
        secret = {"client_id": bank.client_id, "client_secret": bank.secret}
        answer = client.post("/api/v1/token", {"grant_type": "client_credentials", **secret}, headers=headers)
    elif name == PERSON_BY_THE_BODY:
        body = {"identifier": known.numbers[about], "programme": programme_of(about)}
        answer = client.post("/api/v1/questions", body, "application/json", headers=headers)
    elif name == PERSON_BY_THE_RECEIPT:
        answer = client.get(f"/api/v1/questions/{known.receipts[about]}", headers=headers)
    else:
        answer = client.get(address(name, Asked(about, NOBODY)), headers=headers)
    is_problem = answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].partition("#")[2] if is_problem else ""


def test_each_token_gets_what_the_table_says(tokens: dict[str, str], known: Known, bank: Registered) -> None:
    wrong = []
    for kind, name in itertools.product(SCOPES, OPERATIONS):
        is_about_many = name in (PERSON_BY_THE_BODY, PERSON_BY_THE_RECEIPT)
        for about in ABOUT if is_about_many else ABOUT[:1]:
            with transaction.atomic():
                found = asked(name, tokens[kind], about, known, bank)
                transaction.set_rollback(True)
            if found != expected(name, kind, about):
                wrong.append(f"{kind}: {name}, {about}: {found}, not {expected(name, kind, about)}")
    assert wrong == []


def test_every_operation_about_a_person_is_asked_about_everybody() -> None:
    about = {name for name in OPERATIONS if PAGES[name].get("subject", "nobody") != "nobody"}
    assert about == {PERSON_BY_THE_BODY, PERSON_BY_THE_RECEIPT}


def test_no_token_opens_a_page_for_people(machine: Machine, accounts: dict[str, User], person: str) -> None:
    """Not even one that is for everybody, nor one whose owner is signed in in the same browser."""
    client = Client()
    client.force_login(accounts["citizen"], backend="allauth.account.auth_backends.AuthenticationBackend")
    opened = []
    for name in PAGES:
        if "partner" in PAGES[name]["who"]:
            continue
        for method in (client.get, client.post):
            with transaction.atomic():
                status = method(address(name, Asked("own", person)), headers=machine.headers).status_code
                transaction.set_rollback(True)
            if status != 403:
                opened.append((name, status))
    assert opened == []
