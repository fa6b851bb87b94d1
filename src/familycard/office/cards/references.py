"""Keyed references: what stands for a person in addresses, in the log and in the office's database.

The core's number of a person, sealed with AES-SIV (RFC 5297) under a key of this installation: the
same person always has the same reference, nobody can make one up, and no table of 20 million
references need be kept to read one, as a one-way HMAC would need.
"""

from __future__ import annotations

import base64
import binascii
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

_BYTES = 8
_LETTERS = 32


def reference(person: int) -> str:
    """The reference of a person: 32 letters, digits, ``-`` and ``_``."""
    return base64.urlsafe_b64encode(_cipher().encrypt(person.to_bytes(_BYTES, "big"), None)).decode()


def person_of(text: str) -> int | None:
    """The person whom a reference stands for; None for anything that is no reference of this installation."""
    if len(text) != _LETTERS:
        return None
    try:
        return int.from_bytes(_cipher().decrypt(base64.b64decode(text, b"-_", validate=True), None), "big")
    except (InvalidTag, binascii.Error, ValueError):
        return None


@cache
def _cipher() -> AESSIV:
    return AESSIV(settings.DEPLOYMENT.key("references"))
