"""A segment: everybody for whom an expression is true, and how many for whom it is unknown.

``find(snapshot, "children >= 4 and dwellings = 0").is_true`` is how many families that is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import duckdb
import pyarrow as pa

from familycard.errors import SnapshotError, UsageError
from familycard.indicators.tables import subject_key
from familycard.pack.expression import compile_condition, names_in
from familycard.pack.model import Expression
from familycard.pack.rules.tracing import Tracer
from familycard.pack.scopes import column
from familycard.snapshot.bitmaps import bitmaps_of
from familycard.snapshot.names import (
    SearchName,
    check_level,
    is_sealed,
    search_names,
    search_scope,
)
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.search_rows import search_rows


@dataclass(frozen=True)
class Segment:
    """What a search found: how many true, unknown, and all; the rows are read when asked for."""

    snapshot: OpenSnapshot
    level: str
    expression: str
    condition: str
    """The expression as SQL over `search_rows`."""
    rests_on: frozenset[str]
    """All names in it, also those that are no column to show, such as a status."""
    names: tuple[SearchName, ...]
    """The names that the expression uses and that can be shown, in its pack's order."""
    is_true: int
    is_unknown: int
    everyone: int

    @property
    def key(self) -> str:
        """The key column: ``unit`` or ``person``."""
        return subject_key(self.level)

    def chosen(self, columns: Sequence[str] | None = None) -> tuple[SearchName, ...]:
        """The columns to show: those named, else those that the expression uses; UsageError for a stranger."""
        if columns is None:
            return self.names
        known = search_names(self.snapshot, self.level)
        strangers = [name for name in columns if name not in known]
        if strangers:
            near = get_close_matches(strangers[0], known, n=3) or sorted(known)
            raise UsageError(
                f"`{strangers[0]}` is no column of {self.level} that can be shown; there are: {', '.join(near)}."
            )
        return tuple(known[name] for name in dict.fromkeys(columns))

    def query(self, columns: Sequence[SearchName]) -> str:
        """SQL of the segment's rows, unordered: the key, then the columns, named as in expressions."""
        names = self.rests_on | {name.name for name in columns}
        rows = search_rows(self.snapshot.pack, self.level, names)
        shown = "".join(f', {column(name.name)} as "{name.name}"' for name in columns)
        return f"select {self.key}{shown} from ({rows}) where {self.condition}"

    def table(self, columns: Sequence[str] | None = None, limit: int | None = None) -> pa.Table:
        """The key and the chosen columns as stored (scaled integers), by key; the first `limit` rows."""
        end = "" if limit is None else f" limit {min(int(limit), self.everyone)}"
        return self.snapshot.engine.arrow(f"{self.query(self.chosen(columns))} order by {self.key}{end}")


def find(snapshot: OpenSnapshot, expression: str, *, level: str | None = None) -> Segment:
    """Search the card's unit (or another level) by an expression over `search_names`.

    ExpressionError where it cannot be understood; SnapshotError where it rests on what is sealed;
    UsageError where a number in it grows beyond 64 bits.
    """
    level = check_level(snapshot.pack, level)
    asked = Expression(expression)
    tracer = snapshot.remember("tracer", lambda: Tracer(snapshot.pack))
    sealed = sorted(name for name in names_in(asked) if is_sealed(tracer, name))
    if sealed:
        raise SnapshotError(f"`{sealed[0]}` is sealed: nobody may be listed by it. Leave it out.")
    condition = compile_condition(asked, search_scope(snapshot, level))
    known = search_names(snapshot, level)
    try:
        true, unknown, everyone = bitmaps_of(snapshot).count(level, condition)
    except (duckdb.OutOfRangeException, duckdb.ConversionException) as error:
        # The engine's own words hold a value of somebody's row.
        raise UsageError(
            f"In `{expression}`: a number or a date grows beyond what is kept exactly (64 bits); "
            f"use smaller ones."
        ) from error
    names = tuple(shown for name, shown in known.items() if name in condition.names)
    return Segment(
        snapshot, level, expression, condition.sql, condition.names, names, true, unknown, everyone
    )
