"""The points of one line of a scorecard, as SQL, with the least and most it can give.

A line whose indicator is unknown gives no points but a range; so a score has a lowest
and a highest value, and they are equal where everything is known.
"""

from __future__ import annotations

from dataclasses import dataclass

from familycard.pack.expression import compile_condition
from familycard.pack.model import Expression, Pack, Term
from familycard.pack.scope import Scope
from familycard.pack.types import Kind


@dataclass(frozen=True)
class TermPoints:
    """SQL of a term's points (NULL where unknown) and the range of what it can give."""

    term: Term
    sql: str
    lowest: int
    highest: int

    @property
    def column(self) -> str:
        """Column of the points in the scores table."""
        return points_column(self.term)


def points_column(term: Term) -> str:
    """The column of a term's points."""
    return f'"{term.id}__points"'


def term_points(pack: Pack, term: Term, scope: Scope) -> TermPoints:
    """The points of a term, whatever its kind."""
    if term.bins is not None:
        limits = [bin_.below for bin_ in term.bin_points if bin_.below is not None]
        return _term(term, _binned(pack, term, term.bins, limits, scope), [b.points for b in term.bin_points])
    if term.values is not None:
        points = [*term.value_points.values(), *([] if term.otherwise is None else [term.otherwise])]
        return _term(term, _by_value(pack, term, term.values, scope), points)
    if term.table is not None:
        return _term(term, _from_grid(pack, term, term.table, scope), [p for row in term.grid for p in row])
    assert term.when is not None, f"term {term.id} has one of bins, values, when and table"
    when = compile_condition(term.when, scope).sql
    return _term(term, f"(case when {when} then {term.points} when not {when} then 0 end)", [0, term.points])


def range_of(term: Term) -> tuple[int, int]:
    """The least and most points that a term can give."""
    points = [bin_.points for bin_ in term.bin_points] + list(term.value_points.values())
    points += [p for row in term.grid for p in row]
    points += [term.otherwise] if term.otherwise is not None else []
    points += [0, term.points] if term.when is not None else []
    return min(points), max(points)


def limit_text(pack: Pack, indicator: str, limit: str) -> str:
    """A cut-off as it stands in an expression; money with its keyword."""
    is_money = pack.indicators[indicator].type.kind is Kind.MONEY if indicator in pack.indicators else False
    return f"money '{limit}'" if is_money else limit


def _term(term: Term, sql: str, points: list[int]) -> TermPoints:
    return TermPoints(term, sql, min(points), max(points))


def _below(pack: Pack, term: Term, indicator: str, limit: str, scope: Scope) -> str:
    text = f"{indicator} < {limit_text(pack, indicator, limit)}"
    return compile_condition(Expression(text, term.place), scope).sql


def _binned(pack: Pack, term: Term, indicator: str, limits: list[str], scope: Scope) -> str:
    branches = [
        f"when {_below(pack, term, indicator, limit, scope)} then {bin_.points}"
        for limit, bin_ in zip(limits, term.bin_points, strict=False)
    ]
    known = f"when {_sql(indicator, scope)} is null then null"
    return f"(case {known} {' '.join(branches)} else {term.bin_points[-1].points} end)"


def _by_value(pack: Pack, term: Term, indicator: str, scope: Scope) -> str:
    is_text = pack.indicators[indicator].type.kind is Kind.TEXT
    branches = []
    for value, points in term.value_points.items():
        text = "'" + value.replace("'", "''") + "'" if is_text else value
        condition = compile_condition(Expression(f"{indicator} = {text}", term.place), scope).sql
        branches.append(f"when {condition} then {points}")
    otherwise = "null" if term.otherwise is None else str(term.otherwise)
    known = f"when {_sql(indicator, scope)} is null then null"
    return f"(case {known} {' '.join(branches)} else {otherwise} end)"


def _from_grid(pack: Pack, term: Term, table: tuple[str, str], scope: Scope) -> str:
    rows, columns = (
        _position(pack, term, indicator, limits, scope)
        for indicator, limits in zip(table, (term.rows, term.columns), strict=True)
    )
    cells = [p for row in term.grid for p in row]
    width = len(term.columns) + 1
    branches = " ".join(f"when {cell} then {points}" for cell, points in enumerate(cells))
    return f"(case ({rows}) * {width} + ({columns}) {branches} end)"


def _position(pack: Pack, term: Term, indicator: str, limits: tuple[str, ...], scope: Scope) -> str:
    branches = " ".join(
        f"when {_below(pack, term, indicator, limit, scope)} then {place}"
        for place, limit in enumerate(limits)
    )
    return f"case when {_sql(indicator, scope)} is null then null {branches} else {len(limits)} end"


def _sql(indicator: str, scope: Scope) -> str:
    name = scope.resolve(indicator)
    assert name is not None, f"lint lets no scorecard name the unknown indicator {indicator}"
    return name.sql
