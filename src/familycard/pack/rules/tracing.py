"""Which columns of which sources everything in a pack rests on, through any number of formulas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from familycard.pack.contract import Source
from familycard.pack.dependencies import expression_names
from familycard.pack.model import Expression, Indicator, Pack
from familycard.pack.scopes import people_attributes


@dataclass(frozen=True)
class Basis:
    """Columns (source, column) and indicators that something rests on."""

    columns: frozenset[tuple[str, str]] = frozenset()
    indicators: frozenset[str] = frozenset()

    def __or__(self, other: Basis) -> Basis:
        return Basis(self.columns | other.columns, self.indicators | other.indicators)


class Tracer:
    """Follows names to columns. A programme's outcome is a fact of its own and is not followed."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.attributes = people_attributes(pack)
        self._known: dict[str, Basis] = {}

    def names(self, names: Iterable[str]) -> Basis:
        """The basis of names of indicators and people's attributes; `family.x` and `child.x` are x."""
        basis = Basis()
        for name in names:
            if not name.startswith(("programme.", "statistic.", "period.")):
                basis |= self.name(name.rpartition(".")[2])
        return basis

    def name(self, name: str) -> Basis:
        if name in self.pack.indicators:
            return self.indicator(self.pack.indicators[name])
        people = self.pack.sources.get(self.pack.people.source)
        attribute = "address" if name == "same_address" else name
        return self.column(people, attribute) if people and attribute in self.attributes else Basis()

    def expressions(self, *expressions: Expression | None) -> Basis:
        """The basis of expressions over indicators and attributes."""
        return self.names(name for expression in expressions for name in expression_names(expression))

    def indicator(self, indicator: Indicator) -> Basis:
        """The indicator itself and all it rests on; a circle ends where it began."""
        if indicator.id not in self._known:
            self._known[indicator.id] = Basis(indicators=frozenset({indicator.id}))
            basis = self._known[indicator.id] | self.expressions(indicator.formula)
            source = self.pack.sources.get(indicator.source or "")
            if source is not None:
                basis |= self.rows(source, indicator.where, indicator.person)
                basis |= self.column(source, indicator.by or source.subject or "")
            self._known[indicator.id] = basis
        return self._known[indicator.id]

    def rows(self, source: Source, *expressions: Expression | None) -> Basis:
        """The basis of expressions over a source's rows: its columns, and attributes by an identifier."""
        basis = Basis()
        for name in (name for expression in expressions for name in expression_names(expression)):
            first, _, attribute = name.partition(".")
            basis |= self.column(source, first)
            if attribute and first != "period":
                basis |= self.name(attribute)
        return basis

    def column(self, source: Source, name: str) -> Basis:
        """One column, and what it is derived from."""
        column = source.by_name.get(name)
        if column is None:
            return Basis()
        basis = Basis(frozenset({(source.id, name)}))
        if column.derived is not None:
            basis |= self.rows(source, Expression(column.derived))
        return basis
