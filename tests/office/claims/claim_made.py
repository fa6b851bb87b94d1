"""A fact that somebody may dispute."""

from __future__ import annotations

from familycard.pack.types import INTEGER
from familycard.snapshot.facts import Fact, Origin


def a_fact() -> Fact:
    """One car too many."""
    origin = Origin("vehicles", "Vehicles", {}, "The police", "vehicles@registers.example", None)
    return Fact("working_cars", {"en": "Working cars"}, 1, INTEGER, origins=(origin,), disputable=True)
