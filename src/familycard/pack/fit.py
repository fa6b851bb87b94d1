"""How a scorecard is fitted to a survey: what is measured, by which indicators, within which limits.

The file `fits/<id>.yaml` is written by people who answer for it; `familycard fit` reads it and
writes `scorecards/<id>.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from familycard.pack.place import NOWHERE, Label, Place
from familycard.pack.scorecard import Adjustment, Override


@dataclass(frozen=True)
class Target:
    """What the survey measured: an amount of money, or a label of an ordered list."""

    column: str
    label: Label
    is_amount: bool
    least: int = 0
    """An amount below this (whole units of currency) counts as this: logarithms need a floor."""
    order: tuple[str, ...] = ()
    """The labels, the neediest first."""


@dataclass(frozen=True)
class Candidate:
    """An indicator that may give points, and how they must run as it rises."""

    indicator: str
    direction: int = 0
    """1: never fewer points, -1: never more, 0: as measured."""
    override: Override | None = None


@dataclass(frozen=True)
class Group:
    """Families to be told apart in a report; an integer may be cut into bands."""

    id: str
    by: str
    label: Label
    bands: tuple[int, ...] = ()
    value_labels: Mapping[str, Label] = field(default_factory=dict)


@dataclass(frozen=True)
class Cuts:
    """Where categories end: by shares of the people, by amounts, or between labels.

    `limits` are (letter, limit), the neediest first; the last has none. Where `finds_macro_f1`,
    the limits say which families belong to a category, and the cut-offs of the score are those
    that give the best macro-F1; else they are the score's own shares or lines.
    """

    by: str
    """shares, lines or labels"""
    limits: tuple[tuple[str, str | None], ...]
    finds_macro_f1: bool = False


@dataclass(frozen=True)
class Fit:
    """One recipe; its id is the scorecard's."""

    id: str
    title: Label
    unit: str
    provenance: Label
    why: Label
    target: Target
    weight: str
    persons: str | None
    """Multiplies the weight, so that shares are of people, not of families."""
    household: str | None
    """A survey of its own names by this column a member of the family, by identifier."""
    cluster: tuple[str, ...]
    """Rows equal in these stay in one fold."""
    candidates: tuple[Candidate, ...]
    pairs: int
    middle: int
    step: int
    """Points of a doubling of the amount, or of a standard deviation of the label."""
    cuts: Cuts
    category_labels: Mapping[str, Label]
    groups: tuple[Group, ...]
    alike: tuple[str, ...]
    """What law and need know: families equal in these are expected to be treated alike."""
    adjustments: tuple[Adjustment, ...]
    card: Mapping[str, Label]
    """The model card: purpose, data, law, limits, who_may_change."""
    place: Place = NOWHERE

    @property
    def indicators(self) -> tuple[str, ...]:
        """The candidates by name."""
        return tuple(candidate.indicator for candidate in self.candidates)

    @property
    def described(self) -> tuple[str, ...]:
        """What the report tells families apart by, without attributes of the head."""
        named = (*(group.by for group in self.groups), *self.alike)
        return tuple(name for name in named if not name.startswith("head."))
