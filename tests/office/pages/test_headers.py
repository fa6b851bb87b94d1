"""What every answer says to the browser: load nothing of others, keep nothing, come by HTTPS, under this name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse

from familycard.office.access.roles import ROLES
from familycard.office.access.table import table
from familycard.office.accounts.models import User

SignedIn = Callable[[str], Client]


def addresses() -> list[str]:
    """The addresses that need nothing but their name."""
    found = []
    for name in table().pages:
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return found


@pytest.mark.parametrize("role", ["anonymous", *ROLES])
def test_no_page_allows_what_is_not_safe_and_none_is_kept(signed_in: SignedIn, role: str) -> None:
    client = signed_in(role)
    for address in [*addresses(), "/no/such/page/"]:
        if address == reverse("account_logout"):
            continue
        answer = client.get(address)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy and "default-src 'none'" in policy, address
        assert "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in answer.headers
        if role != "anonymous" and answer.status_code == 200:
            assert "no-store" in answer.headers["Cache-Control"], address
        if answer.headers["Content-Type"].startswith("text/html"):
            assert " onclick=" not in answer.content.decode() and " style=" not in answer.content.decode()


def test_a_form_without_its_token_is_refused(accounts: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/account/login/", {"login": "x", "password": "y"}).status_code == 403


def test_a_session_ends_with_signing_out_and_with_the_account(
    signed_in: SignedIn, accounts: dict[str, User]
) -> None:
    client = signed_in("analyst")
    before = client.session.session_key
    assert client.get("/account/2fa/").status_code == 200
    client.post("/account/logout/")
    client.cookies[settings.SESSION_COOKIE_NAME] = before
    assert client.get("/account/2fa/").status_code == 302, "the old session opens nothing"
    client = signed_in("analyst")
    accounts["analyst"].is_active = False
    accounts["analyst"].save()
    assert client.get("/account/2fa/").status_code == 302


ASK = """
import json, os, django
django.setup()
from django.test import Client
answer = Client(SERVER_NAME="office.example").get("/", secure=True)
plain = Client(SERVER_NAME="office.example").get("/")
wrong = Client(SERVER_NAME="elsewhere.example").get("/", secure=True)
cookies = {name: [cookie["secure"], cookie["httponly"], cookie["samesite"]] for name, cookie in answer.cookies.items()}
print(json.dumps({"cookies": cookies, "hsts": answer.headers["Strict-Transport-Security"],
    "plain": [plain.status_code, plain.headers["Location"]], "wrong": wrong.status_code}))
"""


@pytest.fixture(scope="module")
def over_https(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of an office that is reached over HTTPS under one name."""
    folder = tmp_path_factory.mktemp("https")
    given = {
        "FAMILYCARD_OFFICE": str(folder),
        "FAMILYCARD_HTTPS": "yes",
        "FAMILYCARD_HOSTS": "office.example",
    }
    return {**os.environ, **given}


def test_over_https_cookies_are_bound_to_the_host_and_plain_http_is_left(over_https: dict[str, str]) -> None:
    said: Any = json.loads(subprocess.check_output([sys.executable, "-c", ASK], env=over_https))
    assert set(said["cookies"]) == {"__Host-csrf"}
    assert all(flags == [True, True, "Lax"] for flags in said["cookies"].values())
    assert said["hsts"] == "max-age=31536000; includeSubDomains; preload"
    assert said["plain"] == [301, "https://office.example/"]
    assert said["wrong"] == 400


def test_the_check_of_a_deployment_finds_nothing(over_https: dict[str, str]) -> None:
    command = [sys.executable, "-m", "familycard.office", "check", "--deploy", "--fail-level", "WARNING"]
    checked = subprocess.run(command, env=over_https, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "0 silenced" in checked.stdout + checked.stderr


def test_words_of_the_session_and_the_language_have_the_same_flags() -> None:
    assert settings.SESSION_COOKIE_HTTPONLY and settings.LANGUAGE_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == settings.LANGUAGE_COOKIE_SAMESITE == "Lax"
    assert Path(settings.STATIC_ROOT).is_relative_to(settings.DEPLOYMENT.folder)
