"""Families as the housing queue counts them, and what the law asks of them, by the plan.

An applicant, the spouse and the minors whom they bring up; conditions after queues-and-juries.md
6.2, rule set A. A coarser implementation than the pack's programme, on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from familycard.synthetic.block import Block
from familycard.synthetic.emit import Table
from familycard.synthetic.property import COMMERCIAL, Estate
from familycard.synthetic.tables import NEVER, Bools, Ints

GROUPS = ("many_children", "disability_1_2", "disabled_child_family", "lone_parent", "age_pensioner")
"""Vulnerable groups that registers see, in the order in which one names the application."""
_MANY = 4
_FIVE_YEARS = 5 * 365 + 1
_THREE_YEARS = 3 * 365 + 1
_CITIES = ("71", "75", "79")
"""Astana, Almaty and Shymkent ask for three years of registration."""


@dataclass(frozen=True)
class HousingFamilies:
    """By resident, for the resident's housing family; `root` is the leading adult."""

    root: Ints
    owns_now: Bools
    owned_in_5_years: Bools
    has_unsafe: Bools
    """Owns a dwelling that is recognised as unsafe: kept out, because only a human can judge."""
    has_citizen: Bools
    is_registered: Bools
    """The resident, not the family."""
    is_new_in_city: Bools
    group: Ints
    """Place in `GROUPS`; -1 for none that registers see."""

    @property
    def may_stand(self) -> Bools:
        """Meets every condition."""
        meets = self.has_citizen & self.is_registered & ~self.owns_now & ~self.owned_in_5_years
        return meets & ~self.has_unsafe & ~self.is_new_in_city


def housing_families(block: Block, estate: Estate, population: Table) -> HousingFamilies:
    """Who belongs together, what they own or owned, and in which group they are."""
    root, size, people = _roots(block), len(block), block.people
    is_adult = people.age >= 18

    def has(person: Ints | Bools) -> Bools:
        return np.asarray(np.bincount(root[person], minlength=size)[root] > 0)

    is_dwelling, last = estate.kind < COMMERCIAL, block.tables.last_day
    lasts = estate.ended == NEVER
    recent = ~lasts & (estate.ended > last - _FIVE_YEARS)
    citizen = np.asarray(pc.not_equal(block.persons.citizenship.slice(0, size), "foreign"))
    since: Ints = np.asarray(population["registered_on"])[:size]
    long = is_adult & (since != NEVER) & (since <= last - _THREE_YEARS)
    is_registered = block.persons.home[:size] >= 0
    cities = np.isin(np.array(block.tables.regions.codes), _CITIES)
    return HousingFamilies(
        root=root,
        owns_now=has(estate.person[is_dwelling & lasts]),
        owned_in_5_years=has(estate.person[is_dwelling & recent]),
        has_unsafe=has(estate.person[is_dwelling & estate.is_unsafe]),
        has_citizen=has(is_adult & citizen),
        is_registered=is_registered,
        is_new_in_city=is_registered & cities[block.places.region[block.homes.home]] & ~has(long),
        group=_groups(block, root),
    )


def _roots(block: Block) -> Ints:
    size, spouse = len(block), block.kin.spouse
    root = np.where((spouse >= 0) & ~block.people.is_female, spouse, np.arange(size))
    is_raised = (block.people.age < 18) & (block.raiser >= 0)
    return np.where(is_raised, root[np.maximum(block.raiser, 0)], root)


def _groups(block: Block, root: Ints) -> Ints:
    size, people, health = len(block), block.people, block.health
    is_adult = people.age >= 18

    def count(person: Bools) -> Ints:
        return np.bincount(root[person], minlength=size)[root]

    minors, adults = count(~is_adult), count(is_adult)
    holds = [
        minors >= _MANY,
        count(health.is_disabled & is_adult & (health.group <= 2)) > 0,
        count(health.is_disabled & ~is_adult) > 0,
        (minors > 0) & (adults == 1) & (block.kin.partner[root] < 0),
        count(block.work.is_pensioner) > 0,
    ]
    return np.select(holds, list(range(len(GROUPS))), -1)
