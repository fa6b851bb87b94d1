"""Every expression of a pack, in the scope of its place and with the type it must have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

from familycard.errors import PackError
from familycard.pack.contract import Source
from familycard.pack.dependencies import expression_names, programme_expressions
from familycard.pack.expression import compile_condition, compile_expression
from familycard.pack.model import Expression, Indicator, Pack, Place, Tie, UnitKind
from familycard.pack.rules.finding import Finding, Rule
from familycard.pack.scope import Compiled, Scope
from familycard.pack.scopes import (
    check_scope,
    contract_scope,
    person_scope,
    person_type,
    programme_scope,
    scorecard_scope,
    source_scope,
    statistic_scope,
    tie_scope,
    unit_scope,
)
from familycard.pack.types import BOOLEAN, TEXT, Kind, Type

ANY_DAY = date(2025, 1, 1)
"""Types do not depend on the day, only the literals of parameters do."""


@dataclass(frozen=True)
class Use:
    """An expression where it stands: `expect` None leaves the type open."""

    what: str
    expression: Expression
    scope: Callable[[], Scope]
    expect: Type | None = BOOLEAN
    is_money: bool = False


def uses_of(pack: Pack) -> Iterator[Use]:
    """All expressions of a pack; those whose source or unit is missing are left to the other rules."""
    for_persons = cache(partial(person_scope, pack, ANY_DAY))
    for_units = cache(partial(unit_scope, pack, ANY_DAY))
    yield from _people(pack)
    for source in pack.sources.values():
        yield from _contract(pack, source)
    for unit in pack.units.values():
        yield from _unit(pack, unit, for_persons)
    for indicator in pack.indicators.values():
        yield from _indicator(pack, indicator, for_units if indicator.level == "unit" else for_persons)
    yield from _scorecards(pack)
    yield from _programmes(pack)
    for check in pack.checks.values():
        yield Use(f"check {check.id}", check.when, partial(check_scope, pack, check.unit, ANY_DAY))
    for statistic in pack.statistics.values():
        if statistic.when is not None:
            scope = partial(statistic_scope, pack, statistic, ANY_DAY)
            yield Use(f"statistic {statistic.id}", statistic.when, scope)


def _people(pack: Pack) -> Iterator[Use]:
    source = pack.sources.get(pack.people.source)
    if pack.people.resident is not None and source is not None:
        yield Use("people: resident", pack.people.resident, partial(source_scope, pack, source, ANY_DAY))


def _contract(pack: Pack, source: Source) -> Iterator[Use]:
    file = str(source.file)
    for rule in source.row_rules:
        expression = Expression(rule.expression, Place(file, rule.line))
        yield Use(f"rule {rule.name}", expression, partial(contract_scope, pack, source))
    for column in source.columns:
        if column.derived is not None:
            expression = Expression(column.derived, Place(file, column.line))
            expect = TEXT if column.identifies else column.type
            yield Use(f"column {column.name}", expression, partial(contract_scope, pack, source), expect)


def _unit(pack: Pack, unit: UnitKind, for_persons: Callable[[], Scope]) -> Iterator[Use]:
    if unit.excludes is not None:
        yield Use(f"unit {unit.id}: excludes", unit.excludes, for_persons)
    for tie in unit.all_ties:
        yield from _tie(pack, tie)


def _tie(pack: Pack, tie: Tie) -> Iterator[Use]:
    for mapping in tie.mappings:
        if mapping.source in pack.sources:
            scope = cache(partial(tie_scope, pack, tie, mapping, ANY_DAY))
            for expression in (mapping.when, *tie.conditions):
                if expression is not None:
                    yield Use(f"tie {tie.id} from {mapping.source}", expression, scope)


def _indicator(pack: Pack, indicator: Indicator, for_formulas: Callable[[], Scope]) -> Iterator[Use]:
    what = f"indicator {indicator.id}"
    if indicator.formula is not None:
        expect = person_type(indicator) if indicator.level == "person" else indicator.type
        yield Use(what, indicator.formula, for_formulas, expect)
    source = pack.sources.get(indicator.source or "")
    if source is None or indicator.person is None:
        return
    of_rows = partial(source_scope, pack, source, ANY_DAY, indicator.period)
    if indicator.where is not None:
        yield Use(f"{what}: where", indicator.where, of_rows)
    aggregating = partial(of_rows, aggregates=True, row_filter=_filter(indicator, of_rows))
    yield Use(f"{what}: person", indicator.person, aggregating, person_type(indicator))


def _filter(indicator: Indicator, of_rows: Callable[[], Scope]) -> Compiled | None:
    if indicator.where is None:
        return None
    try:
        return compile_condition(indicator.where, of_rows())
    except PackError:
        return None  # found by the Use of `where` itself


def _scorecards(pack: Pack) -> Iterator[Use]:
    scope = cache(partial(scorecard_scope, pack, ANY_DAY))
    for scorecard in pack.scorecards.values():
        for term in scorecard.terms:
            if term.when is not None:
                yield Use(f"term {term.id}", term.when, scope)
        for adjustment in scorecard.adjustments:
            yield Use(f"adjustment {adjustment.id}", adjustment.when, scope)


def _programmes(pack: Pack) -> Iterator[Use]:
    for programme in pack.programmes.values():
        scope = cache(partial(programme_scope, pack, programme.unit, ANY_DAY))
        for condition in programme.conditions:
            yield Use(f"programme {programme.id}: {condition.id}", condition.when, scope)
        if programme.amount is not None:
            what = f"programme {programme.id}: amount"
            yield Use(what, programme.amount.expression, scope, None, is_money=True)


class ExpressionsCompile(Rule):
    """Every expression can be read, names only what is at hand in its place, and has the type it needs."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        for use in uses_of(pack):
            try:
                compiled = compile_expression(use.expression, use.scope(), use.expect)
            except PackError as error:
                yield self.from_error(error)
                continue
            if use.is_money and compiled.type.kind is not Kind.MONEY:
                message = f"{use.what} is {compiled.type}; an amount must be money: write money '20 {pack.currency}'"
                yield self.finding(message, use.expression.place)


class CategoryIsNoLaw(Rule):
    """No condition of a programme uses a score or a category of ours: they order outreach and nothing else."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        ours = {s.id for s in pack.scorecards.values() if not s.official} | {"score", "category"}
        for programme in pack.programmes.values():
            for expression in programme_expressions(programme):
                for name in sorted(expression_names(expression)):
                    if name.split(".")[0] in ours and name not in pack.indicators:
                        message = (
                            f"programme {programme.id} uses `{name}`: our score is no ground in law; "
                            "an official level is an indicator with a source of its own"
                        )
                        yield self.finding(message, expression.place)
