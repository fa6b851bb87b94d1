"""Signing in by hand and through the state's service; a second step; what is kept of who came in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.models import SocialAccount
from axes.helpers import get_client_ip_address
from django.conf import settings
from django.core.cache import cache
from django.test import Client, RequestFactory
from state_tokens import ISSUER, PUBLISHED, SOMEONE, signed

from familycard.errors import UsageError
from familycard.office.access.came_from import address_of
from familycard.office.accounts.adapter import Adapter
from familycard.office.accounts.models import User
from familycard.office.api.limits import ByAddress
from familycard.office.cards.references import person_of
from familycard.office.deployment import Oidc, deployment
from familycard.snapshot.reader import Reader

OIDC = Oidc(ISSUER, "office", "secret", "Digital ID", "iin")
SignedIn = Callable[[str], Client]


@pytest.fixture
def password(db: None, reader: Reader) -> str:
    """A worker with a password."""
    cache.clear()
    user = User(username="worker", role="social_worker")
    user.set_password("three unrelated words")
    user.save()
    return "three unrelated words"


def sign_in(client: Client, password: str) -> Any:
    return client.post("/account/login/", {"login": "worker", "password": password})


@pytest.mark.parametrize(
    "address",
    [
        "/account/2fa/",
        "/account/password/change/",
        "/account/2fa/totp/activate/",
        "/account/2fa/webauthn/",
        "/account/2fa/webauthn/add/",
        "/account/logout/",
        "/account/reauthenticate/",
    ],
)
@pytest.mark.parametrize(
    ("language", "menu"), [("kk", "Отбасы картасы"), ("ru", "Карта семьи"), ("en", "Family Card")]
)
def test_pages_about_signing_in_are_ours_in_each_language(
    password: str, address: str, language: str, menu: str
) -> None:
    client = Client()
    client.cookies["language"] = language
    sign_in(client, password)
    client.post("/account/reauthenticate/", {"password": password})
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 200, answer.headers.get("Location")
    assert menu in page and "govuk-main-wrapper" in page
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
    assert " style=" not in page and "data:image" not in page


def test_a_wrong_password_is_told_in_the_readers_language_and_closes_the_door_after_five(
    password: str,
) -> None:
    client = Client()
    answer = sign_in(client, "wrong")
    assert "Пайдаланушы аты немесе құпиясөз дұрыс емес." in answer.content.decode()
    statuses = [sign_in(client, "wrong").status_code for _ in range(5)]
    assert 429 in statuses
    sign_in(client, password)
    assert "_auth_user_id" not in client.session, "for a while the right one is refused, too"


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_stranger_keeps_nobody_out_but_from_where_the_stranger_is(
    password: str, monkeypatch: pytest.MonkeyPatch, proxies: int
) -> None:
    """Behind a proxy, too, where all come by one connection and a visitor writes what they like before its word."""
    monkeypatch.setattr(settings, "DEPLOYMENT", replace(settings.DEPLOYMENT, proxies=proxies))

    def visitor(address: str) -> Client:
        if not proxies:
            return Client(REMOTE_ADDR=address)
        return Client(REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": f"198.51.100.9, {address}"})

    stranger, owner = visitor("203.0.113.7"), visitor("203.0.113.8")
    statuses = set[int]()
    for attempt in range(20):
        if proxies:
            forged = {"X-Forwarded-For": f"198.51.100.{attempt}, 203.0.113.7"}
            stranger = Client(REMOTE_ADDR="10.0.0.1", headers=forged)
        statuses.add(sign_in(stranger, f"wrong {attempt}").status_code)
    assert 429 in statuses
    sign_in(stranger, password)
    assert "_auth_user_id" not in stranger.session
    sign_in(owner, password)
    assert "_auth_user_id" in owner.session


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.7", "10.0.0.1"),
        (1, "198.51.100.9, 203.0.113.7", "203.0.113.7"),
        (2, "198.51.100.9, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "10.0.0.1"),
        (1, "me", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_an_address_is_what_our_proxies_heard(
    monkeypatch: pytest.MonkeyPatch, proxies: int, forwarded: str, expected: str
) -> None:
    monkeypatch.setattr(settings, "DEPLOYMENT", replace(settings.DEPLOYMENT, proxies=proxies))
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})
    assert address_of(request) == expected
    assert ByAddress().get_cache_key(request) == f"requests_of_token_{expected}"
    assert get_client_ip_address(request) == Adapter().get_client_ip(request) == expected


@pytest.mark.parametrize(
    ("language", "words"),
    [("kk", "Бірнеше минут күтіп"), ("ru", "Подождите несколько минут"), ("en", "Wait a few")],
)
def test_who_confirms_too_often_reads_so_in_their_language(password: str, language: str, words: str) -> None:
    client = Client()
    client.cookies["language"] = language
    sign_in(client, password)
    # Wrong passwords would close the account before; sending nothing is counted by itself.
    for _ in range(11):
        answer = client.post("/account/reauthenticate/", {"password": ""})
    page = answer.content.decode()
    assert answer.status_code == 429
    assert words in page and "govuk-main-wrapper" in page and f'lang="{language}"' in page


def test_a_second_step_is_asked_for_once_it_is_switched_on(password: str) -> None:
    client = Client()
    assert sign_in(client, password).status_code == 302
    asked_again = client.get("/account/2fa/totp/activate/")
    assert asked_again.headers["Location"].startswith("/account/reauthenticate/")
    client.post("/account/reauthenticate/", {"password": password})
    page = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert secret is not None and "<svg" in page
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret[1], counter))
    assert client.post("/account/2fa/totp/activate/", {"code": code}).status_code == 302
    codes = client.get("/account/2fa/recovery-codes/")
    recovery = re.search(r"<code>([^<]+)</code>", codes.content.decode())
    assert recovery is not None
    again = Client()
    asked = sign_in(again, password)
    assert asked.headers["Location"].startswith("/account/2fa/authenticate/")
    assert again.get("/account/2fa/").status_code == 302, "not signed in before the second step"
    assert "Код дұрыс емес." in again.post("/account/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert again.post("/account/2fa/authenticate/", {"code": recovery[1]}).status_code == 302
    assert again.get("/account/2fa/").status_code == 200


class FakeService:
    """The state's service as allauth's client meets it: an edge that is not ours."""

    def __init__(self, claims: dict[str, str], id_token: str | None = None) -> None:
        """`id_token` is what it sends in place of a right one: another, or an empty one for none."""
        self.claims, self.id_token = claims, signed() if id_token is None else id_token

    def answer(self, address: str) -> dict[str, Any]:
        """What the service says at an address."""
        if address.endswith("openid-configuration"):
            places = {name: f"{ISSUER}/{name}" for name in ("authorization_endpoint", "token_endpoint")}
            places |= {
                "userinfo_endpoint": f"{ISSUER}/userinfo",
                "jwks_uri": f"{ISSUER}/keys",
                "issuer": ISSUER,
            }
            return places
        if address.endswith("token_endpoint"):
            given = {"access_token": "a", "token_type": "Bearer"}
            return given | ({"id_token": self.id_token} if self.id_token else {})
        if address.endswith("/keys"):
            return {"keys": [PUBLISHED]}
        return {"sub": SOMEONE, "name": "Айгүл", **self.claims}


@pytest.fixture
def through_the_state(
    reader: Reader, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Any]]:
    """Goes through the service as a browser would, with what the service says of the person."""
    import requests

    object.__setattr__(settings.DEPLOYMENT, "oidc", OIDC)
    settings.SOCIALACCOUNT_PROVIDERS = OIDC.providers()

    def go(claims: dict[str, str], id_token: str | None = None) -> Any:
        service = FakeService(claims, id_token)

        def request(session: object, method: str, address: str, **_: Any) -> requests.Response:
            response = requests.Response()
            response.status_code, response.headers["Content-Type"] = 200, "application/json"
            response.json = lambda **_: service.answer(address)
            return response

        monkeypatch.setattr(requests.Session, "request", request)
        client = Client()
        there = client.post("/account/oidc/state/login/")
        asked = parse_qs(urlsplit(there.headers["Location"]).query)
        assert asked["code_challenge_method"] == ["S256"] and asked["scope"] == ["openid"]
        back = client.get("/account/oidc/state/login/callback/", {"code": "c", "state": asked["state"][0]})
        return client, back

    yield go
    object.__setattr__(settings.DEPLOYMENT, "oidc", None)


def number_of(reader: Reader, reference: str) -> str:
    with reader.engine.connection.cursor() as cursor:
        asked = "select min(value) from serve.identifiers where person = $1"
        return str(cursor.execute(asked, [person_of(reference)]).fetchall()[0][0])


def test_a_citizen_comes_in_through_the_state_and_nothing_of_the_number_is_kept(
    db: None, accounts: dict[str, User], reader: Reader, through_the_state: Callable[..., Any]
) -> None:
    person = accounts["citizen"].person
    accounts["citizen"].delete()
    number = number_of(reader, person)
    for _ in range(2):
        client, back = through_the_state({"iin": number})
        assert back.status_code == 302, back.content
        user = User.objects.get(person=person)
        assert (user.role, user.has_usable_password()) == ("citizen", False)
        assert client.session["_auth_user_id"] == str(user.pk)
        assert number not in str(User.objects.filter(pk=user.pk).values().get()) + str(dict(client.session))
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("claims", [{"iin": "000000000000"}, {}])
def test_whom_the_registers_do_not_know_reads_what_to_do(
    db: None, through_the_state: Callable[..., Any], claims: dict[str, str]
) -> None:
    before = User.objects.count()
    client, back = through_the_state(claims)
    assert back.status_code == 403
    assert "Сізді тізілімдерден таба алмадық" in back.content.decode()
    assert "_auth_user_id" not in client.session and User.objects.count() == before


def test_half_a_service_is_a_mistake(tmp_path: Any) -> None:
    given = {"FAMILYCARD_OFFICE": str(tmp_path), "FAMILYCARD_OIDC_ISSUER": ISSUER}
    with pytest.raises(UsageError, match="FAMILYCARD_OIDC_CLIENT, FAMILYCARD_OIDC_SECRET"):
        deployment(given)
    whole = {f"FAMILYCARD_OIDC_{name.upper()}": value for name, value in vars(OIDC).items()}
    assert deployment({**given, **whole}).oidc == OIDC
    assert deployment({"FAMILYCARD_OFFICE": str(tmp_path)}).oidc is None
