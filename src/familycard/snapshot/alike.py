"""Like families are treated alike, or it is said why not.

Families are alike that have the same facts as far as law and need go (`alike:` of a fit, or facts
that are named). Among those alike the most frequent category, and the most frequent outcome of each
programme, is what the others are held against; each family that differs is a pair with one that
does not, and for each pair the reason is looked for in the points, in what is unknown, in limits of
experts, in the conditions of the programme, and in who takes up a right. A reason says what made
the difference, not that it is just: that is for people to judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from familycard.engine.duck import DuckEngine
from familycard.errors import UsageError
from familycard.indicators.tables import entitlements, scores, unit_values
from familycard.pack.model import Programme, Scorecard
from familycard.pack.rules.tracing import Tracer
from familycard.pack.scopes import column
from familycard.programmes.evaluate import programmes_of
from familycard.scoring.points import points_column
from familycard.snapshot.names import is_sealed
from familycard.snapshot.open import OpenSnapshot

PAIRS = "_alike_pairs"
"""result, a, b (units), outcome_a, outcome_b, reason, detail: `a` is treated as most of those alike."""
_BASE, _USUAL = "_alike", "_alike_usual"
CATEGORY = "category"
UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class Reason:
    """How many pairs differ in a result for one reason."""

    result: str
    reason: str
    pairs: int


@dataclass(frozen=True)
class Alike:
    """What matching found; the pairs are in `PAIRS` of the snapshot's engine."""

    snapshot: OpenSnapshot
    unit: str
    facts: tuple[str, ...]
    families: int
    matched: int
    """Families that have at least one other alike."""
    left_out: int
    """Families of whom one of the facts is unknown."""
    reasons: tuple[Reason, ...]


def alike(opened: OpenSnapshot, card: Scorecard, facts: Sequence[str]) -> Alike:
    """Match families by facts and find a reason for every pair that is treated differently."""
    _must_have(opened, card.unit, facts)
    engine = opened.engine
    engine.drop(PAIRS)
    for query in _pair_queries(opened, card, facts):
        (engine.add if engine.has(PAIRS) else engine.make)(PAIRS, query)
    values, named = unit_values(card.unit), ", ".join(map(column, facts))
    known = " and ".join(f"{column(fact)} is not null" for fact in facts)
    families, of_known = engine.rows(f"select count(*), count(*) filter (where {known}) from {values}")[0]
    [(matched,)] = engine.rows(
        f"select coalesce(sum(n), 0) from (select count(*) as n from {values} where {known} group by {named}) where n > 1"
    )
    reasons = engine.rows(f"select result, reason, count(*) from {PAIRS} group by all order by 1, 3 desc, 2")
    return Alike(
        opened,
        card.unit,
        tuple(facts),
        families,
        int(matched),
        families - of_known,
        tuple(Reason(*r) for r in reasons),
    )


def pair_rows(found: Alike, limit: int) -> list[dict[str, Any]]:
    """The first pairs of each reason; units stay in the core."""
    rows = found.snapshot.engine.arrow(
        f"select result, outcome_a, outcome_b, reason, detail from (select *, row_number() over"
        f" (partition by result, reason order by b) as n from {PAIRS}) where n <= {int(limit)} order by result, reason, n"
    )
    return list(rows.to_pylist())


def alike_json(found: Alike, limit: int) -> dict[str, Any]:
    """The report for machines; no family is named in it."""
    return {
        "snapshot": found.snapshot.path.name,
        "unit": found.unit,
        "alike_in": list(found.facts),
        "families": found.families,
        "matched": found.matched,
        "left_out_for_an_unknown_fact": found.left_out,
        "reasons": [vars(reason) for reason in found.reasons],
        "examples": pair_rows(found, limit),
    }


def _must_have(opened: OpenSnapshot, unit: str, facts: Sequence[str]) -> None:
    if not facts:
        raise UsageError("Say by --facts in what families are alike, such as members,children; or by --fit.")
    there = opened.engine.arrow(f"select * from {unit_values(unit)} limit 0").column_names
    tracer = Tracer(opened.pack)
    for fact in facts:
        if fact not in there or is_sealed(tracer, fact):
            raise UsageError(
                f"{opened.path.name} has no `{fact}` of a {unit} to match by; name another fact."
            )


