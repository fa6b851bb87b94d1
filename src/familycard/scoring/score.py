"""From points to score and category: a sum that anyone can repeat by hand.

score = base + Σ points + adjustment. With unknowns the lowest and the highest score are
computed the same way; a category stands only where both fall into it. The sums are
checked row by row while building, and a broken one stops the build.
"""

from __future__ import annotations

from datetime import date

from familycard.engine.interface import Engine
from familycard.errors import BuildError
from familycard.indicators.tables import scores, unit_values
from familycard.pack.expression import compile_condition
from familycard.pack.model import Pack, Scorecard
from familycard.pack.once import once
from familycard.pack.scopes import scorecard_scope
from familycard.scoring.points import TermPoints, points_column, term_points


def make_scores(engine: Engine, pack: Pack, card: Scorecard, as_of: date) -> None:
    """Make `scores(card)`: one row a unit, in the order of their values, which is by unit."""
    engine.keep(scores(card.id), [score_query(pack, card, unit_values(card.unit), as_of)], ["unit"])
    _check_sums(engine, card)


@once
def score_query(pack: Pack, card: Scorecard, rows: str, as_of: date) -> str:
    """Score, bounds and category for each row of a relation with a `unit` and the indicators needed."""
    scope = scorecard_scope(pack, as_of)
    terms = [term_points(pack, term, scope) for term in card.terms]
    points = "".join(f", cast({t.sql} as bigint) as {t.column}" for t in terms)
    conditions = "".join(f', {compile_condition(a.when, scope).sql} as "_{a.id}"' for a in card.adjustments)
    lowest, highest = _sum(card, terms, lowest=True), _sum(card, terms, lowest=False)
    low, high = _adjusted(card, "_low", lowest=True), _adjusted(card, "_high", lowest=False)
    names = "".join(f", {t.column}" for t in terms)
    return (
        f"select unit, case when lowest = highest then lowest end as score, lowest, highest,"
        f" case when category_lowest = category_highest then category_lowest end as category,"
        f" category_lowest, category_highest,"
        f" case when lowest = highest and _low = _high then lowest - _low end as adjustment{names}"
        f" from (select *, {_category(card, 'lowest')} as category_lowest,"
        f" {_category(card, 'highest')} as category_highest"
        f" from (select *, {low} as lowest, {high} as highest"
        f" from (select *, {lowest} as _low, {highest} as _high"
        f" from (select unit{points}{conditions} from {rows}))))"
    )


def _sum(card: Scorecard, terms: list[TermPoints], *, lowest: bool) -> str:
    parts = [f"coalesce({t.column}, {t.lowest if lowest else t.highest})" for t in terms]
    return f"cast({' + '.join([str(card.base), *parts])} as bigint)"


def _adjusted(card: Scorecard, total: str, *, lowest: bool) -> str:
    """The total after floors and caps, in their order; one that may or may not apply widens the range."""
    for adjustment in card.adjustments:
        applies = f'"_{adjustment.id}"'
        if adjustment.at_most is not None:
            limited, widens = f"least({total}, {adjustment.at_most})", lowest
        else:
            limited, widens = f"greatest({total}, {adjustment.at_least})", not lowest
        condition = f"coalesce({applies}, {'true' if widens else 'false'})"
        total = f"(case when {condition} then {limited} else {total} end)"
    return total


def _category(card: Scorecard, score: str) -> str:
    branches = " ".join(
        f"when {score} < {below} then '{letter}'" for letter, below in card.categories if below is not None
    )
    best = next(letter for letter, below in card.categories if below is None)
    return f"case {branches} else '{best}' end" if branches else f"'{best}'"


def _check_sums(engine: Engine, card: Scorecard) -> None:
    """Sum of points and adjustment = score, in every row; else BuildError."""
    columns = " + ".join([str(card.base), *(points_column(t) for t in card.terms), "adjustment"])
    wrong = engine.rows(
        f"select count(*) from {scores(card.id)} where (adjustment is not null and score is distinct from {columns})"
        f" or lowest > highest or lowest is null or highest is null"
    )[0][0]
    if wrong:
        raise BuildError(f"Scorecard `{card.id}`: in {wrong} units the points do not add up to the score.")
