"""Rules about indicators and scorecards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from familycard.pack.model import Pack, Scorecard, Term
from familycard.pack.reading.values import Currency, typed
from familycard.pack.rules.finding import Finding, Rule
from familycard.pack.types import BOOLEAN, INTEGER, Kind, Type

_LISTED = (Kind.TEXT, Kind.BOOLEAN)
_MEASURED = (Kind.MONEY, Kind.INTEGER, Kind.NUMBER, Kind.RATIO)


class IndicatorIsMeasured(Rule):
    """Every indicator that counts something says in `measured_in` what it is counted in."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        for indicator in pack.indicators.values():
            if indicator.type.kind in _MEASURED and not indicator.measured_in.strip():
                message = f"indicator {indicator.id} has no `measured_in`; say its unit, as `KZT a month`"
                yield self.finding(message, indicator.place)


class CutsAscend(Rule):
    """The cut-offs of bins and tables fit their indicator's type and ascend."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        for scorecard in pack.scorecards.values():
            for term in scorecard.terms:
                for name, cuts in _cuts(term):
                    yield from self._ascend(pack, term, name, cuts)

    def _ascend(self, pack: Pack, term: Term, name: str, cuts: Sequence[str]) -> Iterator[Finding]:
        type_ = _type(pack, name)
        if type_ is None:
            return
        if type_.kind in _LISTED and term.table is not None:
            yield from self._listed(pack, term, type_, cuts)
            return
        if type_.kind not in _MEASURED:
            yield self.finding(f"term {term.id}: `{name}` is {type_}; use `values`", term.place)
            return
        try:
            scaled = [int(typed(cut, type_, Currency(pack.currency, pack.minor_digits))) for cut in cuts]
        except ValueError as error:
            yield self.finding(f"term {term.id}: {error}", term.place)
            return
        if any(later <= earlier for earlier, later in pairwise(scaled)):
            message = f"term {term.id}: the cut-offs {', '.join(cuts)} must ascend"
            yield self.finding(message, term.place)

    def _listed(self, pack: Pack, term: Term, type_: Type, values: Sequence[str]) -> Iterator[Finding]:
        """A table lists the values of a text or boolean: each once, and of its type."""
        if len(set(values)) < len(values):
            yield self.finding(f"term {term.id}: a value stands twice; drop one", term.place)
        for value in values:
            try:
                typed(value, type_, Currency(pack.currency, pack.minor_digits))
            except ValueError as error:
                yield self.finding(f"term {term.id}: {error}", term.place)


class ValuesAreComplete(Rule):
    """A term by values fits its indicator's type and says by `otherwise` what all other values give."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        for scorecard in pack.scorecards.values():
            for term in scorecard.terms:
                if term.values is not None:
                    yield from self._values(pack, term, term.values)

    def _values(self, pack: Pack, term: Term, name: str) -> Iterator[Finding]:
        type_ = _type(pack, name)
        for value in term.value_points:
            try:
                typed(value, type_ or BOOLEAN, Currency(pack.currency, pack.minor_digits))
            except ValueError as error:
                yield self.finding(f"term {term.id}: {error}", term.place)
        is_complete = type_ == BOOLEAN and {"true", "false"} <= term.value_points.keys()
        if term.otherwise is None and not is_complete:
            yield self.finding(f"term {term.id} has no `otherwise` for values not listed", term.place)


class PointsMatter(Rule):
    """Every term can change the score."""

    severity = "warning"

    def check(self, pack: Pack) -> Iterator[Finding]:
        for scorecard in pack.scorecards.values():
            for term in scorecard.terms:
                if not any(_points(term)):
                    yield self.finding(f"term {term.id} gives no points to anybody", term.place)


class CategoriesCanBeReached(Rule):
    """No category lies outside what the terms can sum up to."""

    severity = "warning"

    def check(self, pack: Pack) -> Iterator[Finding]:
        for scorecard in pack.scorecards.values():
            lowest, highest = _range(scorecard)
            below: int | None = None
            for letter, limit in scorecard.categories:
                is_too_low = limit is not None and limit <= lowest
                is_too_high = below is not None and below > highest
                if is_too_low or is_too_high:
                    message = f"category {letter} is empty: scores run from {lowest} to {highest}"
                    yield self.finding(message, scorecard.place)
                below = limit


def _cuts(term: Term) -> Iterator[tuple[str, Sequence[str]]]:
    if term.bins is not None:
        yield term.bins, [bin_.below for bin_ in term.bin_points if bin_.below is not None]
    if term.table is not None:
        yield term.table[0], term.rows
        yield term.table[1], term.columns


def _type(pack: Pack, name: str) -> Type | None:
    if name == "members":
        return INTEGER
    indicator = pack.indicators.get(name)
    return indicator.type if indicator else None


def _points(term: Term) -> list[int]:
    """All points that a term can give."""
    return list(term.all_points)


def _range(scorecard: Scorecard) -> tuple[int, int]:
    """The lowest and the highest sum of points, before adjustments."""
    points = [_points(term) for term in scorecard.terms]
    return scorecard.base + sum(map(min, points)), scorecard.base + sum(map(max, points))
