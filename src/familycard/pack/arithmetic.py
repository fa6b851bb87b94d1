"""Exact arithmetic on scaled integers, as SQL.

Division appears only here, always of integers and always rounded in a stated way. Each
text means the same in DuckDB and Spark: the operands of ``//`` divide without remainder,
so it does not matter which way an engine truncates.
"""

from __future__ import annotations

from dataclasses import replace

from familycard.pack.scope import Compiled
from familycard.pack.types import Type

ROUNDINGS = ("half_up", "up", "down")


def rescaled(value: Compiled, scale: int) -> Compiled:
    """The same value with more decimal digits; never with fewer."""
    step = scale - value.type.scale
    if step == 0:
        return value
    sql = (
        str(int(value.sql) * 10**step)
        if _is_integer(value.sql)
        else f"(cast({value.sql} as bigint) * {10**step})"
    )
    return replace(value, sql=sql, type=Type(value.type.kind, scale))


def floor_divide(a: str, b: str) -> str:
    """floor(a ÷ b) for integers, b positive: ``floor_divide('-7', '2')`` is −4."""
    return f"((({a}) - ((({a}) % ({b})) + ({b})) % ({b})) // ({b}))"


def rounded_divide(a: str, b: str, rounding: str) -> str:
    """a ÷ b as an integer, b positive. up: towards +∞; down: towards −∞; half_up: halves away from 0."""
    a = f"cast({a} as bigint)"
    if rounding == "down":
        return floor_divide(a, b)
    if rounding == "up":
        return f"(-{floor_divide(f'-({a})', b)})"
    magnitude = floor_divide(f"2 * abs({a}) + ({b})", f"2 * ({b})")
    return f"(case when ({a}) < 0 then -{magnitude} else {magnitude} end)"


def unscaled(value: Compiled, rounding: str, whole_units_digits: int = 0) -> Compiled:
    """Money or a number without decimals: rounded to 10^`whole_units_digits` minor units, still in minor units."""
    unit = 10**whole_units_digits
    divisor = 10**value.type.scale * unit
    if divisor == 1:
        return value
    whole = rounded_divide(value.sql, str(divisor), rounding)
    return replace(value, sql=f"({whole} * {unit})" if unit > 1 else whole, type=Type(value.type.kind, 0))


def _is_integer(sql: str) -> bool:
    return sql.lstrip("-").isdigit()
