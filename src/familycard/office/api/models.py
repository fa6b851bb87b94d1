"""Partners whose machines may ask, and receipts of what they were answered."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from familycard.office.accounts.models import InForce


class Partner(models.Model):
    """A body registered to ask: on which legal basis, about which programmes, since when and until when.

    `code` is what a citizen's consent names. The registration is an agreement of the two bodies on
    paper; no partner enters itself.
    """

    KINDS = [("bank", "bank"), ("agency", "agency")]

    code = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=KINDS)
    basis = models.CharField(max_length=40)
    """One of `access/purposes.yaml` that is open to partners: with it each look of theirs is logged."""
    programmes = models.JSONField(default=list)
    """Ids of the programmes that it may ask about."""
    application = models.OneToOneField("oauth2_provider.Application", on_delete=models.PROTECT)
    """Its name and secret at the token address (OAuth 2.0 client credentials, RFC 6749 section 4.4)."""
    start = models.DateField(default=timezone.localdate)
    end = models.DateField(null=True, blank=True)

    objects = InForce.as_manager()


class Receipt(models.Model):
    """What a partner was answered once. Its number is the row of the access log by which the person can read of it."""

    number = models.PositiveBigIntegerField(primary_key=True)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="receipts")
    person = models.CharField(max_length=40)
    programme = models.CharField(max_length=80)
    answer = models.CharField(max_length=20)
    as_of = models.DateField()
    snapshot = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)
