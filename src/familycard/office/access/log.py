"""Adding to the access log: a chain of keyed hashes (see `chain`), sealed outside the database after every row."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from familycard.office.access.chain import FIELDS, hold, link, seal
from familycard.office.access.models import LogHead, Look, LookedAt


def append(persons: Iterable[str], *, about: str = "", **row: Any) -> Look:
    """Add one look at persons (by reference), at a page about one of them; it is on disk when this returns.

    A look at one person alone is about that person.
    """
    seen = sorted(set(persons))
    about = about or (seen[0] if len(seen) == 1 else "")
    with transaction.atomic():
        head = _locked_head()
        hold(Path(settings.ACCESS_LOG_SEAL), head.sequence + 1)
        look = Look(sequence=head.sequence + 1, at=timezone.now(), persons=seen, previous=head.hash, **row)
        look.hash = link(settings.ACCESS_LOG_KEY, head.hash, as_hashed(look))
        look.save(force_insert=True)
        LookedAt.objects.bulk_create(
            [LookedAt(look=look, person=person, is_about=person == about) for person in seen]
        )
        LogHead.objects.filter(only=1).update(sequence=look.sequence, hash=look.hash)
        transaction.on_commit(lambda: seal(Path(settings.ACCESS_LOG_SEAL), look.sequence, look.hash))
    return look


def as_hashed(look: Look) -> dict[str, Any]:
    """A row as it enters its hash."""
    return {field: getattr(look, field) for field in FIELDS}


def _locked_head() -> LogHead:
    head = LogHead.objects.select_for_update().filter(only=1).first()
    if head is None:
        LogHead.objects.get_or_create(only=1)
        head = LogHead.objects.select_for_update().get(only=1)
    return head
