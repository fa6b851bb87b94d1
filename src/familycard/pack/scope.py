"""What an expression may name, and what compiling it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from familycard.pack.types import Type


class Misuse(Exception):
    """Values that do not fit where they stand; the compiler adds the expression, its file and its line."""


@dataclass(frozen=True)
class Name:
    """What a name stands for in the SQL around an expression."""

    sql: str
    type: Type
    nullable: bool = True
    absent: str | None = None
    """SQL that is true where the value is known to be absent; None where a null means unknown."""
    per_row: bool = False
    """Whether it differs from row to row of a source, so that beside aggregates it needs one itself."""


@dataclass(frozen=True)
class Aggregate:
    """The parts of a single aggregate, for whoever gives a value to "no row is kept" without counting rows anew."""

    value: str
    is_none: str
    """SQL that is true where no row is kept, provided that there is no doubt; a count of 0 passes for it."""
    doubt: str = ""
    """SQL that is true where the aggregate is unknown; empty where it never is."""


@dataclass(frozen=True)
class Compiled:
    """An expression as SQL (DuckDB's dialect; NULL is unknown) with its type and the names it uses."""

    sql: str
    type: Type
    names: frozenset[str] = frozenset()
    nullable: bool = True
    is_any: bool = False
    """Whether it is a single ``any(…)``: true stays true whatever other rows say."""
    aggregate: Aggregate | None = None
    """Its parts where it is a single sum, count, min, max or only."""


@dataclass(frozen=True)
class Scope:
    """Names at hand, and the pack's rules that functions need."""

    resolve: Callable[[str], Name | None]
    allow_is_null: bool = False
    """Whether a null of any name means absent (columns of one source)."""
    aggregates: bool = False
    leap_day: str = "mar_01"
    minor_digits: int = 2
    currency: str = "KZT"
    row_filter: Compiled | None = None
    """The rows that aggregates keep; None keeps all."""
    known_names: Callable[[], list[str]] = list
    """All names at hand, for "did you mean"."""


def scope_of(names: Mapping[str, Name], *, allow_is_null: bool = False, leap_day: str = "mar_01") -> Scope:
    """A scope of a fixed set of names."""
    return Scope(names.get, allow_is_null=allow_is_null, leap_day=leap_day, known_names=lambda: list(names))
