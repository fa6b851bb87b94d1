"""The desks: one person at a time, known by document or code, little shown, nothing to browse."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import escape

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from familycard.office.access.models import Look
from familycard.office.access.table import table
from familycard.office.accounts.models import User
from familycard.office.cards.references import person_of
from familycard.office.claims.models import Claim, HumanRequest
from familycard.office.desks.models import Admission, Code, Outgoing
from familycard.snapshot.names import sensitivity_by_programme
from familycard.snapshot.reader import Reader

SignedIn = Callable[[str], Client]
DESKS = ("front_desk", "contact_centre")
DOCUMENT = {"kind": "passport", "number": "N12345678", "is_compared": "on"}


@pytest.fixture
def number(reader: Reader, accounts: dict[str, User]) -> str:
    """The citizen's identifier."""
    return identifier(reader, accounts["citizen"].person)


def identifier(reader: Reader, person: str) -> str:
    rows = reader.engine.rows(f"select value from serve.identifiers where person = {person_of(person)}")
    return str(rows[0][0])


def admitted(client: Client, number: str) -> str:
    """Admit by document; the address of the person's page."""
    return str(client.post("/desk/", {"identifier": number, **DOCUMENT}).headers.get("Location", ""))


def asked_code(client: Client, number: str) -> tuple[str, str]:
    """Have a code sent: the page to type it on, and the code as the phone shows it."""
    address = str(client.post("/desk/", {"identifier": number}).headers["Location"])
    found = re.search(r"\d{6}", Outgoing.objects.latest("pk").text) if Outgoing.objects.exists() else None
    return address, found[0] if found else ""


def test_nobody_is_seen_before_they_are_admitted(signed_in: SignedIn, accounts: dict[str, User]) -> None:
    for role in ("front_desk", "contact_centre"):
        assert signed_in(role).get(f"/desk/person/{accounts['citizen'].person}/").status_code == 404


def test_a_document_admits_one_person_and_is_recorded(
    signed_in: SignedIn, accounts: dict[str, User], number: str
) -> None:
    client = signed_in("front_desk")
    page = admitted(client, number)
    assert client.get(page).status_code == 200
    admission = Admission.objects.get()
    assert (admission.person, admission.how, admission.document_kind, admission.document_end) == (
        accounts["citizen"].person,
        "document",
        "passport",
        "5678",
    )
    assert {look.purpose for look in Look.objects.all()} == {"application"}
    assert all(look.persons == [admission.person] for look in Look.objects.all())


def test_a_document_must_be_compared(signed_in: SignedIn, number: str) -> None:
    given = {name: value for name, value in DOCUMENT.items() if name != "is_compared"}
    assert signed_in("front_desk").post("/desk/", {"identifier": number, **given}).status_code == 200
    assert not Admission.objects.exists()


def test_the_next_person_ends_the_last_ones_turn(
    signed_in: SignedIn, number: str, reader: Reader, elsewhere: str
) -> None:
    client = signed_in("front_desk")
    first, second = admitted(client, number), admitted(client, identifier(reader, elsewhere))
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    assert [admission.ended_at is None for admission in Admission.objects.order_by("pk")] == [False, True]


