"""Bars beside a table: plain numbers for an SVG, whose table says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from familycard.office.casework.lists import Age

WIDTH, HEIGHT, GAP = 300, 24, 8


@dataclass(frozen=True)
class Bar:
    """One bar: where it lies, how long it is, and of how many days."""

    y: int
    width: int
    age: Age


def bars(ages: Sequence[Age]) -> list[Bar]:
    """A bar an age; the longest fills the width, so that one sees where most wait."""
    longest = max((age.cases + age.answers for age in ages), default=0) or 1
    return [
        Bar(n * (HEIGHT + GAP), (age.cases + age.answers) * WIDTH // longest, age)
        for n, age in enumerate(ages)
    ]