def _pair_queries(opened: OpenSnapshot, card: Scorecard, facts: Sequence[str]) -> Iterator[str]:
    """For the category and for each programme of the unit: the pairs that differ, with their reason."""
    outcome = "coalesce(s.category, concat(s.category_highest, '-', s.category_lowest))"
    _make_base(
        opened.engine,
        card.unit,
        facts,
        f"join {scores(card.id)} s using (unit)",
        outcome,
        "s.* exclude (unit)",
    )
    yield _pairs(CATEGORY, facts, *_reason_of_category(card))
    for programme in programmes_of(opened.pack, card.unit):
        id_ = programme.id
        told = ", ".join(f's."{id_}__{part}"' for part in ("status", "failed", "unknown", "received"))
        received = f"case when s.\"{id_}__received\" then ', received' when not s.\"{id_}__received\" then ', not received' else '' end"
        outcome = f'concat(s."{id_}__status", {received})'
        _make_base(
            opened.engine, card.unit, facts, f"join {entitlements(card.unit)} s using (unit)", outcome, told
        )
        yield _pairs(id_, facts, *_reason_of_programme(programme))


def _make_base(
    engine: DuckEngine, unit: str, facts: Sequence[str], join: str, outcome: str, told: str
) -> None:
    named = ", ".join(f"v.{column(fact)} as {column(f'is.{fact}')}" for fact in facts)
    known = " and ".join(f"v.{column(fact)} is not null" for fact in facts)
    engine.make(
        _BASE,
        f"select v.unit, {named}, {outcome} as outcome, {told} from {unit_values(unit)} v {join} where {known}",
    )
    keys = ", ".join(column(f"is.{fact}") for fact in facts)
    engine.make(
        _USUAL,
        f"select {keys}, first_unit as unit from (select {keys}, outcome, min(unit) as first_unit, row_number() over"
        f" (partition by {keys} order by count(*) desc, outcome) as place from {_BASE} group by {keys}, outcome)"
        " where place = 1",
    )


def _pairs(result: str, facts: Sequence[str], reason: str, detail: str) -> str:
    keys = ", ".join(column(f"is.{fact}") for fact in facts)
    return (
        f"select '{result}' as result, a.unit as a, b.unit as b, a.outcome as outcome_a, b.outcome as outcome_b,"
        f" {reason} as reason, {detail} as detail from {_BASE} b join {_USUAL} u using ({keys})"
        f" join {_BASE} a on a.unit = u.unit where a.outcome is distinct from b.outcome"
    )


def _reason_of_category(card: Scorecard) -> tuple[str, str]:
    """The line that sets the two furthest apart, and the three furthest; an unknown one comes first."""
    parts = []
    for term in card.terms:
        a, b = f"a.{points_column(term)}", f"b.{points_column(term)}"
        parts.append(
            f"{{'k': case when ({a} is null) <> ({b} is null) then -1000000 else -abs(coalesce({a} - {b}, 0)) end,"
            f" 't': case when ({a} is null) <> ({b} is null) then 'unknown: {term.id}' else 'points: {term.id}' end,"
            f" 'd': coalesce({b} - {a}, 0)}}"
        )
    parts.append(
        "{'k': -abs(coalesce(a.adjustment, 0) - coalesce(b.adjustment, 0)), 't': 'limit of experts',"
        " 'd': coalesce(b.adjustment, 0) - coalesce(a.adjustment, 0)}"
    )
    ordered = f"list_filter(list_sort([{', '.join(parts)}]), lambda x: x.k <> 0)"
    detail = (
        f"array_to_string(list_transform({ordered}[1:3], lambda x: x.t || ' ' || printf('%+d', x.d)), '; ')"
    )
    return f"coalesce({ordered}[1].t, '{UNEXPLAINED}')", detail


def _reason_of_programme(programme: Programme) -> tuple[str, str]:
    """The first condition that one fails and the other does not, else what is unknown, else who takes it up."""
    id_ = programme.id

    def differs(part: str) -> str:
        return f'xor(a."{id_}__{part}", b."{id_}__{part}")'

    named = [
        f"when ({differs(part)} & {1 << bit}) <> 0 then '{word}: {condition.id}'"
        for part, word in (("failed", "condition"), ("unknown", "unknown"))
        for bit, condition in enumerate(programme.conditions)
    ]
    same = f'a."{id_}__status" is not distinct from b."{id_}__status"'
    status = f'a."{id_}__status"'
    either = f'a."{id_}__received" is null or b."{id_}__received" is null'
    taken = (
        f"when {same} and ({either}) then 'unknown: whether one of the two receives it'"
        f" when {same} and {status} = 'eligible' then 'a right that one of the two does not use'"
        f" when {same} then 'received by one of the two without a right that the registers see'"
        f" when 'excluded' in (a.\"{id_}__status\", b.\"{id_}__status\") then 'excluded by another programme'"
    )
    reason = f"case {taken} {' '.join(named)} else '{UNEXPLAINED}' end"
    return reason, "concat(a.outcome, ' | ', b.outcome)"
