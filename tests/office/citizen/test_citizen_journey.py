"""A citizen's way: the category and why, a right, a fact that is wrong, a human, consents, and who looked."""

from __future__ import annotations

import re

import pytest
from citizens_pages import PAGES, PROGRAMMES, CitizenIs, Couple, all_addresses
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from familycard.office.access.log import append
from familycard.office.access.models import Look, LookedAt
from familycard.office.accounts.models import Representation, User
from familycard.office.cards.references import reference
from familycard.office.citizen.models import Message
from familycard.office.claims.models import Claim, HumanRequest
from familycard.office.claims.services import move
from familycard.office.consents.models import Consent
from familycard.office.consents.services import give
from familycard.snapshot.reader import Reader

LANGUAGES = ("kk", "ru", "en")
BACKEND = settings.AUTHENTICATION_BACKENDS[-1]
AUTOMATIC = {"kk": "автоматты түрде", "ru": "автоматически", "en": "automatically"}
HIDDEN = {
    "kk": "басқа мүшесінің деректері ескерілді",
    "ru": "Учтены данные другого члена семьи",
    "en": "Another member’s data counted",
}


def page(client: Client, address: str, language: str = "en") -> str:
    client.cookies["language"] = language
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_opens_in_every_language(
    reader: Reader, couple: Couple, citizen_is: CitizenIs, language: str
) -> None:
    wife = citizen_is(couple.wife)
    for address in all_addresses(reader, [couple.wife, couple.child]):
        shown = page(wife, address, language)
        assert f'<html lang="{language}"' in shown
        assert not re.search(r"\{[{%]|>None<|&lt;bound", shown), address
        assert language == "en" or not re.search(r"\bart\. \d", shown), address


@pytest.mark.parametrize("language", LANGUAGES)
def test_wherever_a_category_is_shown_it_says_that_it_was_made_automatically(
    reader: Reader, couple: Couple, citizen_is: CitizenIs, language: str
) -> None:
    wife = citizen_is(couple.wife)
    with_category = 0
    for address in all_addresses(reader, [couple.wife, couple.child]):
        shown = page(wife, address, language)
        if "office-category__letter" in shown:
            with_category += 1
            assert AUTOMATIC[language] in shown and "/my/human/?about=category" in shown, address
            provenance = reader.pack.scorecards["need"].provenance[language]
            assert provenance[:30] in shown.replace("&#x27;", "'"), "by which model"
    assert with_category >= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_consent_the_bill_has_no_points(couple: Couple, citizen_is: CitizenIs, language: str) -> None:
    shown = page(citizen_is(couple.wife), "/my/category/", language)
    assert HIDDEN[language] in shown and "office-bill" not in shown


def test_with_consent_the_bill_adds_up(reader: Reader, couple: Couple, citizen_is: CitizenIs) -> None:
    give(reference(couple.husband), reference(couple.wife))
    shown = page(citizen_is(couple.wife), "/my/category/")
    cells = re.findall(r'office-bill__points">([^<]*)<', shown)
    numbers = [int(cell.replace("−", "-").replace(",", "")) for cell in cells if "…" not in cell]
    score = reader.card(couple.unit).score
    assert score is not None and score.score is not None, "choose a family whose score is known"
    assert sum(numbers[:-1]) == numbers[-1] == score.score


def test_a_wrong_fact_becomes_a_claim_that_is_presumed_true(
    reader: Reader, couple: Couple, citizen_is: CitizenIs
) -> None:
    wife = citizen_is(couple.wife)
    own = reference(couple.wife)
    address = f"/my/data/{own}/wages_month/wrong/"
    assert (
        "Write what is wrong"
        in wife.post(address, {"kind": "wrong"}, headers={"accept-language": "en"}).content.decode()
    )
    answer = wife.post(address, {"words": "I left that job.", "claimed": "0", "kind": "wrong"}, follow=True)
    claim = Claim.objects.get()
    assert (claim.person, claim.made_by, claim.fact, claim.is_open) == (own, own, "wages_month", True)
    assert claim.owner and claim.contact and claim.due_on > timezone.localdate()
    assert answer.redirect_chain[-1][0] == f"/my/claims/{claim.pk}/"
    assert "you dispute this" in page(wife, "/my/data/")
    assert "presumed true" in page(wife, "/my/rights/asp_unconditional/")
    wife.post(f"/my/claims/{claim.pk}/withdraw/")
    assert "you dispute this" not in page(wife, "/my/data/")


