"""Rules about what data may be used for: law keeps some things apart, and so does the lint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from familycard.pack.contract import Column, Source
from familycard.pack.dependencies import programme_expressions
from familycard.pack.model import (
    COMPARED,
    Check,
    Expression,
    Pack,
    Place,
    Programme,
    Scorecard,
    Statistic,
    Tie,
)
from familycard.pack.rules.finding import Finding, Rule
from familycard.pack.rules.tracing import Basis, Tracer


@dataclass(frozen=True)
class Purpose:
    """Something that uses data, the uses of which one must be permitted, and what it rests on."""

    what: str
    permits: tuple[str, ...]
    place: Place
    basis: Basis


def purposes_of(pack: Pack, tracer: Tracer) -> Iterator[Purpose]:
    """Everything in a pack that uses columns."""
    for scorecard in pack.scorecards.values():
        yield Purpose(
            f"scorecard {scorecard.id}", ("score",), scorecard.place, _scorecard_basis(tracer, scorecard)
        )
    for fit in pack.fits.values():
        scored = tracer.names(fit.indicators) | tracer.expressions(*(a.when for a in fit.adjustments))
        yield Purpose(f"fit {fit.id}", ("score",), fit.place, scored)
        told = tracer.names((*fit.described, fit.target.column, fit.weight, fit.persons or "", *fit.cluster))
        yield Purpose(f"the report of fit {fit.id}", ("statistics", "check"), fit.place, told)
    for programme in pack.programmes.values():
        permits = ("programmes", f"programme:{programme.id}")
        basis = _programme_basis(tracer, programme)
        yield Purpose(f"programme {programme.id}", permits, programme.place, basis)
    for check in pack.checks.values():
        yield Purpose(f"check {check.id}", ("check",), check.place, _check_basis(tracer, check))
    for statistic in pack.statistics.values():
        basis = _statistic_basis(tracer, statistic)
        yield Purpose(f"statistic {statistic.id}", ("statistics",), statistic.place, basis)
    for unit in pack.units.values():
        basis = tracer.expressions(unit.excludes)
        if unit.by is not None:
            basis |= tracer.name(unit.by)
        for tie in unit.all_ties:
            basis |= _tie_basis(tracer, tie)
        yield Purpose(f"unit {unit.id}", ("family",), unit.place, basis)
    hiding = tracer.names([pack.people.confidential_address] if pack.people.confidential_address else [])
    yield Purpose("what keeps an address confidential", ("confidential_address",), pack.people.place, hiding)
    for source in filter(pack.can_be_linked, pack.sources.values()):
        place = Place(str(source.file), 1)
        yield Purpose(f"linking rows of {source.id}", ("link",), place, _linkage_basis(tracer, source))
    for indicator in pack.indicators.values():
        if indicator.card:
            basis = tracer.indicator(indicator)
            yield Purpose(f"indicator {indicator.id} on the card", ("display",), indicator.place, basis)


def _scorecard_basis(tracer: Tracer, scorecard: Scorecard) -> Basis:
    basis = tracer.expressions(*(adjustment.when for adjustment in scorecard.adjustments))
    for term in scorecard.terms:
        basis |= tracer.names(term.named) | tracer.expressions(term.when)
    return basis


def _programme_basis(tracer: Tracer, programme: Programme) -> Basis:
    received = tracer.name(programme.received) if programme.received else Basis()
    return tracer.expressions(*programme_expressions(programme)) | received


def _check_basis(tracer: Tracer, check: Check) -> Basis:
    return tracer.expressions(check.when) | tracer.names(check.shows)


def _statistic_basis(tracer: Tracer, statistic: Statistic) -> Basis:
    return tracer.names(statistic.named) | tracer.expressions(statistic.when)


def _linkage_basis(tracer: Tracer, source: Source) -> Basis:
    """The columns by which rows of a source are compared with people."""
    people = tracer.pack.sources.get(tracer.pack.people.source, source)
    basis = Basis()
    for name in COMPARED:
        if name in source.by_name:
            basis |= tracer.column(source, name)
            basis |= tracer.column(people, name) if name in people.by_name else Basis()
    return basis


def _tie_basis(tracer: Tracer, tie: Tie) -> Basis:
    basis = Basis()
    for mapping in tie.mappings:
        source = tracer.pack.sources.get(mapping.source)
        if source is None:
            continue
        for name in (*mapping.columns.values(), tie.started or ""):
            basis |= tracer.column(source, name)
        for expression in (mapping.when, *tie.conditions):
            basis |= tracer.rows(source, expression) | tracer.expressions(expression)
    return basis


class UseIsPermitted(Rule):
    """Every column is used only for what its contract permits (`familycard.uses`)."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        for purpose in purposes_of(pack, Tracer(pack)):
            for source, column in _columns(pack, purpose.basis):
                if not set(purpose.permits) & set(column.uses):
                    message = (
                        f"{purpose.what} rests on {source}.{column.name}, which permits only "
                        f"{', '.join(column.uses) or 'nothing'}; leave it out or ask the register's owner"
                    )
                    yield self.finding(message, purpose.place)


