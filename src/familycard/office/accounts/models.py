"""Users. A citizen's account points to a person of the registers; a worker's has a role and dated areas."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from familycard.office.access.roles import CITIZEN, ROLES


class InForce(models.QuerySet[models.Model]):
    """Rows with the dates `start` and `end` (exclusive; none: until further notice)."""

    def on(self, day: date) -> InForce:
        """Those in force on a day."""
        return self.filter(Q(start__lte=day) & (Q(end=None) | Q(end__gt=day)))


class User(AbstractUser):
    """Somebody who signs in, in one role; another role is another account, so that no look has two meanings."""

    role = models.CharField(max_length=30, choices=[(role, role) for role in ROLES], default=CITIZEN)
    person = models.CharField(max_length=40, blank=True, db_index=True)
    """The keyed reference of the person that a citizen was proved to be; blank for others."""

    def area_codes(self) -> tuple[str, ...]:
        """The areas (and all within them) that the user works for today."""
        today = timezone.localdate()
        return tuple(
            self.areas.filter(start__lte=today).exclude(end__lte=today).values_list("area", flat=True)
        )


class AreaOfUser(models.Model):
    """An area in which a user works: a code of the pack, and all areas whose code begins with it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="areas")
    area = models.CharField(max_length=20)
    start = models.DateField(default=timezone.localdate)
    end = models.DateField(null=True, blank=True)

    objects = InForce.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "area", "start"], name="area_of_user_once")]


class Representation(models.Model):
    """Who may act for whom, since when and until when: a guardian, or a proxy with a notarised power.

    Both are keyed references of persons. A row of the registers or an official's look at the
    document is its `ground`; nobody enters it for themselves.
    """

    GUARDIAN, PROXY = "guardian", "proxy"
    KINDS = [(GUARDIAN, GUARDIAN), (PROXY, PROXY)]

    representative = models.CharField(max_length=40, db_index=True)
    person = models.CharField(max_length=40, db_index=True)
    kind = models.CharField(max_length=20, choices=KINDS)
    ground = models.CharField(max_length=200)
    start = models.DateField()
    end = models.DateField(null=True, blank=True)

    objects = InForce.as_manager()
