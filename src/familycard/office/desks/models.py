"""Who was admitted at a desk and how, and codes on their way to a person's phone."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Admission(models.Model):
    """A person was before an official, in the room or on the phone: how they were known, and until when."""

    HOW = [("document", "document"), ("code", "code")]

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="admissions")
    person = models.CharField(max_length=40, blank=True)
    """Blank where nobody was found: the attempt counts."""
    how = models.CharField(max_length=20, choices=HOW)
    document_kind = models.CharField(max_length=20, blank=True)
    document_end = models.CharField(max_length=4, blank=True)
    """The last four characters of the document's number: enough to find it again, too little to misuse."""
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-at"], name="admissions_of_user")]


class Code(models.Model):
    """A one-time code that was sent to a person's phone; only its hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person = models.CharField(max_length=40, blank=True)
    """Blank where nobody was found: the page looks the same, and no code fits."""
    hash = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)


class Outgoing(models.Model):
    """A message as the made-up deployment shows it instead of sending it. Where data are real no row is ever written."""

    person = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    text = models.CharField(max_length=300)
