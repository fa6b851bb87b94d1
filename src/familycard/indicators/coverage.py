"""When the absence of rows is knowledge, and when it is only silence.

A load says nothing of a time that it does not cover, and an old extract says nothing of
now: absence then is unknown, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from familycard.pack.contract import Source
from familycard.pack.periods import period_days

if TYPE_CHECKING:
    # Only its type is named: the value is handed in, so the floor is not left.
    from familycard.sources.store import Load


@dataclass(frozen=True)
class Coverage:
    """What a load can say about a period, seen from a date."""

    covers_period: bool
    is_fresh: bool
    why: str = ""

    @property
    def absence_is_known(self) -> bool:
        """Whether "no row" means what the indicator says it means."""
        return self.covers_period and self.is_fresh


def coverage(source: Source, load: Load | None, period: str | None, as_of: date) -> Coverage:
    """What the load in use says of a period.

    A load without stated cover is a whole register, which covers any time up to its extract;
    where even the date of the extract is not known, it covers no period at all.
    """
    if load is None:
        return Coverage(False, False, "nothing was ever taken in")
    fresh, why = _freshness(source, load, as_of)
    if period is None or period == "any":
        return Coverage(True, fresh, why)
    start, end = period_days(period, as_of)
    if period == "this_year":
        end = min(end, as_of.replace(day=1))
    from_, to = load.covers_from, load.covers_to or load.extracted_on
    if to is None or to < end or (from_ is not None and from_ > start):
        return Coverage(False, fresh, f"the load covers {from_ or '…'} to {to or '…'}, not {start} to {end}")
    return Coverage(True, fresh, why)


def _freshness(source: Source, load: Load, as_of: date) -> tuple[bool, str]:
    if source.freshness_days is None:
        return True, ""
    if load.extracted_on is None:
        return False, "the date of the extract is not known"
    age_days = (as_of - load.extracted_on).days
    if age_days > source.freshness_days:
        return (
            False,
            f"the extract of {load.extracted_on} is {age_days} days old, limit {source.freshness_days}",
        )
    return True, ""
