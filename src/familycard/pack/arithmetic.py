"""Exact arithmetic on scaled integers, as SQL.

Division appears only here, always of integers and always rounded in a stated way. Each
text means the same in DuckDB and Spark, whether an engine's ``//`` and ``%`` truncate or
floor, and a result beyond 64 bits is an error in both, never a wrapped number.
"""

from __future__ import annotations

from dataclasses import replace

from familycard.pack.scope import Compiled, Misuse
from familycard.pack.types import Type

ROUNDINGS = ("half_up", "up", "down")
BIGINT_MAX = 2**63 - 1


def whole_number(value: int) -> str:
    """An integer as SQL; Misuse beyond 64 bits.

    >>> whole_number(-5)
    '-5'
    """
    if abs(value) > BIGINT_MAX:
        raise Misuse(f"the number {value} is too large to keep exactly")
    return str(value)


def rescaled(value: Compiled, scale: int) -> Compiled:
    """The same value with more decimal digits; never with fewer."""
    step = scale - value.type.scale
    if step == 0:
        return value
    number = constant(value)
    sql = (
        f"(cast({value.sql} as bigint) * {whole_number(10**step)})"
        if number is None
        else whole_number(number * 10**step)
    )
    return replace(value, sql=sql, type=Type(value.type.kind, scale))


def constant(value: Compiled) -> int | None:
    """The number where the value is one written out."""
    return int(value.sql) if value.sql.removeprefix("-").isdecimal() else None


def floor_divide(a: str, b: str) -> str:
    """floor(a ÷ b) for integers, b positive: −7 ÷ 2 is −4.

    >>> floor_divide('a', '2')
    '((a) // (2) - case when (a) % (2) < 0 then 1 else 0 end)'
    """
    return f"(({a}) // ({b}) - case when ({a}) % ({b}) < 0 then 1 else 0 end)"


def rounded_divide(a: str, b: str, rounding: str) -> str:
    """a ÷ b as an integer, b positive. up: towards +∞; down: towards −∞; half_up: halves away from 0."""
    a = f"cast({a} as bigint)"
    if rounding == "down":
        return floor_divide(a, b)
    if rounding == "up":
        return f"(-{floor_divide(f'-{a}', b)})"
    magnitude = floor_divide(f"2 * abs({a}) + ({b})", f"2 * ({b})")
    return f"(case when {a} < 0 then -{magnitude} else {magnitude} end)"


def positive_divisor(a: Compiled, b: Compiled) -> tuple[str, str, bool]:
    """The same quotient with a divisor above 0, unknown where it is 0; and whether it never is."""
    number = constant(b)
    if number is not None and number > 0:
        return a.sql, b.sql, True
    # -5 is put in brackets: `- -5` without a space would be a comment of SQL.
    return f"(case when {b.sql} < 0 then -({a.sql}) else {a.sql} end)", f"nullif(abs({b.sql}), 0)", False


def unscaled(value: Compiled, rounding: str, whole_units_digits: int = 0) -> Compiled:
    """Money or a number without decimals: rounded to 10^`whole_units_digits` minor units, still in minor units."""
    unit = 10**whole_units_digits
    divisor = 10**value.type.scale * unit
    if divisor == 1:
        return value
    whole = rounded_divide(value.sql, whole_number(divisor), rounding)
    return replace(value, sql=f"({whole} * {unit})" if unit > 1 else whole, type=Type(value.type.kind, 0))
