"""What analysts asked, and exports of rows with their states."""

from __future__ import annotations

import secrets
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from familycard.errors import UsageError

REQUESTED, APPROVED, REFUSED, WITHDRAWN, EXPIRED = "requested", "approved", "refused", "withdrawn", "expired"
TRANSITIONS: dict[str, frozenset[str]] = {
    REQUESTED: frozenset({APPROVED, REFUSED, WITHDRAWN}),
    APPROVED: frozenset({EXPIRED, WITHDRAWN}),
    REFUSED: frozenset(),
    WITHDRAWN: frozenset(),
    EXPIRED: frozenset(),
}
"""From each state of an export to which others it may go."""
STATES = {
    REQUESTED: _("waits for a second person"),
    APPROVED: _("approved"),
    REFUSED: _("refused"),
    WITHDRAWN: _("withdrawn"),
    EXPIRED: _("expired"),
}


class AskedQuestion(models.Model):
    """A question that an analyst asked of a snapshot, in its one form, on the day when it was first asked.

    Asking again tells nothing new, so it is not a question more.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    snapshot = models.CharField(max_length=80)
    text = models.TextField()
    day = models.DateField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "snapshot", "text"], name="question_asked_once")
        ]
        indexes = [models.Index(fields=["user", "day"], name="questions_of_a_day")]


def _code() -> str:
    return secrets.token_hex(8)


class Export(models.Model):
    """Rows that an analyst asks for: why, which, who approved or refused, and until when they may be fetched."""

    code = models.CharField(max_length=16, unique=True, default=_code, editable=False)
    """Names the export's own key of pseudonyms."""
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="exports"
    )
    requested_at = models.DateTimeField(default=timezone.now)
    purpose = models.CharField(max_length=500)
    basis = models.CharField(max_length=300)
    level = models.CharField(max_length=60)
    conditions = models.JSONField(default=list)
    columns = models.JSONField()
    state = models.CharField(max_length=20, choices=list(STATES.items()), default=REQUESTED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=1000, blank=True)
    """What the second person said."""
    expires_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")),
                name="export_needs_a_second_person",
            )
        ]

    def move(self, state: str, **changes: Any) -> None:
        """Go to another state; UsageError for a move that the graph does not have, or that somebody else made first."""
        if state not in TRANSITIONS[self.state]:
            raise UsageError(f"An export that is {self.state} cannot become {state}.")
        moved = Export.objects.filter(pk=self.pk, state=self.state).update(state=state, **changes)
        if not moved:
            raise UsageError("Somebody else has decided meanwhile; open the export again.")
        self.refresh_from_db()

    def expire(self, today: date) -> None:
        """Say that its time is over, where it is."""
        if self.state == APPROVED and self.expires_on is not None and self.expires_on <= today:
            Export.objects.filter(pk=self.pk, state=APPROVED).update(state=EXPIRED)
            self.refresh_from_db()


class Download(models.Model):
    """One download of an export: who, when, of which snapshot, how many rows, and how many were left out."""

    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="downloads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    snapshot = models.CharField(max_length=80)
    rows = models.PositiveBigIntegerField()
    left_out = models.PositiveBigIntegerField()
