"""The access log, and looks in an emergency."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from familycard.office.cards.placed import Placed


class Look(models.Model):
    """One look at persons: who, in which role, on which page, at whom, why and in which snapshot.

    Rows are only ever added, by `log.append`. Each carries a keyed hash of itself and of the row
    before it, so any edit, removal or reordering breaks the chain at the first row that was touched.
    """

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    user = models.PositiveBigIntegerField(null=True)
    """The account's number; None for a partner's machine, which `name` names."""
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=30)
    page = models.CharField(max_length=80)
    purpose = models.CharField(max_length=40)
    reason = models.CharField(max_length=500, blank=True)
    persons = models.JSONField()
    """References of all persons seen, in order."""
    snapshot = models.CharField(max_length=80)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)


class LookedAt(models.Model):
    """Which looks saw a person: the log by person, for the page on which a citizen reads it."""

    look = models.ForeignKey(Look, on_delete=models.PROTECT, related_name="looked_at")
    person = models.CharField(max_length=40)
    is_about = models.BooleanField(default=False)
    """Whether the page was about this person, and not only showed them beside another."""

    class Meta:
        indexes = [models.Index(fields=["person", "-look"], name="looks_by_person")]


class LogHead(models.Model):
    """The last row of the log; who adds the next one holds this row's lock."""

    only = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)


class BrokenGlass(Placed):
    """A look outside one's area in an emergency: why, until when, and what the supervisor of where the person lives found."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="broken_glass")
    person = models.CharField(max_length=40, db_index=True)
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    until = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    was_right = models.BooleanField(null=True, blank=True)
    finding = models.CharField(max_length=500, blank=True)
