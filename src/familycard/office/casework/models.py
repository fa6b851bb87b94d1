"""Cases and what is done in them. A case is about a person, not about a unit: families change, the person stays.

Persons appear as keyed references only. Nothing here changes a register: a visit may contradict one,
and then asks its owner (`Verification`).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from familycard.office.casework.states import State


class Why(models.TextChoices):
    """Why a case was opened."""

    UNUSED = "unused", _("rights that are not used")
    NOTHING = "nothing", _("receives nothing though there are rights")
    FELL = "fell", _("fell into category D or E")
    QUESTIONS = "questions", _("registers contradict each other")
    REQUEST = "request", _("the family asked")
    REPORT = "report", _("a school, clinic or neighbour reported")
    EMERGENCY = "emergency", _("an emergency")


class Case(models.Model):
    """Work on the needs of one family: of its head, or of the person who asked."""

    person = models.CharField(max_length=40, db_index=True)
    why = models.CharField(max_length=20, choices=Why.choices)
    state = models.CharField(max_length=20, choices=State.choices, default=State.NEW)
    area = models.CharField(max_length=20, db_index=True)
    """Where the person lived when the case was opened: whose supervisor answers for it."""
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="cases", null=True, blank=True
    )
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    """By when the next thing must have happened."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="case_state_is_known"),
            models.UniqueConstraint(
                fields=["person"], condition=~Q(state=State.CLOSED), name="one_open_case_a_person"
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether work on it goes on."""
        return self.state != State.CLOSED

    @property
    def is_overdue(self) -> bool:
        """Whether the next thing should have happened already."""
        return self.is_open and self.due_on < timezone.localdate()


class OfCase(models.Model):
    """What was done in a case, by whom and when. Rows are added, never changed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="%(class)ss")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering = ["at", "pk"]

    @property
    def person(self) -> str:
        """Whom it is about: the person of its case."""
        return self.case.person


class Decision(OfCase):
    """A case went from one state into another: who decided it and why."""

    before = models.CharField(max_length=20, choices=State.choices)
    after = models.CharField(max_length=20, choices=State.choices)
    words = models.CharField(max_length=500, blank=True)
    family_agrees = models.BooleanField(default=False)
    """That the family agreed that its case is closed: then nothing is decided against it."""


class Handover(OfCase):
    """A case went from one worker to another, with what the next one must know."""

    before = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    after = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=500)


class Note(OfCase):
    """A worker's note. The person may ask for it, so it says what was seen, not what is thought of them."""

    words = models.TextField(max_length=2000)
    is_closed = models.BooleanField(default=False)
    """Whether who wrote it left it to the case's worker and their supervisor (`free_text.py`)."""


class Step(OfCase):
    """One step of the individual plan, to which the family agreed: a measure, by when, and what came of it."""

    measure = models.CharField(max_length=60)
    """Of the country pack's `measures`."""
    words = models.CharField(max_length=300, blank=True)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been done already."""
        return self.done_on is None and self.due_on < timezone.localdate()


class Visit(OfCase):
    """A visit to the home: when, whom the worker met, and whether the registers are right about it."""

    visited_on = models.DateField()
    met = models.CharField(max_length=200)
    words = models.TextField(max_length=2000)
    is_closed = models.BooleanField(default=False)
    """Whether who wrote the words left them to the case's worker and their supervisor (`free_text.py`)."""
    composition_is_right = models.BooleanField()
    address_is_right = models.BooleanField()


class Verification(OfCase):
    """A visit contradicts a register: its owner is asked. Until they answer nothing changes, and nobody loses anything.

    Administrative Procedural Code art. 76: fifteen working days.
    """

    ABOUT = [("composition", _("who belongs to the family")), ("address", _("the address"))]

    about = models.CharField(max_length=20, choices=ABOUT)
    seen = models.CharField(max_length=500)
    """What the worker saw instead."""
    source = models.CharField(max_length=60)
    owner = models.CharField(max_length=200)
    contact = models.CharField(max_length=200)
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    @property
    def is_of_address(self) -> bool:
        """Whether its words may name an address: of no family do pages show one, so hiding it points at nobody."""
        return self.about == "address"

    @property
    def is_overdue(self) -> bool:
        """Whether the owner should have answered already."""
        return self.answered_at is None and self.due_on < timezone.localdate()


class SafetyAlert(OfCase):
    """Danger to a person of the family or to who visits it. Sealed: see `alerts.py`, the one way to read it."""

    sealed = models.BinaryField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    """Who said that the danger is over; none of those that ended before this was kept."""