def test_a_turn_ends_by_the_button_and_by_the_clock(
    signed_in: SignedIn, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("front_desk")
    page = admitted(client, number)
    client.post("/desk/finish/")
    assert client.get(page).status_code == 404
    page = admitted(client, number)
    later = timezone.now() + timedelta(minutes=settings.ADMITTED_MINUTES, seconds=1)
    monkeypatch.setattr("familycard.office.access.grounds.timezone.now", lambda: later)
    assert client.get(page).status_code == 404


def test_a_failed_admission_ends_the_last_ones_turn_too(signed_in: SignedIn, number: str) -> None:
    client = signed_in("front_desk")
    page = admitted(client, number)
    assert admitted(client, "000000000000") == ""
    assert client.get(page).status_code == 404


def test_a_code_admits_once(signed_in: SignedIn, number: str) -> None:
    client = signed_in("contact_centre")
    address, digits = asked_code(client, number)
    page = client.post(address, {"digits": digits}).headers["Location"]
    assert client.get(page).status_code == 200
    assert Admission.objects.get().how == "code"
    client.post("/desk/finish/")
    assert client.post(address, {"digits": digits}).status_code == 200, "a code is used once"
    assert digits not in Code.objects.get().hash


def test_a_code_wears_out_after_five_wrong_ones(signed_in: SignedIn, number: str) -> None:
    client = signed_in("contact_centre")
    address, digits = asked_code(client, number)
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    for _ in range(settings.CODE_ATTEMPTS):
        assert client.post(address, {"digits": wrong}).status_code == 200
    assert client.post(address, {"digits": digits}).status_code == 200
    assert not Admission.objects.exists()


def test_a_code_is_good_for_ten_minutes(signed_in: SignedIn, number: str) -> None:
    client = signed_in("contact_centre")
    address, digits = asked_code(client, number)
    Code.objects.update(until=timezone.now() - timedelta(seconds=1))
    client.post(address, {"digits": digits})
    assert not Admission.objects.exists()


def test_anothers_code_is_of_no_use(signed_in: SignedIn, number: str) -> None:
    address, digits = asked_code(signed_in("contact_centre"), number)
    colleague = User.objects.create(username="colleague", role="contact_centre")
    client = Client()
    client.force_login(colleague, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.post(address, {"digits": digits})
    assert not Admission.objects.exists()


def test_the_contact_centre_does_not_learn_whether_a_number_exists(signed_in: SignedIn, number: str) -> None:
    client = signed_in("contact_centre")
    known, _ = asked_code(client, number)
    unknown, _ = asked_code(client, "000000000000")
    assert Outgoing.objects.count() == 1

    def page(address: str) -> str:
        text = client.get(address).content.decode()
        return re.sub(r'value="[^"]*"|/desk/code/\d+/', "", text)

    assert page(known) == page(unknown)
    wrong = [client.post(address, {"digits": "123456"}).content.decode() for address in (known, unknown)]
    assert re.sub(r'value="[^"]*"|/desk/code/\d+/', "", wrong[0]) == re.sub(
        r'value="[^"]*"|/desk/code/\d+/', "", wrong[1]
    )


def test_a_desk_that_fails_too_often_stops(signed_in: SignedIn, number: str) -> None:
    client = signed_in("front_desk")
    for _ in range(settings.ADMISSIONS_REFUSED_A_DAY):
        admitted(client, "000000000000")
    assert admitted(client, number) == ""


def test_the_page_shows_nobody_else_and_no_amount(
    signed_in: SignedIn, accounts: dict[str, User], number: str, reader: Reader
) -> None:
    client = signed_in("front_desk")
    page = client.get(admitted(client, number)).content.decode()
    person = person_of(accounts["citizen"].person)
    others = [member for member in reader.members(reader.unit_of(person or 0)) if member.person != person]
    assert others and not any(member.name in page for member in others)
    main = page.split("<main")[1].split("</main>")[0]
    assert "₸" not in main and "KZT" not in main


def test_a_programme_that_rests_on_restricted_facts_is_not_named_and_their_number_says_nothing_of_the_person(
    signed_in: SignedIn, number: str, reader: Reader, elsewhere: str
) -> None:
    client = signed_in("front_desk")
    client.cookies["language"] = "en"
    sensitivity = sensitivity_by_programme(reader.pack)
    hidden = [id_ for id_, level in sensitivity.items() if level in ("restricted", "sealed")]
    rows = reader.engine.rows(
        "select value from serve.identifiers join entitlements_person using (person)"
        " where disability_allowance__status = 'eligible' limit 1"
    )
    told = set()
    for one in (str(rows[0][0]), number, identifier(reader, elsewhere)):
        page = client.get(admitted(client, one)).content.decode()
        assert not [id_ for id_ in hidden if f">{escape(reader.pack.programmes[id_].title['en'])}<" in page]
        told.add(re.search(r"(\d+) more programmes rest on facts that are not shown at a desk", page)[1])
    assert told == {str(len(hidden))}


def test_a_claim_is_made_for_the_person_and_says_who_wrote_it(
    signed_in: SignedIn, accounts: dict[str, User], number: str
) -> None:
    client = signed_in("contact_centre")
    address, digits = asked_code(client, number)
    page = client.post(address, {"digits": digits}).headers["Location"]
    given = {"words": "I have never had this job.", "claimed": "", "kind": "wrong", "fact": "wages_month"}
    client.post(f"{page}claim/", given)
    made = Claim.objects.get()
    citizen = accounts["citizen"].person
    assert (made.person, made.made_by, made.assisted_by) == (citizen, citizen, accounts["contact_centre"])
    assert made.said == "", "the desk has read no value"
    assert client.post(f"{page}claim/", {**given, "fact": "is_adopted"}).status_code == 200, "no such choice"
    client.post(f"{page}human/", {"words": "Please look at my category."})
    asked = HumanRequest.objects.get()
    assert (asked.person, asked.assisted_by) == (citizen, accounts["contact_centre"])
    client.post("/desk/finish/")
    assert client.get(f"{page}claim/").status_code == 404
    assert client.get(f"{page}human/").status_code == 404


def test_the_desks_have_no_list_and_no_search() -> None:
    pages = {
        name: page for name, page in table().pages.items() if {"front_desk", "contact_centre"} & set(page.who)
    }
    scopes = {page.grants[role].scope for page in pages.values() for role in DESKS if role in page.grants}
    assert scopes == {"open", "one"}
    assert all(
        page.grants[role].scope == "one"
        for page in pages.values()
        for role in DESKS
        if page.is_about_a_person and role in page.grants
    )
    assert not any("list" in name or "search" in name for name in pages)


def test_the_page_of_sent_messages_exists_for_made_up_data_alone(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    client = signed_in("contact_centre")
    assert client.get("/desk/outbox/").status_code == 200
    real = type("Real", (), {"is_made_up": False})()
    monkeypatch.setattr("familycard.office.desks.views.settings.DEPLOYMENT", real, raising=False)
    assert client.get("/desk/outbox/").status_code == 404
