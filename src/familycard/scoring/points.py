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
    lowest, highest = range_of(term)
    return TermPoints(term, _sql_of(pack, term, scope), lowest, highest)


def range_of(term: Term) -> tuple[int, int]:
    """The least and most points that a term can give."""
    return min(term.all_points), max(term.all_points)


def _sql_of(pack: Pack, term: Term, scope: Scope) -> str:
    if term.bins is not None:
        return _binned(pack, term, term.bins, scope)
    if term.values is not None:
        return _by_value(pack, term, term.values, scope)
    if term.table is not None:
        return _from_grid(pack, term, term.table, scope)
    assert term.when is not None, f"term {term.id} has one of bins, values, when and table"
    when = compile_condition(term.when, scope).sql
    return f"(case when {when} then {term.limited(term.points)} when not {when} then {term.limited(0)} end)"


def limit_text(pack: Pack, indicator: str, limit: str) -> str:
    """A cut-off as it stands in an expression; money with its keyword."""
    is_money = pack.indicators[indicator].type.kind is Kind.MONEY if indicator in pack.indicators else False
    return f"money '{limit}'" if is_money else limit


def value_text(pack: Pack, indicator: str, value: str) -> str:
    """A value as it stands in an expression; text in quotes."""
    is_text = indicator in pack.indicators and pack.indicators[indicator].type.kind is Kind.TEXT
    return "'" + value.replace("'", "''") + "'" if is_text else value


def _condition(term: Term, text: str, scope: Scope) -> str:
    return compile_condition(Expression(text, term.place), scope).sql


def _below(pack: Pack, term: Term, indicator: str, limit: str, scope: Scope) -> str:
    return _condition(term, f"{indicator} < {limit_text(pack, indicator, limit)}", scope)


def _is_value(pack: Pack, term: Term, indicator: str, value: str, scope: Scope) -> str:
    return _condition(term, f"{indicator} = {value_text(pack, indicator, value)}", scope)


def _missing(term: Term) -> str:
    return "null" if term.missing is None else str(term.limited(term.missing))


def _binned(pack: Pack, term: Term, indicator: str, scope: Scope) -> str:
    branches = [
        f"when {_below(pack, term, indicator, bin_.below, scope)} then {term.limited(bin_.points)}"
        for bin_ in term.bin_points
        if bin_.below is not None
    ]
    known = f"when {_sql(indicator, scope)} is null then {_missing(term)}"
    return f"(case {known} {' '.join(branches)} else {term.limited(term.bin_points[-1].points)} end)"


def _by_value(pack: Pack, term: Term, indicator: str, scope: Scope) -> str:
    branches = [
        f"when {_is_value(pack, term, indicator, value, scope)} then {term.limited(points)}"
        for value, points in term.value_points.items()
    ]
    otherwise = "null" if term.otherwise is None else str(term.limited(term.otherwise))
    known = f"when {_sql(indicator, scope)} is null then {_missing(term)}"
    return f"(case {known} {' '.join(branches)} else {otherwise} end)"


def _from_grid(pack: Pack, term: Term, table: tuple[str, str], scope: Scope) -> str:
    rows, columns = (
        _position(pack, term, indicator, limits, scope)
        for indicator, limits in zip(table, (term.rows, term.columns), strict=True)
    )
    cells = [cell for row in _with_the_unknown(term) for cell in row]
    width = len(term.columns) + 2
    branches = " ".join(
        f"when {place} then {term.limited(points)}"
        for place, points in enumerate(cells)
        if points is not None
    )
    return f"(case ({rows}) * {width} + ({columns}) {branches} end)"


def _with_the_unknown(term: Term) -> list[list[int | None]]:
    """The grid with a last column and a last row for the unknown; None where it leaves the points open."""
    beside: list[int | None] = [*term.missing_column] or [term.missing] * len(term.grid)
    below: list[int | None] = [*term.missing_row] or [term.missing] * (len(term.columns) + 1)
    rows: list[list[int | None]] = [[*row, last] for row, last in zip(term.grid, beside, strict=True)]
    return [*rows, [*below, term.missing]]


def _position(pack: Pack, term: Term, indicator: str, limits: tuple[str, ...], scope: Scope) -> str:
    """The row or column of a value: below a cut-off, or the one listed; then all others, then the unknown."""
    kind = pack.indicators[indicator].type.kind if indicator in pack.indicators else Kind.INTEGER
    test = _is_value if kind in (Kind.TEXT, Kind.BOOLEAN) else _below
    branches = " ".join(
        f"when {test(pack, term, indicator, limit, scope)} then {place}" for place, limit in enumerate(limits)
    )
    known = f"when {_sql(indicator, scope)} is null then {len(limits) + 1}"
    return f"case {known} {branches} else {len(limits)} end"


def _sql(indicator: str, scope: Scope) -> str:
    name = scope.resolve(indicator)
    assert name is not None, f"lint lets no scorecard name the unknown indicator {indicator}"
    return name.sql