def test_both_parents_dispute_one_fact_of_their_child_and_each_reads_their_own_answer(
    couple: Couple, citizen_is: CitizenIs
) -> None:
    address = f"/my/data/{reference(couple.child)}/wages_month/wrong/"
    claims = {}
    for parent, words in ((couple.wife, "She goes to school."), (couple.husband, "She never worked.")):
        client = citizen_is(parent)
        answer = client.post(address, {"words": words, "claimed": "0", "kind": "wrong"}, follow=True)
        assert words in answer.content.decode()
        claims[parent] = Claim.objects.get(made_by=reference(parent))
    for claim in claims.values():
        move(claim, "corrected", by=None, role="steward", words=f"Answer {claim.pk}.")
    husband = page(citizen_is(couple.husband), f"/my/claims/{claims[couple.husband].pk}/")
    assert f"Answer {claims[couple.husband].pk}." in husband and "She goes to school." not in husband


def test_a_claim_of_another_does_not_exist(couple: Couple, citizen_is: CitizenIs) -> None:
    wife = citizen_is(couple.wife)
    wife.post(f"/my/data/{reference(couple.wife)}/wages_month/wrong/", {"words": "No.", "kind": "wrong"})
    claim = Claim.objects.get()
    husband = citizen_is(couple.husband)
    assert husband.get(f"/my/claims/{claim.pk}/").status_code == 404
    assert husband.post(f"/my/claims/{claim.pk}/withdraw/").status_code == 404
    assert husband.get(f"/my/data/{reference(couple.wife)}/wages_month/wrong/").status_code == 404


def test_a_human_is_asked_and_has_a_term(couple: Couple, citizen_is: CitizenIs) -> None:
    wife = citizen_is(couple.wife)
    wife.post("/my/human/", {"about": "category", "words": "Why are we there?"})
    asked = HumanRequest.objects.get()
    assert (asked.person, asked.about, asked.is_open) == (reference(couple.wife), "category", True)
    assert "Why are we there?" in page(wife, "/my/claims/")


def test_consent_is_given_seen_and_withdrawn(couple: Couple, citizen_is: CitizenIs) -> None:
    wife, husband = reference(couple.wife), reference(couple.husband)
    citizen_is(couple.husband).post("/my/consents/", {"receiver": wife})
    assert Consent.objects.get().person == husband
    seen = f"/my/data/?of={husband}"
    assert citizen_is(couple.wife).get(seen).status_code == 200
    client = citizen_is(couple.husband)
    assert "Withdraw" in page(client, "/my/consents/")
    client.post(f"/my/consents/{Consent.objects.get().pk}/withdraw/")
    assert citizen_is(couple.wife).get(seen).status_code == 404


def test_nobody_consents_for_another(couple: Couple, citizen_is: CitizenIs) -> None:
    represent(couple.wife, couple.husband, Representation.PROXY)
    client = citizen_is(couple.wife, acting_for=couple.husband)
    assert client.post("/my/consents/", {"receiver": reference(couple.wife)}).status_code == 404
    assert Consent.objects.count() == 0


def test_nobody_takes_anothers_consent_back(couple: Couple, citizen_is: CitizenIs) -> None:
    citizen_is(couple.husband).post("/my/consents/", {"receiver": reference(couple.wife)})
    represent(couple.wife, couple.husband, Representation.PROXY)
    client = citizen_is(couple.wife, acting_for=couple.husband)
    assert "Withdraw" not in page(client, "/my/consents/")
    given = Consent.objects.get()
    assert client.post(f"/my/consents/{given.pk}/withdraw/").status_code == 404
    given.refresh_from_db()
    assert given.withdrawn_at is None


def represent(representative: int, person: int, kind: str) -> None:
    Representation.objects.create(
        representative=reference(representative),
        person=reference(person),
        kind=kind,
        ground="a document",
        start=timezone.localdate(),
    )


def test_acting_for_somebody_is_chosen_and_logged_as_such(couple: Couple, citizen_is: CitizenIs) -> None:
    represent(couple.wife, couple.husband, Representation.PROXY)
    client = citizen_is(couple.wife)
    husband = reference(couple.husband)
    assert client.post("/my/acting/", {"person": reference(couple.child)}).status_code == 404
    client.post("/my/acting/", {"person": husband})
    client.get("/my/data/")
    look = Look.objects.latest("sequence")
    assert (look.purpose, husband in look.persons) == ("representation", True)
    Representation.objects.update(end=timezone.localdate())
    client.get("/my/data/")
    assert Look.objects.latest("sequence").purpose == "own_data"


def test_anybody_may_ask_whether_a_message_is_genuine(db: None, reader: Reader) -> None:
    sent = Message.objects.create(person="p", channel="sms", subject="offer", sent_at=timezone.now())
    visitor = Client()
    typed = " ".join(sent.code.lower())
    assert "notification-banner--success" in visitor.post("/my/message/", {"code": typed}).content.decode()
    answer = visitor.post("/my/message/", {"code": "AAAAAAAAAA"}).content.decode()
    assert "govuk-warning-text" in answer and "notification-banner--success" not in answer


