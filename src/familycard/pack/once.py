"""What is the same for a pack whenever it is asked: packs never change, and compiling their rules takes long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import is_dataclass
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

ANSWERS_KEPT = 4_096


def once(function: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Keep a function's answers; a pack and its parts are known by identity, everything else by value.

    The function must have no effect, and nobody may change what it answers.
    """

    by_place: Callable[..., Answer] = function

    @lru_cache(ANSWERS_KEPT)
    def kept(*given: Any) -> Answer:
        return by_place(*map(_given, given))

    @wraps(function)
    def asked(*given: Asked.args, **named: Asked.kwargs) -> Answer:
        assert not named, "arguments are given by place"
        return kept(*map(_known, given))

    return asked


def _known(one: Any) -> Any:
    """What an argument is remembered by."""
    if isinstance(one, tuple):
        return tuple(map(_known, one))
    return _Itself(one) if is_dataclass(one) else one


def _given(one: Any) -> Any:
    """The argument again."""
    if isinstance(one, tuple):
        return tuple(map(_given, one))
    return one.it if isinstance(one, _Itself) else one


class _Itself:
    """A part of a pack, equal to nothing else: it may hold what has no hash."""

    def __init__(self, it: Any) -> None:
        self.it = it

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and self.it is other.it

    def __hash__(self) -> int:
        return id(self.it)
