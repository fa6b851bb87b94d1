"""Adding to the administrators' record, and checking that nothing of it was changed.

A chain of keyed hashes as the access log is (`access/log.py`), under a key of its own.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from familycard.office.access.in_turn import in_turn
from familycard.office.administration.models import Change

BEGINNING = "0" * 64
FIELDS = ("sequence", "by", "account", "action", "detail")
"""What is hashed of a row beside the moment."""


def add(by: str, account: str, action: str, detail: str = "") -> Change:
    """Add one change; it belongs into the transaction of what it records."""
    with transaction.atomic():
        in_turn("administration record")
        last = Change.objects.order_by("-sequence").first()
        change = Change(
            sequence=last.sequence + 1 if last else 1,
            at=timezone.now(),
            by=by,
            account=account,
            action=action,
            detail=detail,
            previous=last.hash if last else BEGINNING,
        )
        change.hash = _hash(change)
        change.save(force_insert=True)
    return change


def first_broken() -> int | None:
    """The number of the first row that is not as it was written, or is missing; None where all are."""
    previous, expected = BEGINNING, 1
    for change in Change.objects.order_by("sequence").iterator():
        whole = change.sequence == expected and change.previous == previous
        if not whole or not hmac.compare_digest(change.hash, _hash(change)):
            return expected
        previous, expected = change.hash, expected + 1
    return None


def _hash(change: Change) -> str:
    row = {name: getattr(change, name) for name in FIELDS}
    row["at"] = change.at.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    key = settings.DEPLOYMENT.key("administration record")
    return hmac.new(key, f"{change.previous}\n{text}".encode(), hashlib.sha256).hexdigest()
