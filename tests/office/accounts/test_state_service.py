"""The state's service is believed only with its own signature, made in a way that is on our list and not yet over."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from state_tokens import ANOTHERS, signed
from test_signing_in import number_of, through_the_state

from familycard.office.accounts.models import User
from familycard.snapshot.reader import Reader

__all__ = ["through_the_state"]


@pytest.fixture
def came_in(
    accounts: dict[str, User], reader: Reader, through_the_state: Callable[..., Any]
) -> Callable[[str], bool]:
    """Whether the service's answer with this ID token signs the citizen in."""
    number = number_of(reader, accounts["citizen"].person)

    def go(token: str) -> bool:
        client: Client
        client, answer = through_the_state({"iin": number}, id_token=token)
        assert answer.status_code < 500
        return "_auth_user_id" in client.session

    return go


def test_the_services_own_signature_is_believed(came_in: Callable[[str], bool]) -> None:
    assert came_in(signed())


@pytest.mark.parametrize(
    "token",
    [
        signed(ANOTHERS),
        signed(None, "none"),
        signed("a secret of thirty-two bytes or more", "HS256"),
        signed(kid=None),
        signed(kid="2"),
        signed(exp=int(time.time()) - 60),
        signed(iss="https://elsewhere.example"),
        signed(aud="another office"),
        signed()[:-8] + "AAAAAAAA",
        "no token",
    ],
    ids=[
        "another's",
        "none",
        "shared",
        "unnamed",
        "unknown",
        "over",
        "issuer",
        "audience",
        "changed",
        "garbage",
    ],
)
def test_whatever_else_signs_nobody_in(came_in: Callable[[str], bool], token: str) -> None:
    assert not came_in(token)


def test_without_an_id_token_nobody_is_signed_in_and_the_log_says_what_is_missing(
    came_in: Callable[[str], bool], caplog: pytest.LogCaptureFixture
) -> None:
    assert not came_in("")
    assert "it sent no ID token" in caplog.text


@pytest.mark.parametrize("named", [{"sub": "another"}, {"sub": ""}, {"sub": None}])
def test_userinfo_about_another_than_the_id_token_names_signs_nobody_in(
    accounts: dict[str, User],
    reader: Reader,
    through_the_state: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
    named: dict[str, Any],
) -> None:
    number = number_of(reader, accounts["citizen"].person)
    client, answer = through_the_state({"iin": number, **named})
    assert "_auth_user_id" not in client.session
    assert "Кіру мүмкін болмады" in answer.content.decode()
    assert "not about the person whom its ID token names" in caplog.text
    assert number not in caplog.text
