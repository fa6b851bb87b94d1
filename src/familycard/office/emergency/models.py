"""Attempts to look at a person in an emergency that found nobody. Those that found somebody are `access.BrokenGlass`."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Miss(models.Model):
    """Somebody asked for an identifier that nobody has; the identifier is not kept, it may be a living person's but for a digit."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=500)
