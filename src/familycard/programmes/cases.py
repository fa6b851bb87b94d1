"""The lawyers' cases: each programme must say of a written example what its author expects.

A case is one row whose facts are typed literals and whose missing facts are unknown; the
rule over it is the same SQL that a build runs over the nation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from familycard.engine.duck import DuckEngine
from familycard.engine.interface import Engine
from familycard.errors import PackError
from familycard.pack.model import Case, Pack, Programme
from familycard.pack.parameters import literal
from familycard.pack.reading.values import Currency, typed
from familycard.pack.scope import Name, Scope
from familycard.pack.scopes import column, programme_scope
from familycard.programmes.rule import Rule, rule_of, shut_out_by


@dataclass(frozen=True)
class Verdict:
    """What a programme says of a case: status, amount in minor units, ids of conditions."""

    status: str
    amount_minor: int | None
    failed: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class CaseResult:
    """A case with what came out; `differences` says in words where it is not as expected."""

    programme: Programme
    case: Case
    verdict: Verdict | None
    differences: tuple[str, ...]

    @property
    def is_passed(self) -> bool:
        return not self.differences


def run_cases(pack: Pack, engine: Engine | None = None) -> list[CaseResult]:
    """Every case of every programme, in the order of the files."""
    engine = engine or DuckEngine(threads=1)
    return [
        run_case(pack, programme, case, engine)
        for programme in pack.programmes.values()
        for case in programme.cases
    ]


def run_case(pack: Pack, programme: Programme, case: Case, engine: Engine) -> CaseResult:
    """One case; a case that cannot be run has no verdict and says why."""
    try:
        verdict = evaluate_case(pack, programme, case, engine)
    except PackError as error:
        return CaseResult(programme, case, None, (error.located(),))
    differences = tuple(_differences(pack, programme, case.expect, verdict))
    return CaseResult(programme, case, verdict, differences)


def evaluate_case(pack: Pack, programme: Programme, case: Case, engine: Engine) -> Verdict:
    """What the programme says of a case's facts on its date; PackError for a fact that means nothing."""
    scope = programme_scope(pack, programme.unit, case.as_of)
    rule = rule_of(pack, programme, scope, case.as_of)
    facts = _row(pack, rule, scope, case)
    first = ", ".join(f'{sql} as "{name}"' for name, sql in _first_step(pack, rule, scope, case))
    second = ", ".join(f'{sql} as "{name}"' for name, sql in rule.verdict())
    shown = ", ".join(f'"{programme.id}__{part}"' for part in ("status", "amount", "failed", "unknown"))
    query = f"select {shown} from (select *, {second} from (select *, {first} from (select {facts})))"
    ((status, amount, failed, unknown),) = engine.rows(query)
    return Verdict(str(status), amount, _conditions(programme, failed), _conditions(programme, unknown))


def _first_step(pack: Pack, rule: Rule, scope: Scope, case: Case) -> Iterator[tuple[str, str]]:
    """The rule's first step; a case may say ``programme.<id>.received`` instead of the indicator behind it."""
    own = f"programme.{rule.programme.id}.received"
    for name, sql in rule.facts():
        if own in case.facts and column(own) == f'"{name}"':
            yield name, _fact(pack, case, own, name_in(scope, own, case))
        else:
            yield name, sql


def _row(pack: Pack, rule: Rule, scope: Scope, case: Case) -> str:
    """The case's facts as one row: every name that the rule reads, unknown where the case is silent."""
    for name in case.facts:
        name_in(scope, name, case)
    wanted = {name: scope.resolve(name) for name in rule.names | rule.received.names | {"area"}}
    others = [f"programme.{other}.received" for other in shut_out_by(rule.programme)]
    wanted |= {received: scope.resolve(received) for received in others}
    row = {}
    for name, meaning in wanted.items():
        if meaning is not None and is_of_column(name, meaning):
            row[column(name)] = _fact(pack, case, name, meaning)
    return ", ".join(f"{sql} as {name}" for name, sql in row.items()) or "1 as nothing"


def name_in(scope: Scope, name: str, case: Case) -> Name:
    """What a fact's name means; PackError when nothing of that name can be given."""
    meaning = scope.resolve(name)
    if meaning is None or not is_of_column(name, meaning):
        near = get_close_matches(name, scope.known_names(), 1)
        advice = f"did you mean `{near[0]}`?" if near else "name what the programme's conditions use"
        raise PackError(
            f"case `{case.name}`: `{name}` is no fact; {advice}", case.place.file, case.place.line
        )
    return meaning


def is_of_column(name: str, meaning: Name) -> bool:
    """Whether a name stands for a column of the subject's row, not for a parameter or a date."""
    return column(name) in meaning.sql


def _fact(pack: Pack, case: Case, name: str, meaning: Name) -> str:
    text = case.facts.get(name)
    if text is None:
        return literal(None, meaning.type)
    try:
        value = typed(text, meaning.type, Currency(pack.currency, pack.minor_digits))
    except ValueError as error:
        message = f"case `{case.name}`: fact `{name}` is {meaning.type}: {error}"
        raise PackError(message, case.place.file, case.place.line) from error
    return f"cast({literal(value, meaning.type)} as {meaning.type.sql.lower()})"


def _conditions(programme: Programme, mask: int) -> tuple[str, ...]:
    return tuple(c.id for bit, c in enumerate(programme.conditions) if mask >> bit & 1)


def _differences(
    pack: Pack, programme: Programme, expect: Mapping[str, Any], verdict: Verdict
) -> Iterator[str]:
    if expect["status"] != verdict.status:
        yield f"expected {expect['status']}, got {verdict.status}{_reasons(programme, verdict)}"
    if "amount" in expect and expect["amount"] != verdict.amount_minor:
        yield f"expected {_money(pack, expect['amount'])}, got {_money(pack, verdict.amount_minor)}"
    for key, got in (("failed", verdict.failed), ("unknown", verdict.unknown)):
        if key in expect and set(expect[key]) != set(got):
            yield f"expected {key}: {', '.join(expect[key]) or 'none'}; got {', '.join(got) or 'none'}"


def _reasons(programme: Programme, verdict: Verdict) -> str:
    reasons = [*(f"failed: {c}" for c in verdict.failed), *(f"unknown: {c}" for c in verdict.unknown)]
    if verdict.status == "cannot_tell" and not verdict.unknown:
        given = ", ".join(f"`programme.{other}.received`" for other in shut_out_by(programme))
        reasons = [f"whether another programme shuts it out: state {given}"]
    return f" ({', '.join(reasons)})" if reasons else ""


def _money(pack: Pack, minor: int | None) -> str:
    """Minor units as a person reads them: 78798.00 KZT."""
    if minor is None:
        return "no amount"
    return f"{Decimal(minor).scaleb(-pack.minor_digits):f} {pack.currency}"
