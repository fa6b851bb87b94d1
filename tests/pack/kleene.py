"""Three-valued logic in plain Python: the reference of the tests. None is unknown."""

from __future__ import annotations

from collections.abc import Callable

Truth = bool | None
TRUTHS: tuple[Truth, ...] = (True, False, None)


def both(a: Truth, b: Truth) -> Truth:
    return False if a is False or b is False else None if a is None or b is None else True


def either(a: Truth, b: Truth) -> Truth:
    return opposite(both(opposite(a), opposite(b)))


def opposite(a: Truth) -> Truth:
    return None if a is None else not a


def at_most(a: int | None, b: int | None) -> Truth:
    return None if a is None or b is None else a <= b


COMPARED: dict[str, Callable[[int, int], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
