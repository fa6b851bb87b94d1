"""The states of a case and the moves between them. What is not listed cannot happen.

A case that nobody can help with any more is closed, never deleted; who needs help again has
theirs opened again, with all that is known.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a case stands."""

    NEW = "new", pgettext_lazy("case", "new")
    """Opened; nobody has spoken with the family yet."""
    ASSESSED = "assessed", pgettext_lazy("case", "needs are known")
    """A worker has spoken with the family or visited it."""
    PLANNED = "planned", pgettext_lazy("case", "plan in force")
    """The family and the worker agreed on a plan."""
    CLOSED = "closed", pgettext_lazy("case", "closed")


MOVES: dict[State, frozenset[State]] = {
    State.NEW: frozenset({State.ASSESSED, State.CLOSED}),
    State.ASSESSED: frozenset({State.PLANNED, State.CLOSED}),
    State.PLANNED: frozenset({State.ASSESSED, State.CLOSED}),
    State.CLOSED: frozenset({State.NEW}),
}
"""From each state, the states into which a case may go."""


class ImpossibleMove(Exception):
    """A case was to go where it cannot go from where it stands."""


def check_move(before: str, after: str) -> None:
    """ImpossibleMove unless a case may go from one state into the other.

    >>> check_move("new", "assessed")
    >>> check_move("closed", "planned")
    Traceback (most recent call last):
    familycard.office.casework.states.ImpossibleMove: A case cannot go from closed to planned.
    """
    if State(after) not in MOVES[State(before)]:
        raise ImpossibleMove(f"A case cannot go from {before} to {after}.")
