"""Recorded requests of persons that somebody look into their log with them."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class LogRequest(models.Model):
    """A person asked the digital commissioner to look at who looked at their data: the ground to open their log.

    The ground ends by itself after `settings.LOG_REQUEST_DAYS`, the term of an answer.
    """

    person = models.CharField(max_length=40, db_index=True)
    document = models.CharField(max_length=100)
    """The number of the request as it was registered."""
    asked_on = models.DateField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    until = models.DateField()
