"""What the registers say today of an earlier day: which load speaks for each source.

Of a day before its extract a later load can speak only where the pack asks its rows when they
held (``registered_on <= as_of``, ``paid_month between period.start and period.end``, or a
date itself, as of a death). The rows of any other source tell the day of their extract alone:
that a car is no longer in such a list may be a sale or a correction, and nobody can tell.
Then the earlier load keeps its word and the change counts as life, so that what is counted as
data is never more than was certainly data. Each source for which the earlier load speaks is
named with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from familycard.indicators.coverage import coverage
from familycard.pack.dependencies import expression_names
from familycard.pack.model import Expression, Pack
from familycard.pack.types import Kind
from familycard.snapshot.open import OpenSnapshot
from familycard.sources.store import Load, Store, StoreState

ONE_DAY = "rows tell the day of their extract alone, so a correction cannot be told from life"
MIXED = (
    "what has no date in it is as the earlier extract says, so a correction there cannot be told from life"
)
NOT_COVERED = "the later load does not reach back to the earlier day, so a correction there cannot be seen"
OTHER_COLUMNS = "the later load was taken in by another contract, which the earlier law cannot read"
_TIME = {"as_of", "period.start", "period.end"}


@dataclass(frozen=True)
class Told:
    """The load that speaks for a source, and why it is not the later one."""

    load: Load
    why_earlier: str | None = None
    undated_from: Load | None = None
    """Of the people source: the load whose columns without a date are kept, person by person."""


def state_of(snapshot: OpenSnapshot) -> StoreState:
    """The store as it was when the snapshot was built: its loads by name, not those in use today.

    StoreError where the store no longer stands where the catalogue says.
    """
    store = Store(snapshot.catalogue.store)
    loads = {
        source: store.load(source, note.load, note.stale) for source, note in snapshot.catalogue.loads.items()
    }
    people = loads[snapshot.pack.people.source]
    # The people's load was numbered by one identity index, which is the snapshot's.
    identity = store.identity_path(str(people.description["identity"]).split()[0])
    return StoreState(store.path, loads, identity, str(snapshot.manifest["store"]["version"]))


def told_of_earlier_day(
    pack: Pack, as_of: date, before: Mapping[str, Load], after: Mapping[str, Load]
) -> dict[str, Told]:
    """By source of the pack, the load that speaks of the earlier day with today's knowledge."""
    chosen: dict[str, Told] = {}
    for source in pack.sources:
        earlier, later = before.get(source), after.get(source)
        if earlier is None or later is None or earlier.load == later.load:
            found = later or earlier
            chosen |= {source: Told(found)} if found else {}
        else:
            chosen[source] = _of_earlier_day(pack, source, as_of, earlier, later)
    return chosen


def told_of_later_day(pack: Pack, before: Mapping[str, Load], after: Mapping[str, Load]) -> dict[str, Told]:
    """By source of the pack, the later load; the earlier one where the later is lacking or unreadable."""
    chosen: dict[str, Told] = {}
    for source in pack.sources:
        earlier, later = before.get(source), after.get(source)
        if later is None or earlier is None:
            found = later or earlier
            chosen |= {source: Told(found)} if found else {}
        else:
            readable = _is_readable(pack, source, earlier, later)
            chosen[source] = Told(later) if readable else Told(earlier, OTHER_COLUMNS)
    return chosen


def _of_earlier_day(pack: Pack, source: str, as_of: date, earlier: Load, later: Load) -> Told:
    if not _is_readable(pack, source, earlier, later):
        return Told(earlier, OTHER_COLUMNS)
    if _reaches_less(pack, source, as_of, earlier, later):
        return Told(earlier, NOT_COVERED)
    if not _is_newer(earlier, later):
        # The same extract delivered again: what differs in it was corrected.
        return Told(later)
    if not is_dated(pack, source):
        return Told(earlier, ONE_DAY)
    if source == pack.people.source:
        return Told(later, MIXED, undated_from=earlier)
    return Told(later)


def _is_readable(pack: Pack, source: str, earlier: Load, later: Load) -> bool:
    """Whether the later load has the columns of this pack's contract, of the same types."""
    if earlier.load == later.load:
        return True
    schemas = [pq.read_schema(load.checked) for load in (earlier, later)]
    names = [column.name for column in pack.sources[source].columns]
    return all(
        name in schemas[1].names and schemas[0].field(name).type == schemas[1].field(name).type
        for name in names
    )


def _reaches_less(pack: Pack, source: str, as_of: date, earlier: Load, later: Load) -> bool:
    """Whether absence of rows is knowledge by the earlier load and silence by the later, of any period asked."""
    periods = {indicator.period for indicator in pack.indicators.values() if indicator.source == source}
    return any(
        coverage(pack.sources[source], earlier, period, as_of).absence_is_known
        and not coverage(pack.sources[source], later, period, as_of).absence_is_known
        for period in periods
    )


def _is_newer(earlier: Load, later: Load) -> bool:
    if earlier.extracted_on is None or later.extracted_on is None:
        return False
    return later.extracted_on > earlier.extracted_on


def is_dated(pack: Pack, source: str) -> bool:
    """Whether the pack asks the source's rows when they held, so that they can speak of an earlier day."""
    if source == pack.people.source:
        return _names_time(pack.people.resident)
    if any(_names_time(expression) for expression in _asked_of(pack, source)):
        return True
    taken = [indicator for indicator in pack.indicators.values() if indicator.source == source]
    return bool(taken) and all(indicator.type.kind is Kind.DATE for indicator in taken)


def _asked_of(pack: Pack, source: str) -> Iterator[Expression | None]:
    """The conditions and values that are asked of the source's rows."""
    for indicator in pack.indicators.values():
        if indicator.source == source:
            yield from (indicator.where, indicator.person)
    for kind in pack.units.values():
        for tie in kind.all_ties:
            asked = [mapping.when for mapping in tie.mappings if mapping.source == source]
            yield from (*asked, *(tie.conditions if asked else ()))


def _names_time(expression: Expression | None) -> bool:
    return bool(expression_names(expression) & _TIME)


def undated_columns(load: Load) -> list[str]:
    """The columns of a load that hold neither a date nor the place of the row."""
    schema: list[tuple[str, str]] = [(field.name, str(field.type)) for field in pq.read_schema(load.checked)]
    return [name for name, type_ in schema if not type_.startswith("date") and name not in ("_file", "_row")]


def folder_of(load: Load) -> Path:
    """Where a load lies."""
    return load.checked.parent
