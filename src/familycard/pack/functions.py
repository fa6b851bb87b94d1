"""The functions an expression may call: what each means, to the day and the minor unit.

Each takes compiled arguments and gives SQL that is unknown (NULL) where an argument is,
and that means the same in DuckDB and, rendered by sqlglot, in Spark.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from familycard.pack.arithmetic import (
    ROUNDINGS,
    floor_divide,
    positive_divisor,
    rescaled,
    rounded_divide,
    unscaled,
    whole_number,
)
from familycard.pack.scope import Compiled, Misuse, Scope
from familycard.pack.types import BOOLEAN, DATE, INTEGER, RATIO, RATIO_SCALE, TEXT, Kind, Type


@dataclass(frozen=True)
class Function:
    """How a call is written, and what makes its SQL."""

    signature: str
    build: Callable[[Sequence[Compiled], Scope], Compiled]
    words: int = 0
    """How many trailing arguments are bare words, such as a rounding."""

    def check_count(self, count: int) -> None:
        """Misuse where a call has another number of arguments than the signature."""
        written = self.signature.count(",") + 1
        if self.signature.endswith("…)"):
            if count < written - 1:
                raise Misuse(f"takes {written - 1} or more arguments, not {count}")
        elif count != written:
            raise Misuse(f"takes {written} {'argument' if written == 1 else 'arguments'}, not {count}")


def _together(
    arguments: Sequence[Compiled], sql: str, type_: Type, *, nullable: bool | None = None
) -> Compiled:
    names = frozenset[str]().union(*(a.names for a in arguments))
    return Compiled(sql, type_, names, any(a.nullable for a in arguments) if nullable is None else nullable)


def _expect(arguments: Sequence[Compiled], *kinds: Kind | tuple[Kind, ...]) -> None:
    for position, (argument, wanted) in enumerate(zip(arguments, kinds, strict=True), 1):
        allowed = wanted if isinstance(wanted, tuple) else (wanted,)
        if argument.type.kind not in allowed:
            names = " or ".join(kind.value for kind in allowed)
            raise Misuse(f"argument {position} must be {names}, not {argument.type}")


_AMOUNT = (Kind.MONEY, Kind.INTEGER, Kind.NUMBER)


def _age_years(arguments: Sequence[Compiled], scope: Scope) -> Compiled:
    _expect(arguments, Kind.DATE, Kind.DATE)
    birth, on = (a.sql for a in arguments)
    birthday = f"(month({birth}) * 100 + day({birth}))"
    if scope.leap_day == "feb_28":
        leap = f"(year({on}) % 4 = 0 and (year({on}) % 100 <> 0 or year({on}) % 400 = 0))"
        birthday = f"(case when {birthday} = 229 and not {leap} then 228 else {birthday} end)"
    # In a common year 28 February comes before 29 February and 1 March after it: the rule mar_01 by itself.
    before = f"case when month({on}) * 100 + day({on}) < {birthday} then 1 else 0 end"
    return _together(arguments, f"cast(year({on}) - year({birth}) - {before} as bigint)", INTEGER)


def _months(a: str, b: str) -> str:
    whole = f"(year({b}) - year({a})) * 12 + month({b}) - month({a})"
    short = f"case when day({b}) < day({a}) and {b} <> last_day({b}) then 1 else 0 end"
    return f"({whole} - {short})"


def _months_between(arguments: Sequence[Compiled], scope: Scope) -> Compiled:
    _expect(arguments, Kind.DATE, Kind.DATE)
    a, b = (x.sql for x in arguments)
    sql = (
        f"cast(case when {b} >= {a} then {_months(a, b)} when {b} < {a} then -{_months(b, a)} end as bigint)"
    )
    return _together(arguments, sql, INTEGER)


def _days_between(arguments: Sequence[Compiled], scope: Scope) -> Compiled:
    _expect(arguments, Kind.DATE, Kind.DATE)
    a, b = (x.sql for x in arguments)
    return _together(arguments, f"cast(date_diff('day', {a}, {b}) as bigint)", INTEGER)


def _add_months(arguments: Sequence[Compiled], scope: Scope) -> Compiled:
    _expect(arguments, Kind.DATE, Kind.INTEGER)
    day, months = (x.sql for x in arguments)
    sql = f"cast({day} + cast({months} as integer) * interval '1' month as date)"
    return _together(arguments, sql, DATE)


def _make_date(arguments: Sequence[Compiled], scope: Scope) -> Compiled:
    _expect(arguments, Kind.INTEGER, Kind.INTEGER, Kind.INTEGER)
    year, month, day = (x.sql for x in arguments)
    padded = (
        f"lpad(cast({part} as varchar), {width}, '0')" for part, width in ((year, 4), (month, 2), (day, 2))
    )
    # lpad cuts longer texts: month 113 would become month 11.
    fits = f"{year} between 1 and 9999 and {month} between 1 and 12 and {day} between 1 and 31"
    text = " || '-' || ".join(padded)
    sql = f"(case when {fits} then try_cast({text} as date) end)"
    return _together(arguments, sql, DATE, nullable=True)


def _ratio(arguments: Sequence[Compiled], scope: Scope) -> Compiled:
    _expect(arguments, _AMOUNT, _AMOUNT)
    if (arguments[0].type.kind is Kind.MONEY) != (arguments[1].type.kind is Kind.MONEY):
        raise Misuse("compares money with money or a number with a number")
    scale = max(a.type.scale for a in arguments)
    a, b, never_zero = positive_divisor(*(rescaled(x, scale) for x in arguments))
    quotient = floor_divide(f"cast({a} as bigint) * {10**RATIO_SCALE}", b)
    return _together(arguments, quotient, RATIO, nullable=None if never_zero else True)


def _rounding(arguments: Sequence[Compiled]) -> str:
    rounding = arguments[-1].sql
    if rounding not in ROUNDINGS:
        raise Misuse(f"needs a rounding, one of {', '.join(ROUNDINGS)}, not `{rounding}`")
    return rounding


def _money_div(arguments: Sequence[Compiled], scope: Scope) -> Compiled:
    rounding = _rounding(arguments)
    _expect(arguments[:-1], _AMOUNT, Kind.INTEGER)
    amount, by = arguments[0], arguments[1]
    dividend, divisor, never_zero = positive_divisor(amount, by)
    if amount.type.scale:
        divisor = f"{divisor} * {whole_number(10**amount.type.scale)}"
    quotient = rounded_divide(dividend, divisor, rounding)
    type_ = Type(Kind.MONEY if amount.type.kind is Kind.MONEY else Kind.INTEGER)
    return _together(arguments[:-1], quotient, type_, nullable=None if never_zero else True)


def _round_money(arguments: Sequence[Compiled], scope: Scope) -> Compiled:
    rounding = _rounding(arguments)
    _expect(arguments[:-1], (Kind.MONEY, Kind.NUMBER))
    return unscaled(arguments[0], rounding)


def _extreme(function: str) -> Callable[[Sequence[Compiled], Scope], Compiled]:
    def build(arguments: Sequence[Compiled], scope: Scope) -> Compiled:
        if arguments[0].type.kind is Kind.BOOLEAN:
            raise Misuse("compares values; conditions are joined by `and` or `or`")
        aligned = same_type(arguments)
        nulls = " or ".join(f"{a.sql} is null" for a in aligned if a.nullable)
        call = f"{function}({', '.join(a.sql for a in aligned)})"
        # DuckDB's greatest and least pass over nulls; an unknown argument makes the result unknown.
        return _together(
            aligned, f"(case when not ({nulls}) then {call} end)" if nulls else call, aligned[0].type
        )

    return build


def same_type(values: Sequence[Compiled]) -> list[Compiled]:
    """The values aligned to one type and scale; Misuse where they are of different kinds."""
    first = values[0].type
    for value in values:
        alike = value.type.kind is first.kind or (value.type.is_numeric and first.is_numeric)
        if not alike:
            raise Misuse(f"{value.type} cannot stand beside {first}")
    scale = max(value.type.scale for value in values)
    kind = Kind.NUMBER if any(v.type.kind is Kind.NUMBER for v in values) else first.kind
    aligned = (rescaled(value, scale) for value in values)
    return [Compiled(v.sql, Type(kind, scale), v.names, v.nullable) for v in aligned]


def _drop_right(arguments: Sequence[Compiled], scope: Scope) -> Compiled:
    _expect(arguments, Kind.TEXT, Kind.INTEGER)
    text, count = (x.sql for x in arguments)
    left = f"length({text}) - cast({count} as integer)"
    sql = f"(case when {left} > 0 then substr({text}, 1, {left}) when {left} <= 0 then '' end)"
    return _together(arguments, sql, TEXT)


def _starts_with(arguments: Sequence[Compiled], scope: Scope) -> Compiled:
    _expect(arguments, Kind.TEXT, Kind.TEXT)
    return _together(arguments, f"starts_with({arguments[0].sql}, {arguments[1].sql})", BOOLEAN)


def _part(function: str) -> Callable[[Sequence[Compiled], Scope], Compiled]:
    def build(arguments: Sequence[Compiled], scope: Scope) -> Compiled:
        _expect(arguments, Kind.DATE)
        return _together(arguments, f"cast({function}({arguments[0].sql}) as bigint)", INTEGER)

    return build


FUNCTIONS: dict[str, Function] = {
    "age_years": Function("age_years(birth, on)", _age_years),
    "months_between": Function("months_between(a, b)", _months_between),
    "days_between": Function("days_between(a, b)", _days_between),
    "add_months": Function("add_months(date, n)", _add_months),
    "make_date": Function("make_date(year, month, day)", _make_date),
    "ratio": Function("ratio(a, b)", _ratio),
    "money_div": Function("money_div(a, b, rounding)", _money_div, words=1),
    "round_money": Function("round_money(a, rounding)", _round_money, words=1),
    "least": Function("least(a, b, …)", _extreme("least")),
    "greatest": Function("greatest(a, b, …)", _extreme("greatest")),
    "drop_right": Function("drop_right(text, n)", _drop_right),
    "starts_with": Function("starts_with(text, 'x')", _starts_with),
    "year_of": Function("year_of(date)", _part("year")),
    "month_of": Function("month_of(date)", _part("month")),
}
