"""A programme as SQL over one row a unit or person: the same text for a nation and for a lawyer's case.

Two steps, because the second reads the columns of the first: `facts` gives the masks of
failed and unknown conditions and whether the programme is received; `verdict` gives the
status and the amount. Bit i of a mask is condition i of the file.

The order of statuses: not in force (by the date), not eligible (a condition failed), cannot
tell (a condition is unknown), excluded (another programme that shuts this one out is
received and this one is not), eligible. A failed condition settles the matter whatever
else is unknown; an unknown one never does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from familycard.errors import ExpressionError
from familycard.pack.arithmetic import unscaled
from familycard.pack.expression import Compiled, Scope, compile_condition, compile_expression
from familycard.pack.model import Condition, Expression, Pack, Programme
from familycard.pack.reading.programmes_file import STATUSES
from familycard.pack.scopes import column
from familycard.pack.types import BOOLEAN, Kind

_ROUNDINGS = {"up_to_unit": "up", "half_up_to_unit": "half_up", "down_to_unit": "down", "exact": "half_up"}
_INTEGERS = ((7, "tinyint"), (15, "smallint"), (31, "integer"), (63, "bigint"))
"""Integers by how many bits of a mask they hold."""
UNKNOWN = "cast(null as boolean)"
_WORDS = {status: f"'{status}'" for status in STATUSES}


@dataclass(frozen=True)
class RuleCondition:
    """A condition in force on the date, its bit and its SQL."""

    condition: Condition
    bit: int
    compiled: Compiled


@dataclass(frozen=True)
class Rule:
    """A programme on a date."""

    programme: Programme
    is_in_force: bool
    conditions: tuple[RuleCondition, ...]
    due: Compiled | None
    """The rounded amount in minor units, whatever the conditions say; None for a service."""
    received: Compiled

    @property
    def names(self) -> frozenset[str]:
        """The names that conditions and amount use."""
        parts = [c.compiled for c in self.conditions] + ([self.due] if self.due else [])
        return frozenset[str]().union(*(part.names for part in parts))

    def facts(self, doubted: Collection[str] = ()) -> tuple[tuple[str, str], ...]:
        """First step: (column, SQL) of failed, unknown and received.

        What fails in doubt has not failed: it is unknown. `doubted` are the columns of doubts beside the row.
        """
        id_ = self.programme.id
        failed = _mask(self.conditions, "not ({})")
        unknown = _mask([c for c in self.conditions if c.compiled.nullable], "({}) is null")
        if doubt_of(id_) in doubted:
            doubt, integer = f'"{doubt_of(id_)}"', _integer(self.conditions)
            unknown = f"cast({unknown} | ({failed} & {doubt}) as {integer})"
            failed = f"cast({failed} & (~{doubt}) as {integer})"
        return (
            (f"{id_}__failed", failed),
            (f"{id_}__unknown", unknown),
            (f"{id_}__received", self.received.sql),
        )

    def verdict(
        self, words: Mapping[str, str] = _WORDS, doubted: Collection[str] = ()
    ) -> tuple[tuple[str, str], ...]:
        """Second step, over the columns of the first (and `<other>__received`): status and amount.

        `words` has the SQL of each status, `doubted` the columns of doubts beside the row.
        """
        id_ = self.programme.id
        branches = self._branches(f'"{id_}__failed"', f'"{id_}__unknown"', _excluded(self.programme, doubted))
        status = " ".join(f"when {test} then {words[status]}" for test, status in branches)
        # Only for those who are eligible the amount is computed at all.
        nothing = " ".join(f"when {test} then null" for test, _ in branches)
        due = self.due.sql if self.due else "cast(null as bigint)"
        if amount_in_doubt(id_) in doubted:
            due = f'(case when "{amount_in_doubt(id_)}" = 0 then {due} end)'
        return (
            (f"{id_}__status", f"(case {status} else {words['eligible']} end)"),
            (f"{id_}__amount", f"(case {nothing} else {due} end)" if self.due else due),
        )

    def _branches(self, failed: str, unknown: str, excluded: str) -> list[tuple[str, str]]:
        """(test, status) in order; whom no test holds for is eligible.

        `excluded` is SQL, from columns `<other>__received`: whether another programme shuts this one out.
        """
        if not self.is_in_force:
            return [("true", "not_in_force")]
        branches = [(f"{failed} <> 0", "not_eligible"), (f"{unknown} <> 0", "cannot_tell")]
        if excluded != "false":
            branches += [(f"({excluded}) is null", "cannot_tell"), (excluded, "excluded")]
        return branches


def rule_of(pack: Pack, programme: Programme, scope: Scope, as_of: date) -> Rule:
    """The programme's rule on a date; ExpressionError where an expression does not compile."""
    is_in_force = programme.is_in_force(as_of)
    conditions = tuple(
        RuleCondition(condition, bit, compile_condition(condition.when, scope))
        for bit, condition in enumerate(programme.conditions)
        if is_in_force and condition.is_in_force(as_of)
    )
    return Rule(
        programme=programme,
        is_in_force=is_in_force,
        conditions=conditions,
        due=_due(pack, programme, scope) if is_in_force else None,
        received=received_sql(programme, scope),
    )


