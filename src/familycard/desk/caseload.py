"""Families as a social worker's lists need them: a few columns of all, by place, so that an area's are at hand.

Made once for a snapshot, by one scan of each table; then an area's families are a slice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from familycard.indicators.tables import FAULTS, entitlements, members, scores, subject_key, unit_values
from familycard.pack.model import Pack, Programme
from familycard.pack.scopes import column
from familycard.programmes.evaluate import programmes_of, subjects_of
from familycard.programmes.unused import UNUSED
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.rows import MEMBERSHIPS, unit_column

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NOT_KNOWN, NOT_THERE = -1, -2
"""Ranks of a family between two categories, and of who had none."""


@dataclass(frozen=True, eq=False)
class Caseload:
    """The families of a snapshot, by unit: each array has one value a family."""

    snapshot: OpenSnapshot
    units: Integers
    rank: npt.NDArray[np.int8]
    """Of the category, 0 the neediest; `NOT_KNOWN` between two."""
    score: Integers
    """The score, or the lowest that it may be."""
    monthly: Integers
    one_off: Integers
    rights: npt.NDArray[np.int32]
    """How many rights are not used; `services` of them are in kind."""
    services: npt.NDArray[np.int32]
    composition_known: Flags
    receives_nothing: Flags
    """Nothing is received, and of whatever the family is eligible for that is known."""
    has_fault: Flags
    areas: tuple[str, ...]
    """Codes of areas, in order."""
    area: Integers
    """The place of the family's area among them; behind the last where it has none."""
    by_area: Integers
    """Places of families ordered by area, those without one last."""
    starts: Integers
    """Where each area begins in `by_area`, and where the last ends."""

    def within(self, areas: Iterable[str]) -> Integers:
        """The places of the families whose area is one of these codes or lies in it, in order.

        A family without an area is nobody's by area.
        """
        prefixes = tuple(code for code in areas if code)
        wanted = [n for n, code in enumerate(self.areas) if code.startswith(prefixes)] if prefixes else []
        pieces = [self.by_area[self.starts[n] : self.starts[n + 1]] for n in wanted]
        return np.sort(np.concatenate(pieces)) if pieces else np.zeros(0, np.int64)

    def places(self, units: Integers) -> Integers:
        """Where units stand; -1 for those that are none."""
        at = np.searchsorted(self.units, units)
        at = np.minimum(at, len(self.units) - 1)
        return np.where(self.units[at] == units, at, -1)


def caseload(snapshot: OpenSnapshot) -> Caseload:
    """The families of a snapshot; made when first asked for."""
    return snapshot.remember("caseload", lambda: _caseload(snapshot))


def categories(pack: Pack) -> tuple[str, ...]:
    """The categories, the neediest first."""
    return (
        tuple(letter for letter, _ in pack.scorecards[pack.card_scorecard].categories)
        if pack.card_scorecard
        else ()
    )


def _caseload(snapshot: OpenSnapshot) -> Caseload:
    table = snapshot.engine.arrow(_families(snapshot.pack))
    columns = {name: table[name].to_numpy() for name in table.column_names if name != "area"}
    units = columns["unit"]
    coded = table["area"].dictionary_encode().unify_dictionaries().combine_chunks()
    words = [str(word) for word in coded.dictionary.to_pylist()]
    order = np.argsort(np.array(words)) if words else np.zeros(0, np.int64)
    new_place = np.append(np.argsort(order), len(words))
    area = new_place[coded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)]
    return Caseload(
        snapshot=snapshot,
        units=units,
        rank=columns["rank"].astype(np.int8),
        score=columns["score"],
        monthly=columns["monthly"],
        one_off=columns["one_off"],
        rights=columns["rights"].astype(np.int32),
        services=columns["services"].astype(np.int32),
        composition_known=columns["composition_known"],
        receives_nothing=(columns["rights"] > 0)
        & ~_are_in(units, _ones(snapshot, _receiving(snapshot.pack))),
        has_fault=_are_in(units, _ones(snapshot, _faulty(snapshot.pack))),
        areas=tuple(words[n] for n in order),
        area=area,
        by_area=np.argsort(area, kind="stable"),
        starts=np.searchsorted(np.sort(area), np.arange(len(words) + 1)),
    )


