"""A segment counted for an analyst: how many meet all chosen conditions, and how they are made up.

The state of such a page is the list of its conditions; each value of a facet is one condition more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from familycard.desk.counts import Condition, Counts
from familycard.desk.disclosure import hide_steps
from familycard.desk.question import Asked
from familycard.desk.vocabulary import Step
from familycard.snapshot.names import SearchName


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet; `shown` is None where the count is hidden."""

    step: Step
    is_chosen: bool
    shown: int | None


@dataclass(frozen=True)
class Facet:
    """How a segment is made up by one name; of the name's own condition, as if it were not chosen."""

    name: SearchName
    values: tuple[FacetValue, ...]


@dataclass(frozen=True)
class Counted:
    """What is shown of a segment."""

    level: str
    everyone: int | None
    shown: int | None
    facets: tuple[Facet, ...]


def count_segment(counts: Counts, conditions: Sequence[Condition], facets: Sequence[str] = ()) -> Counted:
    """Count a segment and its facets; UsageError for a name or a step that is none."""
    counts.prepare([*(condition.name for condition in conditions), *facets])
    asked = counts.asked(conditions)
    return Counted(
        level=counts.level,
        everyone=counts.total(()).shown,
        shown=counts.total(asked).shown,
        facets=tuple(_facet(counts, asked, name) for name in facets),
    )


def _facet(counts: Counts, asked: Sequence[Asked], name: str) -> Facet:
    others = [one for one in asked if one.name != name]
    chosen = range(0)
    for one in asked:
        if one.name == name:
            chosen = range(one.first, one.last + 1)
    words, shown = counts.vocabulary(name), shown_by_step(counts, others, name)
    values = (FacetValue(step, place in chosen, shown[step.id]) for place, step in enumerate(words.steps))
    return Facet(words.name, tuple(values))


def shown_by_step(counts: Counts, asked: Sequence[Asked], name: str) -> dict[str, int | None]:
    """What is shown of all to whom conditions apply, by each step of a name; None is hidden.

    Every page that tells how something is made up by a name asks here: a step that one page hides, so that the
    others do not tell it, must not stand on another.
    """
    cells = {step: cell.shown for (step,), cell in counts.cells(asked, [name]).items()}
    return dict(zip(cells, hide_steps(list(cells.values())), strict=True))
