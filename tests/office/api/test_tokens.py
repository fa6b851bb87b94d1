"""Who may ask: a registered partner with a live token whose scope allows it, so often a minute."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from machines import PROGRAMME, Machine, problem, token_of
from oauth2_provider.models import AccessToken

from familycard.errors import UsageError
from familycard.office.api.limits import ByAddress, ByClient
from familycard.office.api.models import Partner
from familycard.office.api.partners import Registered, register
from familycard.snapshot.reader import Reader


def test_a_token_is_given_for_ten_minutes_and_kept_as_a_digest(bank: Registered) -> None:
    given = token_of(bank)
    assert given.status_code == 200
    assert given.json()["expires_in"] == 600
    assert given.headers["Cache-Control"] == "no-store"
    assert "refresh_token" not in given.json()
    assert given.json()["access_token"] not in str(AccessToken.objects.values().get())


def test_a_wrong_secret_gets_no_token(bank: Registered) -> None:
    refused = token_of(Registered(bank.client_id, "wrong"))
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize("grant", ["password", "authorization_code", "refresh_token"])
def test_there_is_no_other_way_to_a_token(bank: Registered, grant: str) -> None:
    body = {"grant_type": grant, "client_id": bank.client_id, "client_secret": bank.secret, "username": "x"}
    refused = Client().post("/api/v1/token", body)
    assert (refused.status_code, refused.json()["error"]) == (400, "unsupported_grant_type")


def test_without_a_live_token_nothing_is_answered(machine: Machine) -> None:
    for token in ("", "wrong", machine.token + "x"):
        machine_without = Machine(Client(), token)
        answer = machine_without.get("status")
        assert problem(answer) == (401, "no-token")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert problem(machine.get("status")) == (401, "no-token")


def test_a_registration_that_has_ended_closes_the_door_at_once(machine: Machine, partner: Partner) -> None:
    assert machine.get("status").status_code == 200
    partner.end = timezone.localdate()
    partner.save()
    assert problem(machine.get("status")) == (401, "no-token")


def test_a_token_allows_what_its_scope_says(bank: Registered, reader: Reader) -> None:
    machine = Machine(Client(), token_of(bank, "catalogue").json()["access_token"])
    assert machine.get("status").json()["as_of"] == "2025-12-31"
    assert problem(machine.ask("000000000000")) == (403, "insufficient-scope")


def test_a_signed_in_human_is_no_machine(signed_in: object, machine: Machine) -> None:
    assert callable(signed_in)
    assert problem(signed_in("administrator").get("/api/v1/status")) == (403, "not-for-this-role")


def test_a_token_opens_no_page_for_people(machine: Machine) -> None:
    answer = machine.client.get("/account/2fa/", headers=machine.headers)
    assert answer.status_code == 403


def test_the_catalogue_names_programmes_and_no_amounts(machine: Machine, reader: Reader) -> None:
    programmes = machine.get("programmes").json()
    assert [one["id"] for one in programmes] == list(reader.pack.programmes)
    assert set(programmes[0]) == {"id", "title", "law", "verified"}


def test_a_partner_asks_so_often_a_minute(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ByClient, "get_cache_key", lambda self, request: "spent")
    ByClient.cache.set("spent", [2e10] * 120, 60)
    answer = machine.get("status")
    assert problem(answer) == (429, "too-many-requests")
    assert int(answer.headers["Retry-After"]) >= 1


def test_secrets_cannot_be_tried_without_end(bank: Registered) -> None:
    allowed = ByAddress().num_requests or 0
    wrong = Registered("nobody", "wrong")
    statuses = [token_of(wrong).status_code for _ in range(allowed + 1)]
    assert statuses == [401] * allowed + [429]


@pytest.mark.parametrize(
    ("address", "kind"),
    [("/api/v1/token", "application/x-www-form-urlencoded"), ("/api/v1/questions", "application/json")],
)
def test_a_body_beyond_measure_is_refused(
    bank: Registered, machine: Machine, address: str, kind: str
) -> None:
    headers = {"Authorization": f"Bearer {token_of(bank).json()['access_token']}"}
    body = "x" * (3 << 20)
    answer = Client().post(address, body, content_type=kind, headers=headers)
    assert problem(answer) == (413, "too-large")


def test_a_method_that_is_not_there_is_a_problem_too(machine: Machine) -> None:
    answer = machine.client.delete("/api/v1/status", headers=machine.headers)
    assert (problem(answer), answer.headers["Allow"]) == ((405, "method-not-allowed"), "GET")
    assert problem(machine.get("no/such/address")) == (404, "not-found")


def test_a_partner_is_registered_by_a_command(
    bank: Registered, reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("register_partner", "aid", "An agency", "agency", "service_of_a_body", PROGRAMME)
    secret = capsys.readouterr().out.split()[-1]
    assert secret not in str(Partner.objects.get(code="aid").application.client_secret)
    with pytest.raises(UsageError, match="no programme `jury`"):
        call_command("register_partner", "x", "X", "agency", "service_of_a_body", "jury")


@pytest.mark.parametrize(("kind", "basis"), [("friend", "bank_application"), ("bank", "casework")])
def test_a_kind_or_basis_that_is_not_there_is_refused(
    db: None, reader: Reader, kind: str, basis: str
) -> None:
    with pytest.raises(UsageError, match="There is no (kind of partner|legal basis)"):
        register(reader, "x", "X", kind, basis, [PROGRAMME])
