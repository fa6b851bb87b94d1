"""A social worker's lists: which families of an area wait, the neediest first.

Need is the category, then the score; of equals the family whose unused rights are worth more comes
first, then the lower number, so that the order is one and a page begins where the last one ended.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import numpy as np

from familycard.desk.caseload import NOT_KNOWN, Caseload, Flags, Integers, caseload, letter_of, ranks_before
from familycard.errors import UsageError
from familycard.snapshot.open import OpenSnapshot

PAGE_MAX = 500
LISTS_KEPT = 32
WORST = 2
"""Categories into which a fall is listed: D and E."""


class Waiting(Enum):
    """Why a family stands on a list."""

    UNUSED = "unused"
    """It has a right that it is known not to use."""
    NOTHING = "nothing"
    """It receives nothing at all, though it is eligible for something."""
    FELL = "fell"
    """It is in one of the two neediest categories, and was in a better one in the snapshot before."""
    QUESTIONS = "questions"
    """The registers contradict each other about it, or too little is known to say who belongs to it or its category."""


@dataclass(frozen=True)
class Family:
    """One line of a list; `unit` is the number of its head, which stays in the core."""

    unit: int
    area: str
    category: str | None
    """None where too little is known."""
    category_before: str | None
    """In the snapshot before; None where not known, not there, or where no snapshot was named."""
    score: int
    """The lowest that it may be, where the score is a range."""
    unused_count: int
    unused_services: int
    unused_monthly_minor: int
    unused_one_off_minor: int
    composition_known: bool
    has_fault: bool


@dataclass(frozen=True)
class Page:
    """Some families of a list, how many there are on it, and after which family the next page begins."""

    families: tuple[Family, ...]
    total: int
    next_after: int | None


class Worklists:
    """The lists of one snapshot, with the one before if there is one; any number of threads may ask."""

    def __init__(self, snapshot: OpenSnapshot, previous: OpenSnapshot | None = None) -> None:
        self._load = caseload(snapshot)
        self._before = ranks_before(self._load, previous) if previous is not None else None
        self._ordered = lru_cache(LISTS_KEPT)(self._sorted)
        self._waiting = {waiting: self._are_waiting(waiting) for waiting in Waiting}

    def totals(self, areas: Sequence[str]) -> Mapping[Waiting, int]:
        """How many families of these areas (codes, or what codes begin with) stand on each list."""
        within = self._load.within(areas)
        return {waiting: int(flags[within].sum()) for waiting, flags in self._waiting.items()}

    def page(
        self, waiting: Waiting, areas: Sequence[str], *, after: int | None = None, size: int = 50
    ) -> Page:
        """A page of a list in the order of need, from behind the family `after`; UsageError for a size that is none.

        A family of other areas is none to go on from: where the page begins would tell how needy it is.
        """
        if not 0 < size <= PAGE_MAX:
            raise UsageError(f"A page has 1 to {PAGE_MAX} families, not {size}.")
        ordered = self._ordered(waiting, tuple(areas))
        start = 0 if after is None else self._behind(ordered, after, areas)
        shown = ordered[start : start + size]
        is_last = start + size >= len(ordered)
        families = tuple(self._family(int(place)) for place in shown)
        return Page(families, len(ordered), None if is_last else families[-1].unit)

    def stands_on(self, unit: int) -> frozenset[Waiting]:
        """The lists that a family stands on."""
        place = int(self._load.places(np.array([unit], np.int64))[0])
        return frozenset(w for w, flags in self._waiting.items() if place >= 0 and flags[place])

    def _are_waiting(self, waiting: Waiting) -> Flags:
        load = self._load
        match waiting:
            case Waiting.UNUSED:
                has_rights: Flags = load.rights > 0
                return has_rights
            case Waiting.NOTHING:
                return load.receives_nothing
            case Waiting.QUESTIONS:
                unsure: Flags = load.has_fault | ~load.composition_known | (load.rank == NOT_KNOWN)
                return unsure
        if self._before is None:
            return np.zeros(len(load.units), np.bool_)
        fell: Flags = (load.rank >= 0) & (load.rank < WORST) & (self._before > load.rank)
        return fell

    def _sorted(self, waiting: Waiting, areas: tuple[str, ...]) -> Integers:
        """The places of a list's families in the order of need."""
        within = self._load.within(areas)
        listed = within[self._waiting[waiting][within]]
        return listed[np.lexsort(_keys(self._load, listed))]

    def _behind(self, ordered: Integers, unit: int, areas: Sequence[str]) -> int:
        """Where a page behind a family of the areas begins, whether or not the family is on the list."""
        place = self._load.places(np.array([unit], np.int64))
        if place[0] < 0 or place[0] not in self._load.within(areas):
            raise UsageError("There is no such family to go on from; begin at the first page.")
        key = _key(self._load, place)
        return bisect_right(ordered, key, key=lambda other: _key(self._load, np.array([other])))

    def _family(self, place: int) -> Family:
        load, pack = self._load, self._load.snapshot.pack
        return Family(
            unit=int(load.units[place]),
            area=load.areas[load.area[place]],
            category=letter_of(pack, int(load.rank[place])),
            category_before=None if self._before is None else letter_of(pack, int(self._before[place])),
            score=int(load.score[place]),
            unused_count=int(load.rights[place]),
            unused_services=int(load.services[place]),
            unused_monthly_minor=int(load.monthly[place]),
            unused_one_off_minor=int(load.one_off[place]),
            composition_known=bool(load.composition_known[place]),
            has_fault=bool(load.has_fault[place]),
        )


def _keys(load: Caseload, places: Integers) -> tuple[Integers, ...]:
    """What families are ordered by, the last first; those of unknown category come after all others."""
    rank = load.rank[places].astype(np.int64)
    return (
        load.units[places],
        -load.monthly[places],
        load.score[places],
        np.where(rank < 0, np.iinfo(np.int8).max, rank),
    )


def _key(load: Caseload, place: Integers) -> tuple[int, ...]:
    return tuple(int(of_one[0]) for of_one in reversed(_keys(load, place)))
