"""What two people do at the same moment is done once: neither twice, nor refused as a failure of ours.

On PostgreSQL alone: SQLite lets one write at a time, whoever they are.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.db import connection, models
from django.db.models.signals import pre_save

from familycard.office.access.decide import Subject
from familycard.office.accounts.models import User
from familycard.office.administration import services as administration
from familycard.office.administration.models import Change
from familycard.office.administration.record import first_broken
from familycard.office.casework.models import Case
from familycard.office.casework.services import open_case
from familycard.office.claims.models import Claim, HumanRequest
from familycard.office.claims.services import Made, ask_for_a_human, make_claim
from familycard.office.consents.models import Consent
from familycard.office.consents.services import give
from familycard.office.emergency import services as emergency
from familycard.office.representation import services as representation
from familycard.office.representation.models import Recorded
from familycard.pack.types import INTEGER
from familycard.snapshot.facts import Fact

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("rules", "_two_at_once"),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="`make test-postgresql` asks this of PostgreSQL"
    ),
]
PERSON, SUBJECT = "P" * 32, Subject(1, "P" * 32, 1, "3510")
WAIT_SECONDS = 0.2
DAY = date(2026, 12, 1)


@pytest.fixture
def _two_at_once() -> Iterator[None]:
    """Both have looked what there is before either writes, unless one must wait until the other is done."""
    both = threading.Barrier(2)

    def wait(sender: type[models.Model], **_: Any) -> None:
        if sender in (Case, Claim, HumanRequest, Consent, Recorded, Change):
            with suppress(threading.BrokenBarrierError):
                both.wait(WAIT_SECONDS)

    pre_save.connect(wait)
    yield
    pre_save.disconnect(wait)


def at_once(act: Callable[[int], object]) -> list[object]:
    """What an act gives two threads, each with a connection of its own."""

    def alone(number: int) -> object:
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(alone, range(2)))


def test_one_case_is_opened(officials: dict[str, User]) -> None:
    workers = officials["social_worker"], officials["supervisor"]
    one, other = at_once(lambda n: open_case(PERSON, "3510", "unused", workers[n], DAY))
    assert one == other == Case.objects.get()


def test_one_claim_is_made_with_the_words_of_both() -> None:
    fact = Fact("working_cars", {"en": "Working cars"}, 1, INTEGER)
    words = "I sold it.", "It was stolen."
    one, other = at_once(lambda n: make_claim(Made(PERSON, PERSON, fact, "1", "0", words[n])))
    assert one == other == Claim.objects.get()
    told = {step.words.partition("\n")[0] for step in Claim.objects.get().steps.all()}
    assert told == set(words)


def test_one_request_is_made_with_the_words_of_both() -> None:
    words = "Why E?", "And why no aid?"
    one, other = at_once(lambda n: ask_for_a_human(PERSON, PERSON, "", words[n]))
    assert one == other
    assert all(one in HumanRequest.objects.get().words for one in words)


def test_one_consent_is_given_so_that_taking_it_back_takes_back_all() -> None:
    one, other = at_once(lambda _: give(PERSON, "bank", programme="birth_allowance"))
    assert one == other == Consent.objects.get()


def test_one_representation_is_recorded(officials: dict[str, User]) -> None:
    document, by = representation.Document("proxy", "17", "A notary", DAY, None), officials["front_desk"]
    one, other = at_once(lambda _: representation.record("R" * 32, SUBJECT, document, by))
    assert one == other == Recorded.objects.get()


def test_the_record_of_administrators_takes_both(officials: dict[str, User]) -> None:
    by = officials["administrator"]
    at_once(lambda n: administration.create(by, f"a.serikova{n}", "analyst"))
    at_once(lambda n: administration.create(by, f"b.serikova{n}", "analyst"))
    assert [change.sequence for change in Change.objects.order_by("sequence")] == [1, 2, 3, 4]
    assert first_broken() is None


def test_the_last_emergency_of_a_day_is_one(officials: dict[str, User], settings: Any) -> None:
    settings.BREAK_GLASS_A_DAY = 1

    def look(_: int) -> bool:
        with suppress(emergency.TooMany):
            return emergency.break_glass(officials["social_worker"], SUBJECT, "A child is alone") is not None
        return False

    assert sorted(map(bool, at_once(look))) == [False, True]
