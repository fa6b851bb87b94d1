"""The administrator's journey: accounts and areas, never their own, some only by two, and nobody's data."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from familycard.office.access.decide import serves
from familycard.office.access.models import Look
from familycard.office.accounts.models import User
from familycard.office.administration import services
from familycard.office.administration.models import Change, Proposal
from familycard.snapshot.reader import Reader

pytestmark = pytest.mark.database
SignedIn = Callable[[str], Client]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
AREAS = "/administration/accounts/{}/"


@pytest.fixture
def administrator(signed_in: SignedIn) -> Client:
    client = signed_in("administrator")
    client.cookies["language"] = "en"
    return client


@pytest.fixture
def second(accounts: dict[str, User]) -> Client:
    """Another administrator."""
    user = User.objects.create(username="second", role="administrator")
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def new_account(client: Client, name: str, role: str) -> User:
    answer = client.post("/administration/accounts/new/", {"name": name, "role": role})
    assert answer.status_code == 302, answer.content.decode()
    return User.objects.get(username=name)


def date_of(name: str, day: object) -> dict[str, object]:
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def test_a_new_worker_sets_a_password_through_the_link_and_signs_in(
    administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # Here passwords count.
    worker = new_account(administrator, "a.serikova", "social_worker")
    assert worker.is_active and not worker.has_usable_password()
    page = administrator.post(f"/administration/accounts/{worker.pk}/link/").content.decode()
    link = re.search(r"<code>(http://testserver/administration/first-password/[^<]+)</code>", page)
    assert link is not None
    owner = Client()
    said = {"new_password1": "жолбарыс-таулы-71", "new_password2": "жолбарыс-таулы-71"}
    assert owner.get(link[1]).status_code == 200
    assert owner.post(link[1], said).status_code == 302
    worker.refresh_from_db()
    assert worker.check_password("жолбарыс-таулы-71")
    assert owner.get(link[1]).status_code == 404, "a link works once"
    actions = list(Change.objects.order_by("sequence").values_list("action", "by"))
    assert actions == [
        ("created", "administrator"),
        ("link_made", "administrator"),
        ("password_set", "a.serikova"),
    ]


def test_areas_are_given_and_taken_with_their_dates(
    administrator: Client, accounts: dict[str, User], reader: Reader
) -> None:
    worker, today = new_account(administrator, "b.omarov", "social_worker"), timezone.localdate()
    area = min(reader.pack.areas)
    said = {"area": area, **date_of("start", today), **date_of("end", today + timedelta(days=30))}
    assert administrator.post(AREAS.format(worker.pk), said).status_code == 302
    assert worker.area_codes() == (area,) and serves(worker.area_codes(), f"{area}99")
    given = worker.areas.get()
    administrator.post(f"/administration/accounts/{worker.pk}/areas/{given.pk}/end/")
    assert worker.area_codes() == ()
    assert [one.action for one in Change.objects.order_by("sequence")] == [
        "created",
        "area_given",
        "area_ended",
    ]


def test_an_area_cannot_end_before_it_begins(administrator: Client, reader: Reader) -> None:
    worker, today = new_account(administrator, "c.omarov", "social_worker"), timezone.localdate()
    said = {"area": min(reader.pack.areas), **date_of("start", today), **date_of("end", today)}
    answer = administrator.post(AREAS.format(worker.pk), said)
    assert "It must end after it begins." in answer.content.decode() and not worker.areas.exists()


def test_whoever_is_ended_is_out_at_once(administrator: Client) -> None:
    worker = new_account(administrator, "d.omarov", "social_worker")
    client = Client()
    client.force_login(worker, backend=BACKEND)
    assert client.get("/account/2fa/").status_code == 200
    token = services.make_link(User.objects.get(username="administrator"), worker)
    administrator.post(f"/administration/accounts/{worker.pk}/end/")
    assert "/account/login/" in client.get("/account/2fa/").headers.get("Location", "")
    assert Client().get(str(token)).status_code == 404, "nor does a link still open the account"


@pytest.mark.parametrize("role", ["administrator", "auditor", "commissioner"])
def test_two_administrators_make_those_who_watch(administrator: Client, second: Client, role: str) -> None:
    made = new_account(administrator, "e.omarov", role)
    proposal = Proposal.objects.get()
    assert not made.is_active
    administrator.post(f"/administration/approvals/{proposal.pk}/", {"answer": "approve"})
    made.refresh_from_db()
    assert not made.is_active, "not by who proposed it"
    assert services.owner_of_link("x", "y") is None
    second.post(f"/administration/approvals/{proposal.pk}/", {"answer": "approve"})
    made.refresh_from_db()
    assert made.is_active
    assert Change.objects.latest("sequence").by == "second"


def test_a_refused_account_never_opens(administrator: Client, second: Client) -> None:
    made = new_account(administrator, "f.omarov", "auditor")
    proposal = Proposal.objects.get()
    second.post(f"/administration/approvals/{proposal.pk}/", {"answer": "refuse"})
    second.post(f"/administration/approvals/{proposal.pk}/", {"answer": "approve"})
    made.refresh_from_db()
    assert not made.is_active


def test_a_new_password_of_an_auditor_needs_two_as_well(
    administrator: Client, second: Client, accounts: dict[str, User]
) -> None:
    auditor = accounts["auditor"]
    auditor.password = "argon2$is-some-password"
    auditor.save()
    page = administrator.post(f"/administration/accounts/{auditor.pk}/link/")
    assert page.status_code == 302, "no link is shown to one alone"
    auditor.refresh_from_db()
    assert not auditor.is_active
    second.post(f"/administration/approvals/{Proposal.objects.get().pk}/", {"answer": "approve"})
    assert b"first-password" in administrator.post(f"/administration/accounts/{auditor.pk}/link/").content


def test_nobody_changes_their_own_account(
    administrator: Client, accounts: dict[str, User], reader: Reader
) -> None:
    own = accounts["administrator"]
    said = {"area": min(reader.pack.areas), **date_of("start", timezone.localdate())}
    administrator.post(AREAS.format(own.pk), said)
    administrator.post(f"/administration/accounts/{own.pk}/end/")
    administrator.post(f"/administration/accounts/{own.pk}/link/")
    own.refresh_from_db()
    assert own.is_active and not own.areas.exists() and not Change.objects.exists()


def test_an_account_keeps_its_role(administrator: Client, accounts: dict[str, User]) -> None:
    worker = accounts["social_worker"]
    administrator.post(AREAS.format(worker.pk), {"role": "administrator"})
    worker.refresh_from_db()
    assert worker.role == "social_worker"
    answer = administrator.post("/administration/accounts/new/", {"name": "g.omarov", "role": "citizen"})
    assert answer.status_code == 200 and not User.objects.filter(username="g.omarov").exists()


@pytest.mark.parametrize("name", ["850101300012", "Ab", "айгүл", "social_worker"])
def test_a_name_is_no_number_and_nobody_elses(administrator: Client, name: str) -> None:
    answer = administrator.post("/administration/accounts/new/", {"name": name, "role": "steward"})
    assert answer.status_code == 200


def test_administrators_see_nobody(administrator: Client, accounts: dict[str, User], reader: Reader) -> None:
    citizen = accounts["citizen"]
    citizen.first_name = "Қаламқас"
    citizen.username = "citizen-850101300012"
    citizen.save()
    paths = ["/administration/accounts/", "/administration/accounts/new/", "/administration/approvals/"]
    paths += ["/administration/roles/", "/administration/accounts/?role=citizen"]
    paths += [f"/administration/accounts/{user.pk}/" for user in accounts.values() if user != citizen]
    for language in ("kk", "ru", "en"):
        administrator.cookies["language"] = language
        for path in paths:
            shown = administrator.get(path).content.decode()
            for hidden in (citizen.person, citizen.first_name, citizen.username):
                assert hidden not in shown, path
    assert administrator.get(f"/administration/accounts/{citizen.pk}/").status_code == 404
    assert not Look.objects.exists()


@pytest.mark.parametrize("role", ["citizen", "social_worker", "steward", "auditor", "commissioner"])
def test_nobody_else_administers(signed_in: SignedIn, role: str) -> None:
    client = signed_in(role)
    for path in ("/administration/accounts/", "/administration/accounts/new/", "/administration/approvals/"):
        assert client.get(path).status_code == 403
    assert (
        client.post("/administration/accounts/new/", {"name": "l.omarov", "role": "steward"}).status_code
        == 403
    )
    assert not Change.objects.exists()
