"""Sessions live on the server, under tokens that cannot be guessed and are renewed whenever somebody proves who they are."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings as office
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from familycard.office.accounts.models import User
from familycard.snapshot.reader import Reader

PASSWORD = "three unrelated words"
OWN_PAGE = "/account/2fa/"


@pytest.fixture
def client(db: None, reader: Reader, settings: Any) -> Client:
    """A browser in which a worker has signed in; how slowly passwords are hashed is not asked here."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    user = User(username="worker", role="social_worker")
    user.set_password(PASSWORD)
    user.save()
    browser = Client()
    sign_in(browser)
    return browser


def sign_in(browser: Client) -> None:
    browser.post("/account/login/", {"login": "worker", "password": PASSWORD})


def token_of(browser: Client) -> str:
    return browser.cookies[office.SESSION_COOKIE_NAME].value


def opens(token: str) -> bool:
    """Whether a session's token opens a page of one's own."""
    browser = Client()
    browser.cookies[office.SESSION_COOKIE_NAME] = token
    return browser.get(OWN_PAGE).status_code == 200


def test_a_session_is_what_the_server_holds(client: Client) -> None:
    token = token_of(client)
    assert opens(token)
    assert not opens(token[:-1] + ("a" if token[-1] != "a" else "b"))
    Session.objects.all().delete()
    assert not opens(token), "the cookie says nothing by itself"


def test_a_token_is_made_for_one_session_and_has_128_random_bits(client: Client) -> None:
    tokens = {token_of(client)}
    for _ in range(3):
        browser = Client()
        sign_in(browser)
        tokens.add(token_of(browser))
    assert len(tokens) == 4, "one account, four sessions"
    # 26 of 36 characters would be 134 bits.
    assert all(re.fullmatch("[a-z0-9]{26,}", token) for token in tokens)
    assert len(set("".join(tokens))) > 25, "of all letters and digits"


def test_signing_in_makes_a_new_token_and_ends_the_one_before(client: Client) -> None:
    """Nobody can prepare a session for somebody else to sign in to."""
    prepared = Client()
    session = prepared.session
    session["purposes"] = {}
    session.save()
    prepared.cookies[office.SESSION_COOKIE_NAME] = before = str(session.session_key)
    sign_in(prepared)
    assert token_of(prepared) != before
    assert opens(token_of(prepared)) and not opens(before)
    assert not Session.objects.filter(session_key=before).exists()


def test_proving_again_who_one_is_makes_a_new_token_too(client: Client) -> None:
    before = token_of(client)
    client.post("/account/reauthenticate/", {"password": "wrong"})
    assert token_of(client) == before
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    assert token_of(client) != before
    assert opens(token_of(client)) and not opens(before)


def test_a_changed_password_ends_all_other_sessions(client: Client) -> None:
    other = Client()
    sign_in(other)
    new = "four more unrelated words"
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert opens(token_of(client)) and not opens(token_of(other))