def received_sql(programme: Programme, scope: Scope) -> Compiled:
    """Whether the programme is received: money above nothing, or a yes; unknown without a register."""
    name = scope.resolve(programme.received) if programme.received else None
    if name is None or programme.received is None:
        return Compiled(UNKNOWN, BOOLEAN)
    if name.type.kind is Kind.BOOLEAN:
        return Compiled(name.sql, BOOLEAN, frozenset({programme.received}))
    return Compiled(f"({name.sql} > 0)", BOOLEAN, frozenset({programme.received}))


def shut_out_by(programme: Programme) -> tuple[str, ...]:
    """The programmes that, when received, exclude this one."""
    return tuple(dict.fromkeys((*programme.exclusive_with, *programme.excluded_by)))


def _due(pack: Pack, programme: Programme, scope: Scope) -> Compiled | None:
    if programme.amount is None:
        return None
    compiled = compile_expression(programme.amount.expression, scope)
    return rounded_amount(compiled, programme.amount.rounding, pack.minor_digits, programme.amount.expression)


def rounded_amount(compiled: Compiled, rounding: str, minor_digits: int, expression: Expression) -> Compiled:
    """Exact money as whole minor units, rounded as the law says; ExpressionError for anything but money."""
    if compiled.type.kind is not Kind.MONEY:
        place = expression.place
        message = f"`{expression.text}` is {compiled.type}; an amount must be money"
        raise ExpressionError(message, place.file or None, place.line or None)
    digits = 0 if rounding == "exact" else minor_digits
    rounded = unscaled(compiled, _ROUNDINGS[rounding], digits)
    return Compiled(f"cast({rounded.sql} as bigint)", rounded.type, rounded.names, rounded.nullable)


def doubt_of(programme: str) -> str:
    """The column with the bits of the conditions that must not fail, as they rest on what is in doubt."""
    return f"{programme}__doubt"


def amount_in_doubt(programme: str) -> str:
    """The column that is 1 where the amount rests on what is in doubt, else 0: then it is not told."""
    return f"{programme}__amount_in_doubt"


def receipt_in_doubt(programme: str) -> str:
    """The column that is 1 where what is said of a programme's receipt is in doubt, else 0."""
    return f"{programme}__receipt_in_doubt"


def _excluded(programme: Programme, doubted: Collection[str]) -> str:
    """Three-valued; whoever has no register of its own receipt is taken as not received here.

    A receipt in doubt shuts nobody out: then it is unknown whether one is.
    """
    others = shut_out_by(programme)
    if not others:
        return "false"
    any_other = " or ".join(_receipt(other, "and", doubted) for other in others)
    if programme.received is None:
        return f"({any_other})"
    return f"(({any_other}) and not {_receipt(programme.id, 'or', doubted)})"


def _receipt(programme: str, logic: str, doubted: Collection[str]) -> str:
    """Whether a programme is received; in doubt, true ("and") or false ("or") becomes unknown."""
    received, doubt = column(f"{programme}.received"), receipt_in_doubt(programme)
    if doubt not in doubted:
        return received
    settled = "true" if logic == "and" else "false"
    return f'({received} {logic} (case when "{doubt}" = 0 then {settled} end))'


def _mask(conditions: list[RuleCondition] | tuple[RuleCondition, ...], test: str) -> str:
    bits = [f"(case when {test.format(c.compiled.sql)} then {1 << c.bit} else 0 end)" for c in conditions]
    return f"cast({' + '.join(bits) or '0'} as {_integer(conditions)})"


def _integer(conditions: list[RuleCondition] | tuple[RuleCondition, ...]) -> str:
    return narrowest(max((c.bit for c in conditions), default=0))


def narrowest(highest: int) -> str:
    """The smallest integer that holds the bits of a mask up to this one."""
    return next(name for bits, name in _INTEGERS if highest < bits)
