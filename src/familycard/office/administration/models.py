"""The record of what administrators changed, and accounts that wait for a second administrator."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Change(models.Model):
    """One change of an account: who, when, what. Rows are only ever added, by `record.add`, as a chain."""

    CREATED, ENDED, AREA_GIVEN, AREA_ENDED = "created", "ended", "area_given", "area_ended"
    LINK_MADE, APPROVED, REFUSED, PASSWORD_SET = "link_made", "approved", "refused", "password_set"
    ACTIONS = (CREATED, ENDED, AREA_GIVEN, AREA_ENDED, LINK_MADE, APPROVED, REFUSED, PASSWORD_SET)

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    """The account's name; of the owner who set the password it is their own."""
    account = models.CharField(max_length=150)
    action = models.CharField(max_length=20, choices=[(action, action) for action in ACTIONS])
    detail = models.CharField(max_length=200, blank=True)
    """A role, an area, a date."""
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)


class Proposal(models.Model):
    """An account, or a new password of one, that only counts when a second administrator agrees."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="proposals")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    is_approved = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=models.Q(decided_at=None), name="one_open_proposal_an_account"
            )
        ]