def test_codes_of_messages_cannot_be_guessed(db: None, reader: Reader) -> None:
    cache.clear()
    sent = Message.objects.create(person="p", channel="sms", subject="offer", sent_at=timezone.now())
    visitor = Client()
    statuses = [visitor.post("/my/message/", {"code": f"AAAAAAAA{n}"}).status_code for n in range(22, 43)]
    assert statuses == [200] * 20 + [429]
    answer = visitor.post("/my/message/", {"code": sent.code}, headers={"accept-language": "en"})
    assert answer.status_code == 429 and "Too many codes" in answer.content.decode()
    assert "notification-banner--success" not in answer.content.decode()
    elsewhere = visitor.post("/my/message/", {"code": sent.code}, REMOTE_ADDR="192.0.2.7")
    assert "notification-banner--success" in elsewhere.content.decode(), "another address is not locked out"
    cache.clear()


def test_every_page_that_is_served_is_a_look_that_is_logged(
    reader: Reader, couple: Couple, citizen_is: CitizenIs
) -> None:
    wife = citizen_is(couple.wife)
    about = [a for a in all_addresses(reader, [couple.wife]) if a not in ("/my/message/", "/my/acting/")]
    for address in about:
        assert wife.get(address).status_code == 200
    rows = LookedAt.objects.filter(person=reference(couple.wife), look__purpose="own_data")
    assert rows.count() == len(about)


def test_the_log_is_read_page_by_page(couple: Couple, citizen_is: CitizenIs) -> None:
    wife = citizen_is(couple.wife)
    for _ in range(25):
        wife.get("/my/claims/")
    assert page(wife, "/my/looks/").count("<tr>") == 21, "twenty and the heading"
    second = page(wife, "/my/looks/?page=2")
    assert 'aria-current="page"' in second and "<tr>" in second


def test_a_worker_is_named_by_role(couple: Couple, citizen_is: CitizenIs, accounts: dict[str, User]) -> None:
    user = accounts["social_worker"]
    row = {"user": user.pk, "name": "worker-of-flesh", "role": user.role, "page": "access:purpose"}
    wife = reference(couple.wife)
    append([wife], about=wife, **row, purpose="visit", reason="A visit is due.", snapshot="s")
    shown = page(citizen_is(couple.wife), "/my/looks/")
    assert "A social worker" in shown and "A visit is due." in shown and "Preparing a visit" in shown
    assert "worker-of-flesh" not in shown


@pytest.mark.parametrize(
    "address", [f"/my/{p}" for p in PAGES] + [f"/my/rights/{p}/" for p in PROGRAMMES[:2]]
)
def test_a_page_asks_the_database_a_bounded_number_of_questions(
    couple: Couple, citizen_is: CitizenIs, address: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    wife = citizen_is(couple.wife)
    wife.get(address)
    with django_assert_max_num_queries(22):
        wife.get(address)


def test_who_has_no_family_card_is_told_so(reader: Reader, citizen_is: CitizenIs) -> None:
    rows = reader.engine.rows("select min(person) from people where not is_resident and surname is not null")
    client = citizen_is(int(rows[0][0]))
    assert "there is no family card for you" in page(client, "/my/")
    assert client.get("/my/family/").status_code == 404


def signed_in_beside(person: int) -> Client:
    """Another account than the demonstration's citizen."""
    user, client = User.objects.create(username="another", role="citizen", person=reference(person)), Client()
    client.force_login(user, backend=BACKEND)
    return client


def test_a_spouse_reads_neither_why_an_official_looked_at_the_other_nor_what_the_other_did(
    couple: Couple, citizen_is: CitizenIs, accounts: dict[str, User]
) -> None:
    wife, husband = reference(couple.wife), reference(couple.husband)
    worker = accounts["social_worker"]
    look = {"user": worker.pk, "name": worker.username, "role": worker.role, "page": "worker:family"}
    said = "she says that he beats her"
    append([wife, husband], about=wife, **look, purpose="casework", reason=said, snapshot="")
    signed_in_beside(couple.wife).get("/my/human/")
    of_husband = page(citizen_is(couple.husband), "/my/looks/")
    assert said not in of_husband and "Work on the family" in of_husband
    assert "A member of your family, or" not in of_husband
    assert said in page(citizen_is(couple.wife), "/my/looks/")


def test_whoever_agreed_to_be_seen_is_told_of_relatives_who_looked(
    couple: Couple, citizen_is: CitizenIs
) -> None:
    citizen_is(couple.husband).post("/my/consents/", {"receiver": reference(couple.wife)})
    signed_in_beside(couple.wife).get(f"/my/data/?of={reference(couple.husband)}")
    assert "A member of your family" in page(citizen_is(couple.husband), "/my/looks/")