def _families(pack: Pack) -> str:
    card, kind = pack.card_scorecard, pack.card_unit
    ranks = " ".join(f"when '{letter}' then {rank}" for rank, letter in enumerate(categories(pack)))
    rank = f"case s.category {ranks} else {NOT_KNOWN} end" if ranks else str(NOT_KNOWN)
    score, joined = (
        ("coalesce(s.score, s.lowest, 0)", f" join {scores(card)} s using (unit)") if card else ("0", "")
    )
    sums = {"rights": "count", "services": "services", "monthly": "monthly", "one_off": "one_off"}
    unused = ", ".join(f"cast(coalesce(u.unused_{of}, 0) as bigint) as {name}" for name, of in sums.items())
    return (
        f"select v.unit, v.area, v.composition_known, {rank} as rank, cast({score} as bigint) as score, {unused}"
        f" from {unit_values(kind)} v{joined} left join {UNUSED} u using (unit) order by v.unit"
    )


def _receiving(pack: Pack) -> str:
    """Families of which somebody receives something, or may receive what the family is eligible for."""
    rows = " union all ".join(
        f"select {subject_key(subject)} as person from {entitlements(subject)} where"
        f" {' or '.join(_may_receive(programme) for programme in programmes_of(pack, subject))}"
        for subject in subjects_of(pack)
    )
    nobody = "select cast(null as bigint) as person where false"
    return f"select distinct m.unit from ({rows or nobody}) join {members(pack.card_unit)} m using (person)"


def _may_receive(programme: Programme) -> str:
    received, status = column(f"{programme.id}__received"), column(f"{programme.id}__status")
    return f"coalesce({received}, {status} = 'eligible', false)"


def _faulty(pack: Pack) -> str:
    concerned = f"select unnest([person, other]) as person from {FAULTS}"
    return f"select distinct m.unit from ({concerned}) join {members(pack.card_unit)} m using (person)"


def _ones(snapshot: OpenSnapshot, query: str) -> Integers:
    found: Integers = snapshot.engine.arrow(query)["unit"].to_numpy()
    return found


def _are_in(units: Integers, some: Integers) -> Flags:
    """Whether each unit is one of some."""
    found = np.zeros(len(units), np.bool_)
    found[np.searchsorted(units, some)] = True
    return found


def ranks_before(load: Caseload, previous: OpenSnapshot) -> npt.NDArray[np.int8]:
    """For each family the rank that its head's family had in another snapshot of the same store.

    Persons are followed, not units: a unit's number is its head's and changes with the head.
    """
    return load.snapshot.remember(("ranks before", previous.path), lambda: _ranks_before(load, previous))


def _ranks_before(load: Caseload, previous: OpenSnapshot) -> npt.NDArray[np.int8]:
    before = caseload(previous)
    unit = column(unit_column(previous.pack.card_unit))
    rows = previous.engine.arrow(
        f"select person, coalesce({unit}, -1) as unit from {MEMBERSHIPS} order by person"
    )
    persons, units = rows["person"].to_numpy(), rows["unit"].to_numpy()
    at = np.minimum(np.searchsorted(persons, load.units), max(len(persons) - 1, 0))
    places = before.places(np.where(persons[at] == load.units, units[at], -1))
    same = _rank_of_same_name(load.snapshot.pack, previous.pack)
    return np.where(places < 0, np.int8(NOT_THERE), same[before.rank[places]])


def _rank_of_same_name(now: Pack, then: Pack) -> npt.NDArray[np.int8]:
    """The rank now of each category then; the last is that of what was not known."""
    ranks = {letter: rank for rank, letter in enumerate(categories(now))}
    return np.array([*(ranks.get(letter, NOT_KNOWN) for letter in categories(then)), NOT_KNOWN], np.int8)


def letter_of(pack: Pack, rank: int) -> str | None:
    """The category of a rank; None where it is not known."""
    letters: Sequence[str] = categories(pack)
    return letters[rank] if rank >= 0 else None
