"""What waits for an answer: of the worker's area alone; owners answer through supervisors, humans by themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from familycard.office.accounts.models import User
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
