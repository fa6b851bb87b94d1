"""The order in which formulas and programmes can be computed: each after what it names.

Items of one level do not need each other, so a level is one SQL statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from familycard.errors import PackError
from familycard.pack.expression import names_in
from familycard.pack.model import Expression, Indicator, Pack, Place, Programme
from familycard.pack.reading.fields import fault

Item = TypeVar("Item", Indicator, Programme)


def indicator_levels(indicators: Iterable[Indicator]) -> tuple[tuple[Indicator, ...], ...]:
    """The formulas among indicators of one level (persons' or units'), in levels.

    What is not a formula of `indicators` is taken as computed before. PackError for a cycle.
    """
    formulas = {indicator.id: indicator for indicator in indicators if indicator.formula is not None}
    return _levels(formulas, lambda indicator: expression_names(indicator.formula), "indicators")


def person_levels(pack: Pack) -> tuple[tuple[Indicator, ...], ...]:
    """Persons' formulas, in levels."""
    return indicator_levels(i for i in pack.indicators.values() if i.level == "person")


def unit_levels(pack: Pack) -> tuple[tuple[Indicator, ...], ...]:
    """Units' formulas, in levels."""
    return indicator_levels(i for i in pack.indicators.values() if i.level == "unit")


def programme_levels(pack: Pack) -> tuple[tuple[Programme, ...], ...]:
    """Programmes in levels; `received` comes from an indicator, so naming it is no dependency."""
    return _levels(dict(pack.programmes), programmes_named, "programmes")


def programmes_named(programme: Programme) -> frozenset[str]:
    """The programmes whose status or amount a programme uses."""
    named = frozenset[str]().union(*(expression_names(e) for e in programme_expressions(programme)))
    parts = (name.split(".") for name in named if name.startswith("programme."))
    return frozenset(part[1] for part in parts if len(part) == 3 and part[2] != "received")


def programme_expressions(programme: Programme) -> tuple[Expression, ...]:
    """Its conditions and its amount."""
    conditions = tuple(condition.when for condition in programme.conditions)
    return conditions if programme.amount is None else (*conditions, programme.amount.expression)


def expression_names(expression: Expression | None) -> frozenset[str]:
    """The names in an expression; none where it is missing or cannot be read, which lint reports."""
    if expression is None:
        return frozenset()
    try:
        return names_in(expression)
    except PackError:
        return frozenset()


def _levels(
    items: Mapping[str, Item], needs: Callable[[Item], frozenset[str]], what: str
) -> tuple[tuple[Item, ...], ...]:
    waiting = {id_: needs(item) & items.keys() for id_, item in items.items()}
    levels = []
    while waiting:
        ready = [id_ for id_ in waiting if not waiting[id_] & waiting.keys()]
        if not ready:
            cycle: list[str] = _cycle(waiting)
            place: Place = items[cycle[0]].place
            message = f"{what} need each other in a circle: {' → '.join([*cycle, cycle[0]])}; break it"
            raise fault(message, place)
        levels.append(tuple(items[id_] for id_ in ready))
        for id_ in ready:
            del waiting[id_]
    return tuple(levels)


def _cycle(waiting: Mapping[str, frozenset[str]]) -> list[str]:
    """One circle: whoever waits, waits for someone who waits, so walking on must come round."""
    path = [next(iter(waiting))]
    while True:
        following = min(waiting[path[-1]] & waiting.keys())
        if following in path:
            return path[path.index(following) :]
        path.append(following)
