"""Which unit indicators each kind of unit needs: only what its programmes, scorecards, checks,
statistics and its card reach."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from familycard.pack.dependencies import expression_names
from familycard.pack.model import Check, Expression, Fit, Pack, Programme, Scorecard, Statistic
from familycard.pack.once import once
from familycard.pack.scopes import is_of_units
from familycard.programmes.resting import names_of_programme
from familycard.programmes.rule import shut_out_by


@once
def wanted_by_kind(pack: Pack) -> Mapping[str, set[str]]:
    """Names of unit indicators by kind; what their formulas need is added where they are made."""
    wanted: dict[str, set[str]] = {kind: set() for kind in pack.units}
    wanted[pack.card_unit] |= {i.id for i in pack.indicators.values() if i.card and is_of_units(i)}
    uses = [(p.unit, names_of_programme(p)) for p in pack.programmes.values()]
    uses += [(card.unit, names_of_scorecard(card)) for card in pack.scorecards.values()]
    uses += [(check.unit, names_of_check(check)) for check in pack.checks.values()]
    uses += [(statistic.level, names_of_statistic(statistic)) for statistic in pack.statistics.values()]
    uses += [(fit.unit, names_of_fit(fit)) for fit in pack.fits.values()]
    for subject, names in uses:
        for name in names:
            kind, _, rest = name.partition(".")
            if kind in wanted and rest:
                wanted[kind].add(rest)
            elif subject in wanted:
                wanted[subject].add(name)
    return {kind: {n for n in names if n in pack.indicators} for kind, names in wanted.items()}


@dataclass(frozen=True)
class Behind:
    """What a programme's answer rests on, through other programmes that it names or that exclude it."""

    names: frozenset[str]
    kinds: frozenset[str]
    """Kinds of units whose members' data count."""


def behind(pack: Pack, programme: Programme) -> Behind:
    """All that the answer rests on."""
    waiting, seen = [programme], set[str]()
    names, kinds = set[str](), set[str]()
    while waiting:
        one = waiting.pop()
        if one.id in seen:
            continue
        seen.add(one.id)
        named = names_of_programme(one)
        names |= named
        kinds |= ({one.unit} | {name.partition(".")[0] for name in named}) & pack.units.keys()
        others = {name.split(".")[1] for name in named if name.startswith("programme.")}
        waiting += [pack.programmes[id_] for id_ in sorted(others.union(shut_out_by(one)))]
    return Behind(frozenset(names), frozenset(kinds))


def names_of_scorecard(card: Scorecard) -> set[str]:
    """Names in a scorecard's terms and adjustments."""
    conditions = [t.when for t in card.terms if t.when] + [a.when for a in card.adjustments]
    return _names(conditions, *(name for term in card.terms for name in term.named))


def names_of_fit(fit: Fit) -> set[str]:
    """Names that a scorecard may be fitted to or told apart by, so that a snapshot can be a survey."""
    plain = (*fit.indicators, *fit.described, *fit.cluster, fit.target.column, fit.weight, fit.persons)
    return _names([a.when for a in fit.adjustments], *plain)


def names_of_check(check: Check) -> set[str]:
    """Names in a check's condition and in what it shows."""
    return _names([check.when], *check.shows)


def names_of_statistic(statistic: Statistic) -> set[str]:
    """Names in a statistic's condition, value, weight and divisor."""
    return _names([statistic.when], *statistic.named)


def _names(expressions: Iterable[Expression | None], *plain: str | None) -> set[str]:
    names = {name for name in plain if name}
    for expression in expressions:
        names |= expression_names(expression)
    return names
