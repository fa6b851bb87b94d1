"""What stewards decide about rows that wait to be linked."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class LinkageDecision(models.Model):
    """What a steward said of a row and the person whom it may be about. Only ever added; the last one counts.

    `cannot_tell` leaves the row waiting for another steward or for better records.
    """

    SAME, NOT_SAME, CANNOT_TELL = "same", "not_same", "cannot_tell"
    VERDICTS = [(SAME, SAME), (NOT_SAME, NOT_SAME), (CANNOT_TELL, CANNOT_TELL)]

    source = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    row = models.PositiveBigIntegerField()
    person = models.CharField(max_length=40)
    verdict = models.CharField(max_length=20, choices=VERDICTS)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["source", "sha256", "row", "person"], name="linkage_decisions_of_a_pair")
        ]
