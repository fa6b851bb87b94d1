"""Children without parental care: guarded, adopted, in full state support.

Their parents are dead, live abroad or live elsewhere with their rights terminated. Who
brings a child up is a resident; the parents who are gone are *others* of the block.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from familycard.synthetic.couples import DIVORCED, MARRIED, NEVER_MARRIED
from familycard.synthetic.kin import Kin
from familycard.synthetic.people import People, birth_days, birthday
from familycard.synthetic.tables import NEVER, NOBODY, Bools, Days, Ints, Tables

DEAD, TERMINATED, ABROAD = range(3)


@dataclass(frozen=True)
class Care:
    """Arrays by child in care: `child`, who cares (NOBODY: the state), since when, and the parents' fate."""

    child: Ints
    carer: Ints
    is_adopted: Bools
    started: Days
    way: Ints

    @property
    def in_state_care(self) -> Ints:
        left: Ints = self.child[self.carer == NOBODY]
        return left


def draw_within(candidates: Ints, age: Ints, least: Ints, most: Ints, dice: np.random.Generator) -> Ints:
    """For each pair of limits a candidate whose age lies within, at random; NOBODY where none does."""
    order = candidates[np.argsort(age[candidates], kind="stable")]
    low = np.searchsorted(age[order], least, side="left")
    high = np.searchsorted(age[order], most, side="right")
    place = low + (dice.random(len(least)) * np.maximum(high - low, 0)).astype(np.int64)
    if not len(order):
        return np.full(len(least), NOBODY, np.int64)
    return np.where(high > low, order[np.minimum(place, len(order) - 1)], NOBODY)


def place_children(kin: Kin, people: People, tables: Tables, dice: np.random.Generator) -> Care:
    """Decide who cares for each child left without parents, and record the parents' fate in `kin`."""
    child = dice.permutation(kin.needs_parents)
    shares = tables.life["without_parents"]
    kind = _kinds(len(child), shares)
    age = people.age[child]
    is_wife = people.is_female & (kin.status == MARRIED)
    adopters = np.flatnonzero(is_wife & (people.age >= 26) & (people.age <= 58))
    guardians = np.flatnonzero(people.is_female & (people.age >= 40) & (people.age <= 62))
    carer = np.where(
        kind == "adopted",
        draw_within(adopters, people.age, age + 22, age + 45, dice),
        draw_within(guardians, people.age, age + 24, age + 60, dice),
    )
    carer = np.where(kind == "state_care", NOBODY, carer)
    way = _ways(kind, shares["guarded_ways"], dice)
    way = _parents(kin, people, child, carer, way, tables, dice)
    since = people.born[child] + 40
    started = since + (dice.random(len(child)) * (tables.last_day - 10 - since)).astype(np.int64)
    return Care(child, carer, (kind == "adopted") & (carer >= 0), started, way)


def _kinds(count: int, shares: Mapping[str, Any]) -> np.ndarray:
    total = shares["guarded"] + shares["adopted"] + shares["state_care"]
    adopted = max(1, round(count * shares["adopted"] / total))
    state = max(1, round(count * shares["state_care"] / total))
    kind = np.full(count, "guarded", dtype="U12")
    kind[:adopted] = "adopted"
    kind[adopted : adopted + state] = "state_care"
    return kind


def _ways(kind: np.ndarray, shares: Mapping[str, float], dice: np.random.Generator) -> Ints:
    chance = dice.random(len(kind))
    guarded = np.where(
        chance < shares["dead"], DEAD, np.where(chance < 1 - shares["abroad"], TERMINATED, ABROAD)
    )
    return np.where(kind == "guarded", guarded, np.where(chance < 0.5, DEAD, TERMINATED))


def _parents(
    kin: Kin, people: People, child: Ints, carer: Ints, way: Ints, tables: Tables, dice: np.random.Generator
) -> Ints:
    """Set the mother (and a dead father) of each child; gives the ways, dead where no living mother fits."""
    children = np.bincount(kin.mother[kin.mother >= 0], minlength=len(people))[: len(people)]
    is_free = np.isin(kin.status, [NEVER_MARRIED, DIVORCED]) & people.is_female & (children == 0)
    is_free[carer[carer >= 0]] = False
    free = np.flatnonzero(is_free & (people.age >= 24) & (people.age <= 55))
    living = draw_within(free, people.age, people.age[child] + 19, people.age[child] + 40, dice)
    _, first = np.unique(living, return_index=True)
    is_first = np.isin(np.arange(len(child)), first)
    way = np.where((way == TERMINATED) & ((living == NOBODY) | ~is_first), DEAD, way)
    has_gone = np.flatnonzero(way != TERMINATED)
    kin.mother[child] = np.where(way == TERMINATED, living, NOBODY)
    mothers = _gone(kin, people, child[has_gone], True, way[has_gone] == DEAD, tables, dice)
    kin.mother[child[has_gone]] = mothers
    orphans = has_gone[way[has_gone] == DEAD]
    kin.father[child[orphans]] = _gone(
        kin, people, child[orphans], False, np.ones(len(orphans), bool), tables, dice
    )
    return way


def _gone(
    kin: Kin,
    people: People,
    child: Ints,
    is_female: bool,
    is_dead: Bools,
    tables: Tables,
    dice: np.random.Generator,
) -> Ints:
    count = len(child)
    age = people.age[child] + dice.integers(20, 36, count)
    born = birth_days(age, tables.life["as_of_year"], dice)
    after = np.maximum(people.born[child] + 5, birthday(born, 18))
    day = after + (dice.random(count) * (tables.last_day - 20 - after)).astype(np.int64)
    return kin.others.add(
        np.full(count, is_female), born, np.where(is_dead, day, NEVER), np.where(is_dead, NEVER, day)
    )
