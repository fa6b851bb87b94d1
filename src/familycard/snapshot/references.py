"""Keyed references: what stands for a person outside the core.

A reference is the first 80 bits of HMAC-SHA256 (RFC 2104) over kind and person, as 16
letters of base32 (RFC 4648). Each export has a key of its own, derived from the store's
secret and the export's name, so two exports cannot be joined by their references, and the
same export made again can.
"""

from __future__ import annotations

import hashlib
import hmac

import pyarrow as pa

from familycard.engine.duck import DuckEngine

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_BLOCK_BYTES = 64
_HALF_LETTERS = 8
_KEY_TABLE = "_reference_key"


def export_key(secret: bytes, name: str) -> bytes:
    """The key of one export; 32 bytes."""
    return hmac.new(secret, b"familycard export\0" + name.encode(), hashlib.sha256).digest()


def reference(key: bytes, kind: str, person: int) -> str:
    """The reference of one person (a unit is named by its head's person).

    >>> reference(b"key", "family", 7)
    '2UFUPZDYR3DJ6NOL'
    """
    digest = hmac.new(key, _message(kind, person), hashlib.sha256).digest()
    bits = int.from_bytes(digest[:10], "big")
    return "".join(LETTERS[bits >> shift & 31] for shift in range(75, -1, -5))


def _message(kind: str, person: int) -> bytes:
    return f"{kind}\0{person}".encode()


def with_references(engine: DuckEngine, key: bytes, kind: str, rows: str, person: str, out: str) -> None:
    """Make the table `out`: `rows` with a first column ``reference`` instead of the column `person`.

    The same as `reference`, for a whole table at once. The key is handed over as data, so no
    statement and no error message holds it.
    """
    padded = key.ljust(_BLOCK_BYTES, b"\0")
    inner, outer = (bytes(byte ^ mask for byte in padded) for mask in (0x36, 0x5C))
    engine.register(_KEY_TABLE, pa.table({"i": [inner], "o": [outer]}))
    message = f"encode('{kind}' || chr(0) || cast(\"{person}\" as varchar))"
    digest = f"sha256(o || unhex(sha256(i || {message})))"
    halves = ", ".join(
        f"cast('0x' || substr(_digest, {start}, 10) as bigint) as _{start}" for start in (1, 11)
    )
    letters = " || ".join(_letter(f"_{start}", 35 - 5 * n) for start in (1, 11) for n in range(_HALF_LETTERS))
    try:
        engine.make(
            out,
            f'select {letters} as reference, * exclude (_1, _11, _digest, "{person}") from (select *, {halves}'
            f" from (select r.*, {digest} as _digest from ({rows}) r cross join {_KEY_TABLE}))",
        )
    finally:
        engine.connection.unregister(_KEY_TABLE)


def _letter(half: str, shift: int) -> str:
    return f"substr('{LETTERS}', ({half} >> {shift} & 31) + 1, 1)"
