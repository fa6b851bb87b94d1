"""Looking outside one's area in an emergency: a reason, half an hour, a review, and the person is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from familycard.office.access.models import BrokenGlass, Look
from familycard.office.accounts.models import User
from familycard.office.cards.references import person_of
from familycard.office.casework.models import Case
from familycard.office.citizen.models import Message
from familycard.office.claims.services import Made, make_claim
from familycard.office.emergency import services
from familycard.office.emergency.models import Miss
from familycard.snapshot.reader import Reader

pytestmark = pytest.mark.database
SignedIn = Callable[[str], Client]
REASON = "The mother is in hospital, three children are alone"


@pytest.fixture
def number(reader: Reader, elsewhere: str) -> str:
    """The identifier of somebody who lives elsewhere."""
    rows = reader.engine.rows(f"select value from serve.identifiers where person = {person_of(elsewhere)}")
    return str(rows[0][0])


def ask(client: Client, identifier: str, reason: str = REASON) -> tuple[int, str]:
    answer = client.post("/emergency/", {"identifier": identifier, "reason": reason})
    return answer.status_code, answer.headers.get("Location", "")


def supervisor_of(person: str, reader: Reader) -> Client:
    """A browser of the supervisor of where somebody lives."""
    area = reader.snapshot.rows["person"].find([person_of(person) or 0])[0]["area"]
    user = User.objects.create(username="there", role="supervisor")
    user.areas.create(area=area[:2])
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_reason_opens_the_family_for_half_an_hour_and_is_logged(
    signed_in: SignedIn, elsewhere: str, number: str
) -> None:
    client = signed_in("social_worker")
    family = f"/worker/family/{elsewhere}/"
    assert client.get(family).status_code == 404
    assert ask(client, number) == (302, family)
    assert client.get(family).status_code == 200
    looks = list(Look.objects.order_by("sequence"))
    assert [(look.page, look.purpose) for look in looks] == [
        ("emergency:ask", "break_glass"),
        ("worker:family", "break_glass"),
    ]
    assert {look.reason for look in looks} == {REASON} and elsewhere in looks[1].persons
    assert signed_in("supervisor").get(family).status_code == 404, "the glass is broken for one worker alone"
    BrokenGlass.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert client.get(family).status_code == 404


def test_a_claim_read_in_an_emergency_is_logged_as_one_and_the_person_reads_why(
    signed_in: SignedIn, elsewhere: str, number: str, reader: Reader, accounts: dict[str, User]
) -> None:
    fact = reader.fact_of("wages_month", 1)
    claim = make_claim(Made(elsewhere, elsewhere, fact, "1", "", "I have never worked there"))
    worker = signed_in("social_worker")
    ask(worker, number)
    assert worker.get(f"/worker/claim/{claim.pk}/").status_code == 200
    look = Look.objects.latest("sequence")
    assert (look.page, look.purpose, look.reason) == ("worker:claim", "break_glass", REASON)
    User.objects.filter(pk=accounts["citizen"].pk).update(person=elsewhere)
    table = signed_in("citizen").get("/my/looks/").content.decode().partition("<tbody>")[2]
    assert table.count(f": <q>{REASON}</q>") == 2, "the look that opened it, and the claim"


def test_the_half_hour_is_what_the_settings_say(signed_in: SignedIn, number: str) -> None:
    ask(signed_in("social_worker"), number)
    glass = BrokenGlass.objects.get()
    assert glass.until - glass.at == timedelta(minutes=settings.BREAK_GLASS_MINUTES)


@pytest.mark.parametrize("reason", ["", "urgent", "." * 60, "1234567890 1234567890 12"])
def test_a_reason_needs_words(signed_in: SignedIn, number: str, reason: str) -> None:
    assert ask(signed_in("social_worker"), number, reason)[0] == 200
    assert not BrokenGlass.objects.exists()


def test_nothing_that_lasts_begins_in_an_emergency(
    signed_in: SignedIn, elsewhere: str, number: str, accounts: dict[str, User]
) -> None:
    client = signed_in("social_worker")
    ask(client, number)
    assert client.get(f"/worker/family/{elsewhere}/case/").status_code == 404
    case = Case.objects.create(
        person=elsewhere, area="99", why="unused", opened_by=accounts["supervisor"], due_on="2026-12-01"
    )
    for page in ("plan", "hand-over", "state", "alert"):
        assert client.get(f"/worker/case/{case.pk}/{page}/").status_code == 404, page
    assert client.get(f"/worker/case/{case.pk}/note/").status_code == 200


def test_hits_and_misses_count_together_and_end(
    signed_in: SignedIn, accounts: dict[str, User], number: str
) -> None:
    client = signed_in("social_worker")
    for _ in range(settings.BREAK_GLASS_A_DAY - 1):
        assert ask(client, "000000000000")[0] == 200
    assert Miss.objects.count() == settings.BREAK_GLASS_A_DAY - 1
    assert ask(client, number)[0] == 302
    assert ask(client, number)[0] == 200
    assert BrokenGlass.objects.count() == 1
    assert services.left_today(accounts["social_worker"]) == 0
    assert services.left_today(accounts["supervisor"]) == settings.BREAK_GLASS_A_DAY


def test_who_is_served_anyway_needs_no_emergency(
    signed_in: SignedIn, accounts: dict[str, User], reader: Reader
) -> None:
    own = accounts["citizen"].person
    rows = reader.engine.rows(f"select value from serve.identifiers where person = {person_of(own)}")
    assert ask(signed_in("social_worker"), str(rows[0][0])) == (302, f"/worker/family/{own}/")
    assert not BrokenGlass.objects.exists() and not Miss.objects.exists()


def test_the_supervisor_of_where_the_person_lives_reviews_it(
    signed_in: SignedIn, elsewhere: str, number: str, reader: Reader
) -> None:
    ask(signed_in("social_worker"), number)
    glass = BrokenGlass.objects.get()
    address = f"/emergency/reviews/{glass.pk}/"
    assert REASON not in signed_in("supervisor").get("/emergency/reviews/").content.decode()
    assert signed_in("supervisor").get(address).status_code == 404
    there = supervisor_of(elsewhere, reader)
    assert REASON in there.get("/emergency/reviews/").content.decode()
    there.post(address, {"was_right": "no", "finding": "The children were with their father."})
    glass.refresh_from_db()
    assert (glass.was_right, glass.reviewed_by and glass.reviewed_by.username) == (False, "there")
    there.post(address, {"was_right": "yes", "finding": "Changed my mind"})
    glass.refresh_from_db()
    assert glass.was_right is False, "a finding stays as it was found"
    assert REASON not in there.get("/emergency/reviews/").content.decode()


def test_the_citizen_reads_it_beside_the_log_of_looks(signed_in: SignedIn, accounts: dict[str, User]) -> None:
    from familycard.office.cards.subjects import subject_of

    stranger = User.objects.create(username="stranger", role="social_worker")
    services.break_glass(stranger, subject_of(accounts["citizen"].person), REASON)
    assert Message.objects.get().person == accounts["citizen"].person
    assert REASON in signed_in("citizen").get("/my/looks/").content.decode()


def test_the_person_is_told_at_once_and_told_the_finding(
    signed_in: SignedIn, elsewhere: str, number: str, accounts: dict[str, User]
) -> None:
    ask(signed_in("social_worker"), number)
    told = services.notices([elsewhere])
    assert [(one.role, one.reason, one.is_reviewed) for one in told] == [("social_worker", REASON, False)]
    services.review(BrokenGlass.objects.get(), accounts["supervisor"], was_right=True, finding="It was one.")
    assert [(one.was_right, one.finding) for one in services.notices([elsewhere])] == [(True, "It was one.")]
    assert services.notices([accounts["citizen"].person]) == []


def test_it_is_reviewed_where_the_person_lives_now(
    signed_in: SignedIn, elsewhere: str, number: str, reader: Reader
) -> None:
    ask(signed_in("social_worker"), number)
    glass = BrokenGlass.objects.get()
    BrokenGlass.objects.update(area="0000", placed_in="the one before")
    user = User.objects.create(username="before", role="supervisor")
    user.areas.create(area="00")
    before = Client()
    before.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    row = f"/emergency/reviews/{glass.pk}/"
    assert row not in before.get("/emergency/reviews/").content.decode()
    assert row in supervisor_of(elsewhere, reader).get("/emergency/reviews/").content.decode()
