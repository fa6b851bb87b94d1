"""Aggregates over the rows that a filter keeps, with three values.

An aggregate is unknown where it is unknown whether a row is kept, or where a kept row's
value is unknown, except that one true row settles ``any`` and one false row ``all``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from familycard.pack.scope import Aggregate, Compiled, Misuse
from familycard.pack.types import BOOLEAN, INTEGER, Kind, Type

KEEP_ALL = Compiled("true", BOOLEAN, frozenset(), nullable=False)

_NOT_SUMMABLE = (Kind.BOOLEAN, Kind.TEXT, Kind.DATE, Kind.RATIO)


def aggregate(function: str, arguments: Sequence[Compiled], keep: Compiled) -> Compiled:
    """The SQL of an aggregate; Misuse where the arguments do not fit."""
    if function == "count" and not arguments:
        return _guarded("count(*)", [], keep, INTEGER)
    if len(arguments) != 1:
        raise Misuse(f"takes one argument, not {len(arguments)}")
    return _BUILD[function](arguments[0], keep)


def _filter(keep: Compiled) -> str:
    return "" if keep.sql == "true" else f" filter (where {keep.sql})"


def _guarded(call: str, arguments: Sequence[Compiled], keep: Compiled, type_: Type) -> Compiled:
    """`call` over the kept rows, unknown where a row's keeping or value is."""
    doubts = [f"({keep.sql}) is null"] if keep.nullable else []
    doubts += [f"(({keep.sql}) and ({a.sql}) is null)" for a in arguments if a.nullable]
    sql = f"{call}{_filter(keep)}"
    if type_.sql == "BIGINT":
        sql = f"cast({sql} as bigint)"
    doubt = f"coalesce(bool_or({' or '.join(doubts)}), false)" if doubts else ""
    is_none = f"{sql} = 0" if call.startswith("count(") else f"{sql} is null"
    parts = Aggregate(sql, is_none, doubt)
    if doubts:
        sql = f"(case when not {doubt} then {sql} end)"
    names = keep.names.union(*(a.names for a in arguments))
    return Compiled(sql, type_, names, nullable=True, aggregate=parts)


def _sum(value: Compiled, keep: Compiled) -> Compiled:
    if value.type.kind in _NOT_SUMMABLE:
        raise Misuse(f"sums money or numbers, not {value.type}")
    return _guarded(f"sum({value.sql})", [value], keep, value.type)


def _count(value: Compiled, keep: Compiled) -> Compiled:
    if value.type.kind is not Kind.BOOLEAN:
        raise Misuse("counts rows, `count()`, or rows for which a condition is true, `count(condition)`")
    # DuckDB's count_if is null, not 0, over no rows.
    return _guarded(f"count(case when {value.sql} then 1 end)", [value], keep, INTEGER)


def _count_distinct(value: Compiled, keep: Compiled) -> Compiled:
    return _guarded(f"count(distinct {value.sql})", [value], keep, INTEGER)


def _extreme(function: str) -> Callable[[Compiled, Compiled], Compiled]:
    def build(value: Compiled, keep: Compiled) -> Compiled:
        if value.type.kind is Kind.BOOLEAN:
            raise Misuse("takes money, a number, a date or a text; for conditions use `any` or `all`")
        return _guarded(f"{function}({value.sql})", [value], keep, value.type)

    return build


def _only(value: Compiled, keep: Compiled) -> Compiled:
    lowest, highest = f"min({value.sql}){_filter(keep)}", f"max({value.sql}){_filter(keep)}"
    one = _guarded(f"min({value.sql})", [value], keep, value.type)
    sql = f"(case when {lowest} = {highest} then {one.sql} end)"
    assert one.aggregate is not None
    parts = replace(one.aggregate, value=f"(case when {lowest} = {highest} then {lowest} end)")
    return Compiled(sql, value.type, one.names, aggregate=parts)


def _any(condition: Compiled, keep: Compiled) -> Compiled:
    _must_be_condition(condition)
    both = _and(keep, condition)
    unknown = f" when bool_or(({both}) is null) then null" if keep.nullable or condition.nullable else ""
    sql = f"(case when bool_or({both}) then true{unknown} else false end)"
    return Compiled(sql, BOOLEAN, keep.names | condition.names, nullable=bool(unknown), is_any=True)


def _all(condition: Compiled, keep: Compiled) -> Compiled:
    _must_be_condition(condition)
    broken = _and(keep, Compiled(f"not ({condition.sql})", BOOLEAN))
    unknown = f" when bool_or(({broken}) is null) then null" if keep.nullable or condition.nullable else ""
    sql = f"(case when bool_or({broken}) then false{unknown} else true end)"
    return Compiled(sql, BOOLEAN, keep.names | condition.names, nullable=bool(unknown))


def _and(keep: Compiled, condition: Compiled) -> str:
    return condition.sql if keep.sql == "true" else f"({keep.sql}) and ({condition.sql})"


def _must_be_condition(value: Compiled) -> None:
    if value.type.kind is not Kind.BOOLEAN:
        raise Misuse(f"takes a condition, not {value.type}")


_BUILD: dict[str, Callable[[Compiled, Compiled], Compiled]] = {
    "sum": _sum,
    "count": _count,
    "count_distinct": _count_distinct,
    "min": _extreme("min"),
    "max": _extreme("max"),
    "only": _only,
    "any": _any,
    "all": _all,
}
AGGREGATES = frozenset(_BUILD)
