"""Decisions about pairs: kept in the office's database, and written as the file that `familycard link` takes back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from familycard.office.accounts.models import User
from familycard.office.cards.references import person_of, reference
from familycard.office.steward.models import LinkageDecision
from familycard.sources.linkage.queue import Decision, Key, Pair, write_decisions

FILE = "linkage-decisions.csv"
WRITTEN = {LinkageDecision.SAME: "yes", LinkageDecision.NOT_SAME: "no"}
"""What cannot be told goes on waiting: its line stays blank."""

OfficeKey = tuple[str, str, int, str]


def decide(pair: Pair, verdict: str, reason: str, by: User) -> None:
    """Keep a decision and write the file anew; if it cannot be written, nothing was decided."""
    assert settings.DEPLOYMENT.review is not None
    with transaction.atomic():
        LinkageDecision.objects.create(
            source=pair.source,
            sha256=pair.sha256,
            row=pair.row,
            person=reference(pair.person),
            verdict=verdict,
            reason=reason,
            by=by,
            at=timezone.now(),
        )
        write_decisions(settings.DEPLOYMENT.review, file(), _written())


def file() -> Path:
    """Where decisions are written for `familycard link --decide`."""
    folder: Path = settings.DEPLOYMENT.folder
    return folder / FILE


def last_verdicts() -> dict[OfficeKey, str]:
    """The decision that counts of each pair."""
    rows = LinkageDecision.objects.order_by("pk").values_list("source", "sha256", "row", "person", "verdict")
    return {(source, sha256, row, person): verdict for source, sha256, row, person, verdict in rows}


def _written() -> Mapping[Key, Decision]:
    found: dict[Key, Decision] = {}
    for one in LinkageDecision.objects.order_by("pk").select_related("by"):
        person = person_of(one.person)
        if person is None:
            continue
        key = (one.source, one.sha256, one.row, person)
        found.pop(key, None)
        if one.verdict in WRITTEN:
            found[key] = Decision(WRITTEN[one.verdict], one.by.username)
    return found
