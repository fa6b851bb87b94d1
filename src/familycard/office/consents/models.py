"""A consent: dated, for one receiver and one purpose, and withdrawable at any time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Live(models.QuerySet["Consent"]):
    """Consents that can be asked for what holds now."""

    def live(self, now: object) -> Live:
        """Those given, not withdrawn and not past their end."""
        return self.filter(Q(until=None) | Q(until__gt=now), withdrawn_at=None, given_at__lte=now)


class Consent(models.Model):
    """That a person agreed that somebody may see or ask something about them.

    To another adult of the family (`receiver`: a reference) to see their data on the family's card; or
    to a partner, such as a bank, to be told about one programme (Personal Data Law No 94-V art. 8).
    """

    FAMILY, PROGRAMME = "family", "programme"
    PURPOSES = [(FAMILY, FAMILY), (PROGRAMME, PROGRAMME)]

    person = models.CharField(max_length=40, db_index=True)
    """The reference of who agreed."""
    purpose = models.CharField(max_length=20, choices=PURPOSES)
    receiver = models.CharField(max_length=100)
    """The reference of a member of the family, or a partner's id."""
    programme = models.CharField(max_length=100, blank=True)
    given_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = Live.as_manager()

    class Meta:
        ordering = ["-given_at", "-pk"]
        indexes = [models.Index(fields=["receiver", "purpose"], name="consents_to_receiver")]

    @property
    def is_for_family(self) -> bool:
        """Whether another member of the family may see by it."""
        return self.purpose == self.FAMILY
