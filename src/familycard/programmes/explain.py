"""Why a programme says what it says of one subject: each condition with value, threshold, law and answer.

The answers come from the masks that the build wrote; values and thresholds are computed
from the same row by the same compiled expressions, so an explanation cannot disagree with
the decision. What could change the result is named only as facts that may be wrong or as
steps that the programme itself asks for; never as advice on how to live.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from familycard.engine.interface import Engine
from familycard.errors import SnapshotError
from familycard.indicators.tables import subject_key
from familycard.pack.comparisons import Comparison, comparisons
from familycard.pack.expression import Compiled, Scope, compile_condition, compile_expression
from familycard.pack.model import Condition, Pack, Programme
from familycard.pack.scopes import column, people_attributes, programme_scope
from familycard.pack.types import Type
from familycard.programmes.evaluate import PARTS, subject_rows
from familycard.programmes.rule import Rule, rule_of

YES, NO, CANNOT_TELL = "yes", "no", "cannot_tell"


@dataclass(frozen=True)
class Compared:
    """One comparison of a condition, with its own answer and the values of both sides (None: unknown)."""

    comparison: Comparison
    answer: str
    value: Any
    type: Type
    threshold: Any = None
    threshold_type: Type | None = None


@dataclass(frozen=True)
class ConditionResult:
    """One condition's answer and what it rests on."""

    condition: Condition
    answer: str
    compared: tuple[Compared, ...]
    names: frozenset[str]
    is_withheld: bool = False
    """Whether it also rests on something sealed, which no explanation shows; the same for everybody."""


@dataclass(frozen=True)
class ProgrammeResult:
    """A programme's whole answer for one subject."""

    programme: Programme
    subject: str
    key: int
    status: str
    amount_minor: int | None
    received: bool | None
    conditions: tuple[ConditionResult, ...]
    row: Mapping[str, Any]
    """All values of the subject's row, by column."""

    @property
    def is_unused(self) -> bool:
        """Whether the right is there and known not to be used."""
        return self.status == "eligible" and self.received is False

    @property
    def decisive(self) -> tuple[ConditionResult, ...]:
        """The conditions that stand in the way: those that failed, else those that cannot be told."""
        failed = tuple(c for c in self.conditions if c.answer == NO)
        return failed or tuple(c for c in self.conditions if c.answer == CANNOT_TELL)


def explain(engine: Engine, pack: Pack, programme: Programme, key: int, as_of: date) -> ProgrammeResult:
    """The programme's answer for a unit (key: its head's person) or a person.

    SnapshotError where there is no such subject.
    """
    scope = programme_scope(pack, programme.unit, as_of)
    rule = rule_of(pack, programme, scope, as_of)
    sides = {c.condition.id: _sides(c.condition, scope) for c in rule.conditions}
    columns = [sql for per_condition in sides.values() for side in per_condition for sql in side.columns]
    names = rule.names
    rows = subject_rows(pack, programme.unit, names)
    # Only what is shown is read: a wide row of a Parquet file costs every column that is named.
    shown = _shown_columns(scope, programme, names)
    extra = "".join(f", {sql} as _side_{n}" for n, sql in enumerate(columns))
    found = engine.arrow(
        f"select {', '.join(shown)}{extra} from ({rows}) where {subject_key(programme.unit)} = {int(key)}"
    ).to_pylist()
    if not found:
        raise SnapshotError(f"There is no {programme.unit} of that key in this snapshot.")
    row = found[0]
    values = iter(row.pop(f"_side_{n}") for n in range(len(columns)))
    results = tuple(
        _without_sealed(pack, _result(rule, c.bit, c.condition, sides[c.condition.id], values, row))
        for c in rule.conditions
    )
    id_ = programme.id
    return ProgrammeResult(
        programme,
        programme.unit,
        int(key),
        row[f"{id_}__status"],
        row[f"{id_}__amount"],
        row[f"{id_}__received"],
        results,
        row,
    )


def _shown_columns(scope: Scope, programme: Programme, names: frozenset[str]) -> list[str]:
    """The columns of the names, of the result, and the area that parameters depend on."""
    meanings = {name: scope.resolve(name) for name in names | {"area"}}
    own = {column(name) for name, meaning in meanings.items() if meaning and column(name) in meaning.sql}
    return sorted(own | {column(f"{programme.id}__{part}") for part in PARTS})


@dataclass(frozen=True)
class _Side:
    """A comparison compiled: whether it holds, its value, its threshold."""

    comparison: Comparison
    holds: Compiled
    value: Compiled
    threshold: Compiled | None

    @property
    def columns(self) -> tuple[str, ...]:
        """SQL of what the explanation reads, in this order."""
        return (self.holds.sql, self.value.sql, *([self.threshold.sql] if self.threshold else []))


def _sides(condition: Condition, scope: Scope) -> list[_Side]:
    return [
        _Side(
            comparison,
            compile_condition(comparison.whole, scope),
            compile_expression(comparison.value, scope),
            compile_expression(comparison.threshold, scope) if comparison.threshold else None,
        )
        for comparison in comparisons(condition.when)
    ]


def _result(
    rule: Rule,
    bit: int,
    condition: Condition,
    sides: list[_Side],
    values: Iterator[Any],
    row: Mapping[str, Any],
) -> ConditionResult:
    id_ = rule.programme.id
    failed, unknown = row[f"{id_}__failed"] >> bit & 1, row[f"{id_}__unknown"] >> bit & 1
    answer = NO if failed else CANNOT_TELL if unknown else YES
    compared = []
    names = frozenset[str]()
    for side in sides:
        holds, value = next(values), next(values)
        threshold = next(values) if side.threshold else None
        own = CANNOT_TELL if holds is None else YES if holds else NO
        threshold_type = side.threshold.type if side.threshold else None
        compared.append(Compared(side.comparison, own, value, side.value.type, threshold, threshold_type))
        names |= side.comparison.names
    return ConditionResult(condition, answer, tuple(compared), names)


def _without_sealed(pack: Pack, result: ConditionResult) -> ConditionResult:
    """The answer without the comparisons that name something sealed: a family reads one card together."""
    open_ = tuple(c for c in result.compared if not any(_is_sealed(pack, n) for n in c.comparison.names))
    names = frozenset[str]().union(*(c.comparison.names for c in open_))
    is_withheld = len(open_) < len(result.compared)
    return replace(result, compared=open_, names=names, is_withheld=is_withheld)


def _is_sealed(pack: Pack, name: str) -> bool:
    """Whether an indicator or an attribute is sealed; the lint seals whatever rests on something sealed."""
    last = name.rpartition(".")[2]
    known = pack.indicators.get(last) or people_attributes(pack).get(last)
    return known is not None and known.sensitivity == "sealed"
