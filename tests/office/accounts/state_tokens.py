"""ID tokens as the state's service would sign them, and as it would not."""

from __future__ import annotations

import json
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from jwt.algorithms import ECAlgorithm

ISSUER = "https://id.example"
KEY, ANOTHERS = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
PUBLISHED = {**json.loads(ECAlgorithm.to_jwk(KEY.public_key())), "kid": "1", "alg": "ES256", "use": "sig"}
SOMEONE = "someone"
"""By which name the service knows the citizen."""


def signed(
    key: EllipticCurvePrivateKey | str | None = KEY,
    algorithm: str = "ES256",
    kid: str | None = "1",
    **claims: Any,
) -> str:
    """An ID token with these claims in place of the right ones."""
    right = {"iss": ISSUER, "aud": "office", "sub": SOMEONE, "exp": int(time.time()) + 60}
    return jwt.encode(right | claims, key, algorithm, headers={"kid": kid} if kid else {})
