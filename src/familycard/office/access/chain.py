"""How the rows of the access log are linked: functions of values that the office and its auditors share.

Each row's hash is HMAC-SHA256 (RFC 2104) over the hash before it and the row, with a key that the
database does not hold: who can write to the database alone cannot forge a chain. The idea of a
linked log: Haber and Stornetta, "How to time-stamp a digital document" (1991). A chain cut at its
end is still a chain; so after every row the seal, a small file beside the database, takes the
last row's number and hash. Nothing here needs Django: an auditor does without it.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FIELDS = ("sequence", "at", "user", "name", "role", "page", "purpose", "reason", "persons", "snapshot")
"""What is hashed of a row, `at` as ISO 8601 in UTC to the microsecond."""
NOTHING = "0" * 64
"""The hash before the first row."""
HELD = "held\n"
"""Behind the seal's line once it moves no more."""


@dataclass(frozen=True)
class Sealed:
    """How far the log had come: the number and the hash of its last row."""

    sequence: int
    hash: str


def link(key: bytes, previous: str, row: Mapping[str, Any]) -> str:
    """The hash of a row that follows one with the hash `previous`: 64 hexadecimal digits."""
    hashed = {**row, "at": moment(row["at"])}
    text = json.dumps(
        {field: hashed[field] for field in FIELDS}, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hmac.new(key, f"{previous}\n{text}".encode(), hashlib.sha256).hexdigest()


def moment(at: datetime) -> str:
    """A moment as it is hashed.

    >>> moment(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02T03:04:05.000000+00:00'
    """
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def seal(file: Path, sequence: int, digest: str) -> None:
    """Say outside the database how far the log has come: one line of fixed length, written in place.

    It only moves forward: of two processes whose rows are committed one after the other, the later one
    may come here first.
    """
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        text = os.pread(descriptor, 200, 0).decode()
        known = _parsed(text)
        if known is None or (known.sequence < sequence and not text.endswith(HELD)):
            os.pwrite(descriptor, f"{sequence:020d} {digest}\n".encode(), 0)
    finally:
        os.close(descriptor)


def hold(file: Path, sequence: int) -> None:
    """Before a record gets a number that the seal knows already: hold the seal where it is, for ever.

    Records were removed from the end of the log, and the next ones would grow over the gap. A held seal
    keeps the hash of the record that was there, so the log is never whole again.
    """
    known = _parsed(file.read_text(encoding="utf-8")) if file.exists() else None
    if known is not None and known.sequence >= sequence:
        with file.open("r+", encoding="utf-8") as opened:
            fcntl.flock(opened, fcntl.LOCK_EX)
            if not opened.read().endswith(HELD):
                opened.write(HELD)


def sealed(file: Path) -> Sealed | None:
    """What the seal says; None where nothing was ever sealed. ValueError where it is no seal."""
    if not file.exists():
        return None
    text = file.read_text(encoding="utf-8")
    found = _parsed(text)
    if found is None:
        raise ValueError(f"{file} is no seal of an access log.")
    return found


def _parsed(text: str) -> Sealed | None:
    number, _, digest = text.partition("\n")[0].strip().partition(" ")
    return Sealed(int(number), digest) if number.isdecimal() and len(digest) == len(NOTHING) else None
