"""Who is whose child: women's fertility histories meet the children whom the pyramid holds.

Each woman draws how many children she ever has and at which ages; that is the demand of
children by age. The residents of each age are the supply. They are joined within each age
at random, and what is left over on either side stays without (a woman has fewer children,
an adult has no mother in the register).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from familycard.synthetic.identifiers import rank_within
from familycard.synthetic.tables import NOBODY, Bools, Ints, by_age

_ROUNDS = 4
_LOYALTY = 0.8
"""How far a woman's children are granted or refused together, so that large families stay large."""


def match_children(
    mother_age: Ints, child_age: Ints, fertility: Mapping[str, Any], dice: np.random.Generator
) -> Ints:
    """For each child the place of its mother among `mother_age`, or NOBODY.

    Several rounds: a woman who got nobody draws a new history for the children left over.
    """
    mother = np.full(len(child_age), NOBODY, np.int64)
    for _ in range(_ROUNDS):
        waiting = np.flatnonzero(mother == NOBODY)
        free = np.flatnonzero(np.bincount(mother[mother >= 0], minlength=len(mother_age)) == 0)
        if waiting.size == 0 or free.size == 0:
            break
        found = _one_round(mother_age[free], child_age[waiting], fertility, dice)
        mother[waiting] = np.where(found == NOBODY, NOBODY, free[found])
    return mother


def _one_round(
    mother_age: Ints, child_age: Ints, fertility: Mapping[str, Any], dice: np.random.Generator
) -> Ints:
    birth_age, is_born = _histories(mother_age, fertility, dice)
    woman, _ = np.nonzero(is_born)
    wanted_age = (mother_age[:, None] - birth_age)[is_born]
    wish = _LOYALTY * dice.random(len(mother_age))[woman] + (1 - _LOYALTY) * dice.random(woman.size)
    order = np.lexsort((wish, wanted_age))
    children = np.lexsort((dice.random(child_age.size), child_age))
    available = np.bincount(child_age, minlength=150)
    first = np.cumsum(available) - available
    rank = rank_within(wanted_age[order])
    granted = rank < available[wanted_age[order]]
    chosen = order[granted]
    mother = np.full(child_age.size, NOBODY, np.int64)
    mother[children[first[wanted_age[chosen]] + rank[granted]]] = woman[chosen]
    return mother


def _histories(
    mother_age: Ints, fertility: Mapping[str, Any], dice: np.random.Generator
) -> tuple[Ints, Bools]:
    """Ages at each birth (women × births), and which of them have happened by now."""
    shares = by_age(fertility["parity"], mother_age)
    parity = (dice.random(len(mother_age))[:, None] > np.cumsum(shares, axis=1)).sum(axis=1)
    most = shares.shape[1] - 1
    start, gap = fertility["first_birth_age"], fertility["years_between"]
    first = np.clip(
        dice.normal(start["mean"], start["deviation"], len(mother_age)), start["least"], start["most"]
    )
    pauses = gap["least"] + np.floor(dice.exponential(gap["mean_more"], (len(mother_age), most)))
    pauses[:, 0] = np.floor(first)
    birth_age = np.cumsum(pauses, axis=1).astype(np.int64)
    limit = np.minimum(mother_age, fertility["last_birth_age"])
    return birth_age, (np.arange(most) < parity[:, None]) & (birth_age <= limit[:, None])
