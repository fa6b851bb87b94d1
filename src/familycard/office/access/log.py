"""Adding to the access log: a chain of keyed hashes, and a seal outside the database that says how far it came.

Each row's hash is HMAC-SHA256 (RFC 2104) over the hash before it and the row, with a key that the
database does not hold: who can write to the database alone cannot forge a chain. The idea of a
linked log: Haber and Stornetta, "How to time-stamp a digital document" (1991). A chain cut at its
end is still a chain; so after every row the seal, a small file beside the database, takes the
last row's number and hash.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from familycard.office.access.models import LogHead, Look, LookedAt

FIELDS = ("sequence", "at", "user", "name", "role", "page", "purpose", "reason", "persons", "snapshot")
"""What is hashed of a row, `at` as ISO 8601 in UTC to the microsecond."""


def append(persons: Iterable[str], **row: Any) -> Look:
    """Add one look at persons (by reference); it is on disk when this returns."""
    seen = sorted(set(persons))
    with transaction.atomic():
        head = _locked_head()
        look = Look(sequence=head.sequence + 1, at=timezone.now(), persons=seen, previous=head.hash, **row)
        look.hash = link(settings.ACCESS_LOG_KEY, head.hash, as_hashed(look))
        look.save(force_insert=True)
        LookedAt.objects.bulk_create([LookedAt(look=look, person=person) for person in seen])
        LogHead.objects.filter(only=1).update(sequence=look.sequence, hash=look.hash)
        transaction.on_commit(lambda: seal(Path(settings.ACCESS_LOG_SEAL), look.sequence, look.hash))
    return look


def link(key: bytes, previous: str, row: Mapping[str, Any]) -> str:
    """The hash of a row that follows one with the hash `previous`: 64 hexadecimal digits."""
    text = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key, f"{previous}\n{text}".encode(), hashlib.sha256).hexdigest()


def as_hashed(look: Look) -> dict[str, Any]:
    """A row as it enters its hash."""
    row = {field: getattr(look, field) for field in FIELDS}
    return {**row, "at": look.at.astimezone(UTC).isoformat(timespec="microseconds")}


def seal(file: Path, sequence: int, digest: str) -> None:
    """Say outside the database how far the log has come: one line of fixed length, written in place."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(descriptor, f"{sequence:020d} {digest}\n".encode(), 0)
    finally:
        os.close(descriptor)


def _locked_head() -> LogHead:
    head = LogHead.objects.select_for_update().filter(only=1).first()
    if head is None:
        LogHead.objects.get_or_create(only=1)
        head = LogHead.objects.select_for_update().get(only=1)
    return head
