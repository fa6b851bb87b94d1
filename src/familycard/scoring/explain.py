"""A score as a bill: base, a line for each term, adjustments, and the sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from familycard.errors import SnapshotError
from familycard.pack.expression import compile_condition, names_in
from familycard.pack.model import Adjustment, Pack, Scorecard, Term
from familycard.pack.scopes import column, scorecard_scope
from familycard.scoring.points import range_of, term_points
from familycard.sources.linkage.links import NO_LINKS, Links


@dataclass(frozen=True)
class ScoreLine:
    """A term's points (None: unknown, then between lowest and highest) and the names it rests on.

    `before_override` is what the bins gave where experts allow something else; None where they do not differ.
    """

    term: Term
    points: int | None
    lowest: int
    highest: int
    names: frozenset[str]
    before_override: int | None = None


@dataclass(frozen=True)
class ScoreResult:
    """A unit's score with all that makes it; `score` None where something unknown leaves it open."""

    card: Scorecard
    unit: int
    score: int | None
    lowest: int
    highest: int
    category: str | None
    category_lowest: str
    category_highest: str
    adjustment: int | None
    applied: tuple[Adjustment, ...]
    lines: tuple[ScoreLine, ...]
    row: Mapping[str, Any]
    links: Links = NO_LINKS

    @property
    def missing(self) -> tuple[ScoreLine, ...]:
        """The lines whose points are unknown."""
        return tuple(line for line in self.lines if line.points is None)


class ScoreExplainer:
    """A scorecard on a date, compiled once for any number of units.

    `expressions` are to be computed of a unit's values; what they give is asked of `explain`,
    with the values and the row of points.
    """

    def __init__(self, pack: Pack, card: Scorecard, as_of: date) -> None:
        self.card = card
        scope = scorecard_scope(pack, as_of)
        adjustments = [compile_condition(one.when, scope) for one in card.adjustments]
        self._overridden = [term for term in card.terms if term.override is not None]
        before = [term_points(pack, replace(term, override=None), scope).sql for term in self._overridden]
        self.expressions = (*(compiled.sql for compiled in adjustments), *before)
        names = frozenset[str]().union(*(compiled.names for compiled in adjustments))
        names = names.union(*map(names_of_term, self._overridden))
        meanings = {name: scope.resolve(name) for name in names}
        self.columns = frozenset(
            {"area"} | {name for name, meaning in meanings.items() if meaning and column(name) == meaning.sql}
        )

    def explain(
        self, unit: Mapping[str, Any], points: Mapping[str, Any], applies: Sequence[Any]
    ) -> ScoreResult:
        """The score of one unit; SnapshotError where the bill does not add up.

        `applies` are the values of `expressions`: of adjustments, then of terms before experts' limits.
        """
        card = self.card
        ids = [term.id for term in self._overridden]
        before = dict(zip(ids, applies[len(card.adjustments) :], strict=True))
        result = ScoreResult(
            card,
            points["unit"],
            points["score"],
            points["lowest"],
            points["highest"],
            points["category"],
            points["category_lowest"],
            points["category_highest"],
            points["adjustment"],
            tuple(a for a, does in zip(card.adjustments, applies, strict=False) if does),
            tuple(_line(term, points, before.get(term.id)) for term in card.terms),
            {**points, **unit},
        )
        _must_add_up(result)
        return result


def _line(term: Term, row: Mapping[str, Any], before: int | None) -> ScoreLine:
    lowest, highest = range_of(term)
    points = row[f"{term.id}__points"]
    if points is not None:
        lowest = highest = points
    changed = before if points is not None and before != points else None
    return ScoreLine(term, points, lowest, highest, names_of_term(term), changed)


def names_of_term(term: Term) -> frozenset[str]:
    """The indicators a term looks at."""
    return frozenset(term.named) | (names_in(term.when) if term.when else frozenset())


def _must_add_up(result: ScoreResult) -> None:
    if result.score is None or result.adjustment is None or result.missing:
        return
    total = result.card.base + sum(line.points or 0 for line in result.lines) + result.adjustment
    if total != result.score:
        raise SnapshotError(
            f"The points of scorecard `{result.card.id}` add up to {total}, the snapshot says {result.score}; "
            f"the snapshot must not be used."
        )
