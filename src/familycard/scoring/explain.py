"""A score as a bill: base, a line for each term, adjustments, and the sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from familycard.engine.interface import Engine
from familycard.errors import SnapshotError
from familycard.indicators.tables import scores, unit_values
from familycard.pack.expression import compile_condition, names_in
from familycard.pack.model import Adjustment, Pack, Scorecard, Term
from familycard.pack.scopes import scorecard_scope
from familycard.scoring.points import range_of


@dataclass(frozen=True)
class ScoreLine:
    """A term's points (None: unknown, then between lowest and highest) and the names it rests on."""

    term: Term
    points: int | None
    lowest: int
    highest: int
    names: frozenset[str]


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

    @property
    def missing(self) -> tuple[ScoreLine, ...]:
        """The lines whose points are unknown."""
        return tuple(line for line in self.lines if line.points is None)


def explain_score(engine: Engine, pack: Pack, card: Scorecard, unit: int, as_of: date) -> ScoreResult:
    """The score of one unit; SnapshotError where it has none or the bill does not add up."""
    scope = scorecard_scope(pack, as_of)
    conditions = "".join(
        f", {compile_condition(a.when, scope).sql} as _adjusts_{n}" for n, a in enumerate(card.adjustments)
    )
    query = (
        f"select v.*, s.* exclude (unit){conditions} from {unit_values(card.unit)} v"
        f" join {scores(card.id)} s on s.unit = v.unit where v.unit = {int(unit)}"
    )
    found = engine.arrow(query).to_pylist()
    if not found:
        raise SnapshotError(f"There is no score `{card.id}` of that unit in this snapshot.")
    row = found[0]
    result = ScoreResult(
        card,
        int(unit),
        row["score"],
        row["lowest"],
        row["highest"],
        row["category"],
        row["category_lowest"],
        row["category_highest"],
        row["adjustment"],
        tuple(a for n, a in enumerate(card.adjustments) if row[f"_adjusts_{n}"]),
        tuple(_line(term, row) for term in card.terms),
        row,
    )
    _must_add_up(result)
    return result


def _line(term: Term, row: Mapping[str, Any]) -> ScoreLine:
    lowest, highest = range_of(term)
    points = row[f"{term.id}__points"]
    if points is not None:
        lowest = highest = points
    return ScoreLine(term, points, lowest, highest, names_of_term(term))


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
