"""The state's service is believed only with its own signature, made in a way that is on our list and not yet over."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from django.test import Client
from jwt.algorithms import ECAlgorithm
from test_signing_in import ISSUER, number_of, through_the_state

from familycard.office.accounts.models import User
from familycard.snapshot.reader import Reader

__all__ = ["through_the_state"]
KEY, ANOTHERS = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
PUBLISHED = {**json.loads(ECAlgorithm.to_jwk(KEY.public_key())), "kid": "1", "alg": "ES256", "use": "sig"}


def signed(
    key: EllipticCurvePrivateKey | str | None = KEY,
    algorithm: str = "ES256",
    kid: str | None = "1",
    **claims: Any,
) -> str:
    """An ID token with these claims in place of the right ones."""
    right = {"iss": ISSUER, "aud": "office", "sub": "someone", "exp": int(time.time()) + 60}
    return jwt.encode(right | claims, key, algorithm, headers={"kid": kid} if kid else {})


@pytest.fixture
def came_in(
    accounts: dict[str, User], reader: Reader, through_the_state: Callable[..., Any]
) -> Callable[[str], bool]:
    """Whether the service's answer with this ID token signs the citizen in."""
    number = number_of(reader, accounts["citizen"].person)

    def go(token: str) -> bool:
        client: Client
        client, answer = through_the_state({"iin": number}, id_token=token, keys=[PUBLISHED])
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
