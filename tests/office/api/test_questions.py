"""The default question: one person, one programme, a legal basis, a live consent; yes, no or cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from machines import OTHER, PROGRAMME, Machine, problem, token_of

from familycard.office.access.models import Look
from familycard.office.api.models import Partner, Receipt
from familycard.office.api.partners import register
from familycard.office.cards.answers import BY_STATUS, adults_behind
from familycard.office.cards.references import person_of, reference
from familycard.office.cards.sight import is_minor
from familycard.office.consents.models import Consent
from familycard.pack.reading.programmes_file import STATUSES
from familycard.snapshot.reader import Reader

KEYS = {"receipt", "programme", "answer", "as_of", "snapshot", "asked_at", "basis", "disclaimer"}


def test_the_answer_is_what_the_snapshot_says_and_nothing_more(
    machine: Machine, consent: Consent, person: str, identifier_of: Callable[[str], str], reader: Reader
) -> None:
    answer = machine.ask(identifier_of(person))
    assert answer.status_code == 200, answer.content
    said = answer.json()
    number = person_of(person)
    assert number is not None
    statuses = {r.status for r in reader.rights([number]) if r.programme.id == PROGRAMME}
    assert said["answer"] == (BY_STATUS[statuses.pop()] if statuses else "cannot_tell")
    assert set(said) == KEYS
    assert (said["as_of"], said["snapshot"]) == ("2025-12-31", reader.snapshot.path.name)
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_status_of_a_programme_has_an_answer() -> None:
    assert set(BY_STATUS) == set(STATUSES)
    assert {status for status, answer in BY_STATUS.items() if answer == "yes"} == {"eligible"}


def test_each_question_is_a_look_that_the_person_can_read_of(
    machine: Machine, consent: Consent, person: str, identifier_of: Callable[[str], str], partner: Partner
) -> None:
    receipt = machine.ask(identifier_of(person)).json()["receipt"]
    look = Look.objects.get()
    assert (look.sequence, look.persons, look.purpose) == (receipt, [person], "bank_application")
    assert (look.role, look.user, look.name) == ("partner", None, partner.application.client_id)
    assert look.page == "api:questions"
    assert machine.get(f"questions/{receipt}").json()["answer"] == Receipt.objects.get().answer
    assert Look.objects.filter(page="api:question", persons=[person]).count() == 1


def test_without_consent_nobody_learns_who_exists(
    machine: Machine, person: str, identifier_of: Callable[[str], str]
) -> None:
    there, nobody = machine.ask(identifier_of(person)), machine.ask("000000000000")
    assert problem(there) == problem(nobody) == (403, "no-consent")
    assert there.content == nobody.content
    assert dict(there.headers) == dict(nobody.headers)
    assert not Look.objects.exists() and not Receipt.objects.exists()


@pytest.mark.parametrize("change", ["withdrawn", "over", "another programme", "another partner"])
def test_a_consent_that_does_not_live_for_this_question_is_none(
    machine: Machine, consent: Consent, person: str, identifier_of: Callable[[str], str], change: str
) -> None:
    number = identifier_of(person)
    assert machine.ask(number).status_code == 200
    if change == "withdrawn":
        consent.withdrawn_at = timezone.now()
    elif change == "over":
        consent.until = timezone.now() - timedelta(seconds=1)
    elif change == "another programme":
        consent.programme = OTHER
    else:
        consent.receiver = "other"
    consent.save()
    assert problem(machine.ask(number)) == (403, "no-consent")
    assert problem(machine.get(f"questions/{Receipt.objects.get().number}")) == (403, "no-consent")


@pytest.mark.parametrize("change", ["withdrawn", "over", "another programme"])
def test_about_a_family_s_programme_nobody_is_told_anything_until_each_adult_behind_it_agrees(
    machine: Machine,
    consent: Consent,
    others: list[Consent],
    person: str,
    identifier_of: Callable[[str], str],
    change: str,
) -> None:
    number = identifier_of(person)
    receipt = machine.ask(number).json()["receipt"]
    theirs = others[-1]
    if change == "withdrawn":
        theirs.withdrawn_at = timezone.now()
    elif change == "over":
        theirs.until = timezone.now() - timedelta(seconds=1)
    else:
        theirs.programme = OTHER
    theirs.save()
    refused, nobody = machine.ask(number), machine.ask("000000000000")
    assert problem(refused) == (403, "no-consent") and refused.content == nobody.content
    assert problem(machine.get(f"questions/{receipt}")) == (403, "no-consent")


def test_those_behind_an_answer_are_the_adults_of_the_units_that_it_looks_at(
    reader: Reader, person: str
) -> None:
    number = person_of(person) or 0
    unit = reader.unit_of(number, "many_children_family")
    adults = {
        reference(member.person)
        for member in reader.members(unit, "many_children_family")
        if not is_minor(member.birth_date, timezone.localdate())
    }
    assert adults_behind(reader, number, PROGRAMME) == adults
    assert adults_behind(reader, number, OTHER) == {person}, "of a person's programme the person alone"


def test_a_programme_that_the_partner_is_not_registered_for_is_refused_before_the_person_is_looked_up(
    machine: Machine, consent: Consent, person: str, identifier_of: Callable[[str], str]
) -> None:
    consent.programme = "age_pension"
    consent.save()
    for identifier in (identifier_of(person), "000000000000"):
        assert problem(machine.ask(identifier, "age_pension")) == (403, "not-registered")
        assert problem(machine.ask(identifier, "no_such_programme")) == (403, "not-registered")


def test_anothers_receipt_does_not_exist(
    machine: Machine, consent: Consent, person: str, identifier_of: Callable[[str], str], reader: Reader
) -> None:
    receipt = machine.ask(identifier_of(person)).json()["receipt"]
    other = register(reader, "other", "Another bank", "bank", "bank_application", [PROGRAMME])
    consent.pk, consent.receiver = None, "other"
    consent.save()
    theirs = Machine(machine.client, token_of(other).json()["access_token"])
    assert problem(theirs.get(f"questions/{receipt}")) == (404, "not-found")
    assert problem(machine.get("questions/999")) == (404, "not-found")


def test_an_identifier_is_not_repeated_where_the_request_makes_no_sense(machine: Machine) -> None:
    answer = machine.ask("85 01 01")
    assert problem(answer) == (422, "invalid")
    assert "85 01 01" not in answer.content.decode()
    assert answer.json()["errors"][0]["at"] == "body/question/identifier"
