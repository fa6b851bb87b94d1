"""What waits for an answer: of the worker's area alone; owners answer through supervisors, humans by themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from familycard.office.accounts.models import User
from familycard.office.casework import services
from familycard.office.claims.models import Claim, HumanRequest
from familycard.office.claims.services import Made, ask_for_a_human, make_claim
from familycard.snapshot.reader import Reader

SignedIn = Callable[[str], Client]
WORDS = "I have never worked there"


@pytest.fixture
def claim(reader: Reader, citizen: str) -> Claim:
    return make_claim(Made(citizen, citizen, reader.fact_of("wages_month", 1), "1", "", WORDS))


def test_claims_of_elsewhere_do_not_wait_here(
    signed_in: SignedIn, claim: Claim, reader: Reader, elsewhere: str
) -> None:
    there = make_claim(Made(elsewhere, elsewhere, reader.fact_of("wages_month", 1), "1", "", "Elsewhere"))
    asked = ask_for_a_human(elsewhere, elsewhere, "category", "Elsewhere")
    client = signed_in("social_worker")
    page = client.get("/worker/?list=answers").content.decode()
    assert f"/worker/claim/{claim.pk}/" in page
    assert elsewhere not in page and f"/worker/claim/{there.pk}/" not in page
    assert client.get(f"/worker/claim/{there.pk}/").status_code == 404
    assert client.get(f"/worker/request/{asked.pk}/").status_code == 404


def many_claims(person: str, count: int, due_on: date) -> None:
    """Open claims of somebody, each about another fact."""
    made = {"made_by": person, "words": WORDS, "made_at": timezone.now(), "due_on": due_on}
    Claim.objects.bulk_create(Claim(person=person, fact=f"fact_{n}", **made) for n in range(count))


def test_what_waits_elsewhere_hides_nothing_and_what_waits_here_is_paged(
    signed_in: SignedIn, claim: Claim, citizen: str, elsewhere: str, django_assert_max_num_queries: Any
) -> None:
    many_claims(elsewhere, 2_100, date(2020, 1, 1))
    many_claims(citizen, 120, date(2030, 1, 1))
    client = signed_in("supervisor")
    first = client.get("/worker/?list=answers").content.decode()
    assert elsewhere not in first
    assert re.findall(r"/worker/claim/(\d+)/", first)[0] == str(claim.pk), "what is due first stands first"
    assert [len(re.findall("/worker/claim/", one)) for one in (first, page(client, 2), page(client, 3))] == [
        50,
        50,
        21,
    ]
    seen = {key for n in (1, 2, 3) for key in re.findall(r"/worker/claim/(\d+)/", page(client, n))}
    assert len(seen) == 121, "each stands on one page"
    with django_assert_max_num_queries(25):
        page(client, 2)


def page(client: Client, number: int) -> str:
    return client.get(f"/worker/?list=answers&page={number}").content.decode()


def test_what_waits_follows_the_person_to_where_they_live(
    signed_in: SignedIn, claim: Claim, reader: Reader, elsewhere: str
) -> None:
    Claim.objects.filter(pk=claim.pk).update(area="99", placed_in="the snapshot before")
    assert f"/worker/claim/{claim.pk}/" in page(signed_in("social_worker"), 1)
    Claim.objects.filter(pk=claim.pk).update(person=elsewhere, placed_in="the snapshot before")
    assert f"/worker/claim/{claim.pk}/" not in page(signed_in("social_worker"), 1)


def test_of_a_worker_s_cases_all_waits_wherever_they_live(
    signed_in: SignedIn, reader: Reader, elsewhere: str, accounts: dict[str, User]
) -> None:
    there = make_claim(Made(elsewhere, elsewhere, reader.fact_of("wages_month", 1), "1", "", "Elsewhere"))
    services.open_case(elsewhere, "99", "unused", accounts["social_worker"])
    assert f"/worker/claim/{there.pk}/" in page(signed_in("social_worker"), 1)


def test_a_worker_sends_a_claim_on_and_a_supervisor_answers_it(signed_in: SignedIn, claim: Claim) -> None:
    address = f"/worker/claim/{claim.pk}/"
    worker, supervisor = signed_in("social_worker"), signed_in("supervisor")
    assert WORDS in worker.get(address).content.decode()
    worker.post(address, {"to": "corrected", "words": "I think so"})
    worker.post(address, {"to": "with_owner", "words": ""})
    claim.refresh_from_db()
    assert claim.state == "with_owner"
    supervisor.post(address, {"to": "corrected", "words": ""})
    supervisor.post(address, {"to": "corrected", "words": "The fund removed the wrong employer."})
    claim.refresh_from_db()
    assert (claim.state, claim.answer) == ("corrected", "The fund removed the wrong employer.")


def test_a_human_answers_once(signed_in: SignedIn, citizen: str, accounts: dict[str, User]) -> None:
    asked = ask_for_a_human(citizen, citizen, "category", "Why E?")
    client = signed_in("social_worker")
    assert f"/worker/request/{asked.pk}/" in client.get("/worker/?list=answers").content.decode()
    client.post(f"/worker/request/{asked.pk}/", {"words": "Because of two facts, which I have checked."})
    assert client.post(f"/worker/request/{asked.pk}/", {"words": "Something else"}).status_code == 404
    found = HumanRequest.objects.get()
    assert (found.answer, found.answered_by) == (
        "Because of two facts, which I have checked.",
        accounts["social_worker"],
    )
