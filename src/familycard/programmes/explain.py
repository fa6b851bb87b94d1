"""Why programmes say what they say of one subject: each condition with value, threshold, law and answer.

The answers come from the masks that the build wrote; values and thresholds are computed
from the same row by the same compiled expressions, so an explanation cannot disagree with
the decision. What could change the result is named only as facts that may be wrong or as
steps that the programme itself asks for; never as advice on how to live.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from familycard.indicators.tables import subject_key
from familycard.pack.comparisons import Comparison, comparisons
from familycard.pack.expression import Scope, compile_condition, compile_expression
from familycard.pack.model import Condition, Pack, Programme
from familycard.pack.scopes import column, people_attributes, programme_scope
from familycard.pack.types import Type
from familycard.programmes.evaluate import PARTS, OfKind, needed_of_units, rules_of
from familycard.programmes.rule import Rule, RuleCondition, shut_out_by
from familycard.sources.linkage.links import NO_LINKS, Links

YES, NO, CANNOT_TELL = "yes", "no", "cannot_tell"
_ANSWERS = {True: YES, False: NO, None: CANNOT_TELL}


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
    is_in_doubt: bool = False
    """Whether it cannot be told only because it would fail by a row that the model linked and nobody confirmed."""


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
    links: Links = NO_LINKS

    @property
    def is_unused(self) -> bool:
        """Whether the right is there and known not to be used."""
        return self.status == "eligible" and self.received is False

    @property
    def decisive(self) -> tuple[ConditionResult, ...]:
        """The conditions that stand in the way: those that failed, else those that cannot be told."""
        failed = tuple(c for c in self.conditions if c.answer == NO)
        return failed or tuple(c for c in self.conditions if c.answer == CANNOT_TELL)

    @property
    def is_exclusion_in_doubt(self) -> bool:
        """Whether nothing stands in the way but another programme whose receipt rests on such a row."""
        received = (other for other in shut_out_by(self.programme) if self.row.get(f"{other}__received"))
        links = (link for other in received for link in self.links.of(f"programme.{other}.received"))
        is_open = self.status == CANNOT_TELL and not self.decisive
        return is_open and any(link.is_by_model for link in links)


class Explainer:
    """All programmes of one subject on a date, compiled once for any number of rows.

    `expressions` are to be computed of a row that has the columns `columns`; what they give is
    asked of `explain`, with the row, which also has the results of the subject's programmes.
    `has_doubts` says whether a condition may be in doubt, so that it is looked at as a whole.
    """

    def __init__(self, pack: Pack, subject: str, as_of: date, *, has_doubts: bool = False) -> None:
        self.subject = subject
        scope = programme_scope(pack, subject, as_of)
        rules = rules_of(pack, subject, as_of)
        names = frozenset[str]().union(*(rule.names for rule in rules))
        self.of_units: tuple[OfKind, ...] = tuple(needed_of_units(pack, names)) if subject == "person" else ()
        """What the row has of the person's units."""
        self.columns = _columns(scope, names)
        places: dict[str, int] = {}
        self._programmes = {rule.programme.id: _Explained(pack, rule, scope, places) for rule in rules}
        if has_doubts:
            for one in self._programmes.values():
                one.look_for_doubts(scope, places)
        self.expressions = tuple(places)

    def explain(self, row: Mapping[str, Any], values: Sequence[Any], id_: str) -> ProgrammeResult:
        """What a programme says of the row's subject, with the values of `expressions`."""
        one = self._programmes[id_]
        failed, unknown = row[one.failed], row[one.unknown]
        return ProgrammeResult(
            one.programme,
            self.subject,
            row[subject_key(self.subject)],
            row[one.status],
            row[one.amount],
            row[one.received],
            tuple([condition.answered(failed, unknown, values) for condition in one.conditions]),
            row,
        )


def _columns(scope: Scope, names: frozenset[str]) -> frozenset[str]:
    """The columns that stand for names, and the area that parameters depend on."""
    meanings = {name: scope.resolve(name) for name in names | {"area"}}
    own = (column(name) for name, meaning in meanings.items() if meaning and column(name) in meaning.sql)
    return frozenset(name.strip('"') for name in own)


class _Explained:
    """A programme, with the places of its comparisons among the expressions of its subject."""

    def __init__(self, pack: Pack, rule: Rule, scope: Scope, places: dict[str, int]) -> None:
        self.programme = rule.programme
        self.status, self.failed, self.unknown, self.amount, self.received = (
            f"{rule.programme.id}__{part}" for part in PARTS
        )
        self.conditions = [
            _ExplainedCondition(pack, condition, scope, places) for condition in rule.conditions
        ]

    def look_for_doubts(self, scope: Scope, places: dict[str, int]) -> None:
        """Have each condition say whether it would fail."""
        for condition in self.conditions:
            condition.look_for_doubts(scope, places)


class _ExplainedCondition:
    """A condition without the comparisons that name something sealed: a family reads one card together."""

    def __init__(self, pack: Pack, of_rule: RuleCondition, scope: Scope, places: dict[str, int]) -> None:
        self.condition = of_rule.condition
        self.bit = of_rule.bit
        everything = comparisons(of_rule.condition.when)
        shown = [one for one in everything if not any(_is_sealed(pack, name) for name in one.names)]
        self.names = frozenset[str]().union(*(one.names for one in shown))
        self.is_withheld = len(shown) < len(everything)
        self.compared = [_comparing(one, scope, places) for one in shown]
        self._whole: int | None = None

    def look_for_doubts(self, scope: Scope, places: dict[str, int]) -> None:
        """Have it say whether it would fail; not where that would tell of something sealed."""
        if not self.is_withheld:
            self._whole = _place(places, compile_condition(self.condition.when, scope).sql)

    def answered(self, failed: int, unknown: int, values: Sequence[Any]) -> ConditionResult:
        """The condition's answer, by the masks of its programme."""
        answer = NO if failed >> self.bit & 1 else CANNOT_TELL if unknown >> self.bit & 1 else YES
        compared = tuple([compare(values) for compare in self.compared])
        result = ConditionResult(self.condition, answer, compared, self.names, self.is_withheld)
        if answer != CANNOT_TELL or self._whole is None or values[self._whole] is not False:
            return result
        open_ = tuple(replace(one, answer=CANNOT_TELL) if one.answer == NO else one for one in compared)
        return replace(result, compared=open_, is_in_doubt=True)


def _place(places: dict[str, int], sql: str) -> int:
    """The place of an expression among all that are computed."""
    return places.setdefault(sql, len(places))


def _comparing(
    comparison: Comparison, scope: Scope, places: dict[str, int]
) -> Callable[[Sequence[Any]], Compared]:
    """A function from the values of all expressions to this comparison's."""

    holds = _place(places, compile_condition(comparison.whole, scope).sql)
    value = compile_expression(comparison.value, scope)
    left, type_ = _place(places, value.sql), value.type
    if comparison.threshold is None:
        return lambda values: Compared(comparison, _ANSWERS[values[holds]], values[left], type_)
    threshold = compile_expression(comparison.threshold, scope)
    right, other = _place(places, threshold.sql), threshold.type
    return lambda values: Compared(
        comparison, _ANSWERS[values[holds]], values[left], type_, values[right], other
    )


def _is_sealed(pack: Pack, name: str) -> bool:
    """Whether an indicator or an attribute is sealed; the lint seals whatever rests on something sealed."""
    last = name.rpartition(".")[2]
    known = pack.indicators.get(last) or people_attributes(pack).get(last)
    return known is not None and known.sensitivity == "sealed"