class SealedIsNotScored(Rule):
    """Nothing sealed (adoption, violence, diagnoses) reaches a score."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        tracer = Tracer(pack)
        for scorecard in pack.scorecards.values():
            basis = _scorecard_basis(tracer, scorecard)
            sealed = [f"{s}.{c.name}" for s, c in _columns(pack, basis) if c.sensitivity == "sealed"]
            sealed += [i for i in sorted(basis.indicators) if pack.indicators[i].sensitivity == "sealed"]
            for name in sealed:
                message = f"scorecard {scorecard.id} rests on {name}, which is sealed"
                yield self.finding(message, scorecard.place)


class SealedStaysSealed(Rule):
    """An indicator that rests on something sealed is sealed itself."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        tracer = Tracer(pack)
        for indicator in pack.indicators.values():
            basis = tracer.indicator(indicator)
            sealed = [f"{s}.{c.name}" for s, c in _columns(pack, basis) if c.sensitivity == "sealed"]
            sealed += [i for i in sorted(basis.indicators) if pack.indicators[i].sensitivity == "sealed"]
            if sealed and indicator.sensitivity != "sealed":
                message = f"indicator {indicator.id} rests on {sealed[0]}; make it `sensitivity: sealed`"
                yield self.finding(message, indicator.place)


class ColumnIsUsed(Rule):
    """Every column of a contract is used by something: what nobody needs is not to be collected."""

    def check(self, pack: Pack) -> Iterator[Finding]:
        used = _used(pack)
        for source in pack.sources.values():
            for column in source.columns:
                if (source.id, column.name) not in used:
                    message = f"nothing uses {source.id}.{column.name}; leave it out of the contract"
                    yield self.finding(message, Place(str(source.file), column.line))


class IndicatorIsReached(Rule):
    """Every indicator is shown on a card or used by something."""

    severity = "warning"

    def check(self, pack: Pack) -> Iterator[Finding]:
        used: frozenset[str] = frozenset()
        for purpose in purposes_of(pack, Tracer(pack)):
            used |= purpose.basis.indicators
        for indicator in pack.indicators.values():
            if indicator.id not in used:
                yield self.finding(
                    f"nothing uses indicator {indicator.id}, and no card shows it", indicator.place
                )


def _columns(pack: Pack, basis: Basis) -> Iterator[tuple[str, Column]]:
    for source, name in sorted(basis.columns):
        yield source, pack.sources[source].by_name[name]


def _used(pack: Pack) -> frozenset[tuple[str, str]]:
    """Columns that a purpose, an indicator, a check of rows, a key or the list of people needs."""
    tracer = Tracer(pack)
    basis = Basis()
    for purpose in purposes_of(pack, tracer):
        basis |= purpose.basis
    for indicator in pack.indicators.values():
        basis |= tracer.indicator(indicator)
    for source in pack.sources.values():
        for rule in source.row_rules:
            basis |= tracer.rows(source, Expression(rule.expression))
        for name in (*source.primary_key, source.subject or ""):
            basis |= tracer.column(source, name)
    people = pack.sources.get(pack.people.source)
    if people is not None:
        basis |= tracer.rows(people, pack.people.resident)
        for name in (
            "birth_date",
            "sex",
            "address",
            "area",
            "household",
            "surname",
            "given_name",
            "patronymic",
        ):
            basis |= tracer.column(people, name)
    return basis.columns
