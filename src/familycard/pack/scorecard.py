"""A scorecard as values: integer points for ranges of indicators, limits of experts, cut-offs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from familycard.pack.place import NOWHERE, Expression, Label, Place


@dataclass(frozen=True)
class Bin:
    """Points for values below a limit (scaled as the indicator); the last has no limit."""

    below: str | None
    points: int


@dataclass(frozen=True)
class Override:
    """What experts allow a term's points to be, whatever its bins say, and why.

    >>> Override({}, at_most=0).limited(15)
    0
    """

    why: Label
    at_least: int | None = None
    at_most: int | None = None

    def limited(self, points: int) -> int:
        """The points within the limits."""
        if self.at_least is not None:
            points = max(points, self.at_least)
        return points if self.at_most is None else min(points, self.at_most)


@dataclass(frozen=True)
class Term:
    """One line of a scorecard; exactly one of bins, values, when and table is given."""

    id: str
    label: Label
    why: Label
    bins: str | None = None
    bin_points: tuple[Bin, ...] = ()
    values: str | None = None
    value_points: Mapping[str, int] = field(default_factory=dict)
    otherwise: int | None = None
    when: Expression | None = None
    points: int = 0
    table: tuple[str, str] | None = None
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    grid: tuple[tuple[int, ...], ...] = ()
    missing: int | None = None
    """Points where the indicator (of a table, both) is unknown; None leaves the score a range."""
    missing_row: tuple[int, ...] = ()
    """Of a table, by column: points where the indicator of the rows alone is unknown."""
    missing_column: tuple[int, ...] = ()
    """Of a table, by row: points where the indicator of the columns alone is unknown."""
    override: Override | None = None
    sphere: str | None = None
    """The sphere that it counts in, for a scorecard that weighs spheres."""
    place: Place = NOWHERE

    @property
    def all_points(self) -> tuple[int, ...]:
        """Every number of points that it can give, within the limits of experts."""
        points = [bin_.points for bin_ in self.bin_points] + list(self.value_points.values())
        points += [cell for row in self.grid for cell in row]
        points += [*self.missing_row, *self.missing_column]
        points += [one for one in (self.otherwise, self.missing) if one is not None]
        points += [0, self.points] if self.when is not None else []
        return tuple(self.limited(one) for one in points)

    def limited(self, points: int) -> int:
        """The points within the limits of experts."""
        return points if self.override is None else self.override.limited(points)

    @property
    def named(self) -> tuple[str, ...]:
        """The indicators that it names outside `when`."""
        return tuple(name for name in (self.bins, self.values, *(self.table or ())) if name is not None)


@dataclass(frozen=True)
class Adjustment:
    id: str
    when: Expression
    why: Label
    at_most: int | None = None
    at_least: int | None = None
    place: Place = NOWHERE


@dataclass(frozen=True)
class Scorecard:
    id: str
    title: Label
    unit: str
    provenance: Label
    base: int
    terms: tuple[Term, ...]
    adjustments: tuple[Adjustment, ...]
    categories: tuple[tuple[str, int | None], ...]
    """(letter, below), ascending; the last has no limit."""
    category_labels: Mapping[str, Label]
    official: bool = False
    place: Place = NOWHERE
