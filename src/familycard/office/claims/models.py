"""A claim about one fact, its steps, and a request for a human."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from familycard.office.cards.placed import Placed
from familycard.office.claims.states import MADE, OPEN, STATES


class Claim(Placed):
    """Somebody says that one fact about a person is wrong.

    While it is open, what it says is presumed true (Administrative Procedural Code art. 15) and no step
    against the person may rest on the disputed fact (`services.blocks_adverse_step`).
    """

    WRONG, CLERICAL = "wrong", "clerical"
    KINDS = [(WRONG, WRONG), (CLERICAL, CLERICAL)]

    person = models.CharField(max_length=40, db_index=True)
    """The reference of whom the fact is about."""
    made_by = models.CharField(max_length=40)
    """The reference of who made it: the person, a parent, a representative."""
    assisted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The official who wrote it down for somebody at the desk or on the telephone."""
    fact = models.CharField(max_length=100)
    source = models.CharField(max_length=100)
    owner = models.CharField(max_length=200)
    contact = models.CharField(max_length=200)
    """Where the register's owner takes claims, by its contract."""
    kind = models.CharField(max_length=20, choices=KINDS, default=WRONG)
    said = models.CharField(max_length=200, blank=True)
    """What the register said when the claim was made, as written on the page."""
    claimed = models.CharField(max_length=200, blank=True)
    words = models.TextField(max_length=2000)
    state = models.CharField(max_length=20, choices=[(s, s) for s in STATES], default=MADE)
    made_at = models.DateTimeField()
    due_on = models.DateField()
    answer = models.TextField(max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "fact", "made_by"],
                condition=models.Q(state__in=sorted(OPEN)),
                name="one_open_claim_of_each_about_a_fact",
            )
        ]

    @property
    def is_open(self) -> bool:
        """Whether it waits for its answer."""
        return self.state in OPEN

    @property
    def added(self) -> models.QuerySet[ClaimStep]:
        """What its maker said later, before it was answered."""
        return self.steps.filter(from_state=models.F("to_state"))

    @property
    def others(self) -> models.QuerySet[Claim]:
        """Open claims of others about the same fact: each has an answer of its own."""
        rows = Claim.objects.filter(person=self.person, fact=self.fact, state__in=OPEN)
        return rows.exclude(made_by=self.made_by)


class ClaimStep(models.Model):
    """One move of a claim from state to state, or within one where its maker adds words: when, by whom, what was said."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="steps")
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    role = models.CharField(max_length=30)
    words = models.TextField(max_length=4000, blank=True)

    class Meta:
        ordering = ["at", "pk"]


class HumanRequest(Placed):
    """Somebody asks that a human looks at what was made automatically, and answers.

    The Digital Code gives the right to such a review of what an algorithm decided.
    """

    person = models.CharField(max_length=40, db_index=True)
    made_by = models.CharField(max_length=40)
    assisted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The official who wrote it down for somebody at the desk or on the telephone."""
    about = models.CharField(max_length=100, blank=True)
    """What it is about: `category`, a programme's id, or nothing."""
    words = models.TextField(max_length=8000)
    """What was asked, and what the same person added before it was answered."""
    made_at = models.DateTimeField()
    due_on = models.DateField()
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "made_by"],
                condition=models.Q(answered_at=None),
                name="one_open_request_of_each_about_a_person",
            )
        ]

    @property
    def is_open(self) -> bool:
        """Whether it waits for its answer."""
        return self.answered_at is None
