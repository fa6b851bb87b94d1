"""Checking the log from within the office by the auditor's own program (`access/verify_log.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from familycard.office.access.chain import sealed
from familycard.office.access.models import Look, LookedAt
from familycard.office.access.verify_log import COLUMNS, Verdict, verify


@dataclass(frozen=True)
class Checked:
    """What the program said, and whether there was a seal: without one a cut end is not found."""

    verdict: Verdict
    has_seal: bool


def check() -> Checked:
    """Check all rows that are there now; ValueError where the seal is no seal.

    The seal is read first, then where the log ends: rows that are added meanwhile lack nowhere.
    """
    end = sealed(Path(settings.ACCESS_LOG_SEAL))
    last = Look.objects.order_by("-sequence").values_list("sequence", flat=True).first() or 0
    looks = Look.objects.filter(sequence__lte=last).order_by("sequence").values(*COLUMNS)
    index = LookedAt.objects.filter(look_id__lte=last).order_by("look_id").values_list("look_id", "person")
    verdict = verify(looks.iterator(), index.iterator(), settings.ACCESS_LOG_KEY, end)
    return Checked(verdict, end is not None)
