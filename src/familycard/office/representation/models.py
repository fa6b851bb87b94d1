"""What an official recorded: by which document somebody may act for another, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from familycard.office.accounts.models import Representation
from familycard.office.cards.placed import Placed


class Recorded(Placed):
    """A document that one official saw. It counts from when another agreed: then `representation` is there.

    `person` is the reference of whom it is about: the ward, or who gave the power of attorney. The supervisor of
    where they live decides.
    """

    person = models.CharField(max_length=40, db_index=True)
    representative = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=Representation.KINDS)
    number = models.CharField(max_length=60)
    issued_by = models.CharField(max_length=120)
    """The notary, court or guardianship authority."""
    start = models.DateField()
    end = models.DateField(null=True, blank=True)
    """The first day on which it holds no longer."""
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    words = models.CharField(max_length=500, blank=True)
    """Why it was agreed to or refused; the person can read it."""
    representation = models.OneToOneField(
        Representation, on_delete=models.PROTECT, null=True, blank=True, related_name="recorded"
    )
    """What it gives; none while it waits, or where it was refused."""
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The account that ended it: an official's, the person's own, or that of who acted and stepped back."""

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "representative", "kind"],
                condition=Q(decided_at=None, ended_at=None),
                name="one_waiting_record_of_a_representation",
            )
        ]

    @property
    def is_guardianship(self) -> bool:
        """Whether a court or an authority made it, and not the person: the person cannot end it."""
        return self.kind == Representation.GUARDIAN

    @property
    def waits(self) -> bool:
        """Whether nobody has decided about it."""
        return self.decided_at is None and self.ended_at is None

    @property
    def is_in_force(self) -> bool:
        """Whether the representative may act by it today or later."""
        today = timezone.localdate()
        given = self.representation
        return given is not None and (given.end is None or given.end > max(today, given.start))

    @property
    def was_stepped_back_from(self) -> bool:
        """Whether who acted ended it: they need not act for anybody."""
        return self.ended_by is not None and self.ended_by.person == self.representative

    @property
    def can_be_ended(self) -> bool:
        """Whether there is something to end."""
        return self.waits or self.is_in_force
