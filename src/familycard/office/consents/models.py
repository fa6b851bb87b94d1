"""Consents of persons to questions of partners."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Consent(models.Model):
    """One person lets one partner ask about one programme, until a day or until they withdraw it."""

    person = models.CharField(max_length=40, db_index=True)
    programme = models.CharField(max_length=80)
    partner = models.CharField(max_length=50)
    given_at = models.DateTimeField(default=timezone.now)
    until = models.DateField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
