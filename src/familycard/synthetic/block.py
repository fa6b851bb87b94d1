"""One block of the made-up country: a national sample that is complete in itself.

Families, homes, schools and debts never cross blocks, so blocks can be made one after the
other or side by side; the chance of each stage depends on the seed, the block and the
stage's name alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from familycard.synthetic.belongings import Families, make_families
from familycard.synthetic.care import Care, place_children
from familycard.synthetic.departed import bury
from familycard.synthetic.health import Health, make_health
from familycard.synthetic.homes import Homes, make_homes
from familycard.synthetic.identifiers import rank_within
from familycard.synthetic.kin import Kin, make_kin
from familycard.synthetic.people import People, make_people
from familycard.synthetic.persons import Persons, make_persons
from familycard.synthetic.places import Places, make_places
from familycard.synthetic.remarriages import remember_marriages
from familycard.synthetic.tables import NOBODY, Ints, Tables, stage_dice
from familycard.synthetic.work import Work, make_work


@dataclass(frozen=True)
class Block:
    """Everything planned about the people of one block."""

    number: int
    blocks: int
    """How many blocks the country has."""
    tables: Tables
    people: People
    kin: Kin
    care: Care
    homes: Homes
    places: Places
    persons: Persons
    health: Health
    work: Work
    families: Families
    raiser: Ints
    """By resident minor: the adult who brings the child up, NOBODY for the state."""

    def __len__(self) -> int:
        return len(self.people)

    @cached_property
    def birth_order(self) -> Ints:
        """Order of each person among the recorded births of its mother, from 1."""
        mother = self.persons.mother
        by_birth = np.argsort(self.persons.born, kind="stable")
        order = np.empty(len(mother), np.int64)
        order[by_birth] = rank_within(mother[by_birth]) + 1
        return order


def make_block(tables: Tables, count: int, seed: int, number: int, blocks: int) -> Block:
    """The lives of `count` residents in block `number` of `blocks`."""

    def dice(stage: str) -> np.random.Generator:
        return stage_dice(seed, number, stage)

    people = make_people(count, tables, dice("people"))
    kin = make_kin(people, tables, dice("kin"))
    care = place_children(kin, people, tables, dice("care"))
    remember_marriages(kin, people, tables, dice("remarriages"))
    bury(kin, people, tables, dice("deaths"))
    homes = make_homes(kin, care, people, tables, dice("homes"))
    places = make_places(homes, kin, people, tables, dice("places"))
    persons = make_persons(people, kin, homes, places, tables, (number, blocks), dice("persons"))
    health = make_health(people, tables, dice("health"))
    work = make_work(people, persons, homes, places, health.is_disabled, tables, dice("work"))
    families = make_families(people, kin, homes, places, work)
    raiser = _raisers(people, persons, homes, care)
    return Block(
        number, blocks, tables, people, kin, care, homes, places, persons, health, work, families, raiser
    )


def _raisers(people: People, persons: Persons, homes: Homes, care: Care) -> Ints:
    """Mother, else father, in the child's true family; else the guardian."""
    size = len(people)
    raiser = np.full(size, NOBODY, np.int64)
    for parent in (persons.father[:size], persons.mother[:size]):
        near = (parent >= 0) & (parent < size)
        near &= homes.core[np.where(near, parent, 0)] == homes.core
        raiser = np.where(near, parent, raiser)
    raiser[care.child] = care.carer
    return np.where(people.age < 18, raiser, NOBODY)
