"""Traits of who a resident is: age, address, citizenship, ties within the family."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from familycard.synthetic.block import Block
from familycard.synthetic.emit import coded
from familycard.synthetic.made import Made
from familycard.synthetic.people import year_start
from familycard.synthetic.places import dwelling_codes
from familycard.synthetic.tables import NEVER, NOBODY, Bools, Days, Ints

_MANY = 4
_ORPHAN_UNTIL = 29
"""Up to this birthday an orphan keeps the rights of one."""


def age(made: Made) -> Ints:
    """Completed years."""
    return made.block.people.age


def sex(made: Made) -> pa.Array:
    """'M' or 'F'."""
    return coded(made.block.people.is_female.astype(np.int64), ("M", "F"))


def surname(made: Made) -> pa.Array:
    """As in the population register."""
    return made.block.persons.names.surname.slice(0, len(made.block))


def given_name(made: Made) -> pa.Array:
    """As in the population register."""
    return made.block.persons.names.given_name.slice(0, len(made.block))


def patronymic(made: Made) -> pa.Array:
    """As in the population register; blank without."""
    return made.block.persons.names.patronymic.slice(0, len(made.block))


def birth_date(made: Made) -> Days:
    """Day of birth."""
    return made.block.people.born


def area(made: Made) -> pa.Array:
    """Code of the district of registration; blank without an address."""
    block = made.block
    home = _home(block)
    district = np.where(home >= 0, block.places.district[np.maximum(home, 0)], NOBODY)
    return coded(district, block.tables.regions.districts)


def region(made: Made) -> pa.Array:
    """Code of the region of registration; blank without an address."""
    block = made.block
    home = _home(block)
    known = np.where(home >= 0, block.places.region[np.maximum(home, 0)], NOBODY)
    return coded(known, block.tables.regions.codes)


def address(made: Made) -> pa.Array:
    """Code of the dwelling of registration; blank without."""
    block = made.block
    return dwelling_codes(_home(block), block.places, block.tables.regions.districts, block.number)


def _home(block: Block) -> Ints:
    return block.persons.home[: len(block)]


def is_urban(made: Made) -> Bools:
    """Lives in a town."""
    places, homes = made.block.places, made.block.homes
    return ~places.is_rural[homes.home]


def is_citizen(made: Made) -> Bools:
    """A citizen of the country, kandas and foreigners are not."""
    return _has_citizenship(made, "KZ")


def is_kandas(made: Made) -> Bools:
    """An ethnic Kazakh who came back and has no citizenship yet."""
    return _has_citizenship(made, "kandas")


def is_foreign(made: Made) -> Bools:
    """A foreigner."""
    return _has_citizenship(made, "foreign")


def _has_citizenship(made: Made, word: str) -> Bools:
    residents = made.block.persons.citizenship.slice(0, len(made.block))
    return np.asarray(pc.equal(residents, word))


def is_married(made: Made) -> Bools:
    """Has a spouse."""
    return np.asarray(made.block.kin.spouse >= 0)


def is_raiser(made: Made) -> Bools:
    """Brings a minor up."""
    return _raised(made.block) > 0


def is_lone_parent(made: Made) -> Bools:
    """Brings minors up without a spouse or partner."""
    kin = made.block.kin
    return np.asarray((_raised(made.block) > 0) & (kin.spouse < 0) & (kin.partner < 0))


def _raised(block: Block) -> Ints:
    return np.bincount(block.raiser[block.raiser >= 0], minlength=len(block))


def children(made: Made) -> Ints:
    """Minors of the family whom the resident brings up or is the mother or father of."""
    block = made.block
    count, size, core = _raised(block), len(block), block.homes.core
    for parent in (block.persons.mother[:size], block.persons.father[:size]):
        child = np.flatnonzero((block.people.age < 18) & (parent >= 0) & (parent < size))
        near = core[parent[child]] == core[child]
        child = child[near & (parent[child] != block.raiser[child])]
        count = count + np.bincount(parent[child], minlength=size)
    return count


def family_children(made: Made) -> Ints:
    """Minors of the card family."""
    block = made.block
    core = block.homes.core
    return np.bincount(core[block.people.age < 18], minlength=len(block))[core]


def family_members(made: Made) -> Ints:
    """Members of the card family."""
    core = made.block.homes.core
    return np.bincount(core, minlength=len(core))[core]


def is_head(made: Made) -> Bools:
    """The head of the card family."""
    return np.asarray(heads(made.block) == np.arange(len(made.block)))


def heads(block: Block) -> Ints:
    """By resident: the family's oldest member; of equals the first."""
    core = block.homes.core
    order = np.lexsort((block.people.born, core))
    first = order[np.r_[True, core[order][1:] != core[order][:-1]]]
    head = np.full(len(block), NOBODY, np.int64)
    head[core[first]] = first
    return head[core]


def youngest_minors(block: Block) -> Ints:
    """By resident: the youngest minor of the family, NOBODY without."""
    minor = np.flatnonzero(block.people.age < 18)
    minor = minor[np.argsort(block.people.born[minor], kind="stable")]
    youngest = np.full(len(block), NOBODY, np.int64)
    youngest[block.homes.core[minor]] = minor
    return youngest[block.homes.core]


def youngest_age(made: Made) -> Ints:
    """Age of the family's youngest minor; -1 without."""
    youngest = youngest_minors(made.block)
    return np.where(youngest >= 0, made.block.people.age[np.maximum(youngest, 0)], -1)


def is_many_children(made: Made) -> Bools:
    """The family has four minors or more."""
    return family_children(made) >= _MANY


def has_mother(made: Made) -> Bools:
    """The mother is a living resident."""
    mother = made.block.persons.mother[: len(made.block)]
    return (mother >= 0) & (mother < len(made.block))


def has_father(made: Made) -> Bools:
    """The father is a living resident."""
    father = made.block.persons.father[: len(made.block)]
    return (father >= 0) & (father < len(made.block))


def is_ward(made: Made) -> Bools:
    """A minor in the care of a guardian."""
    care = made.block.care
    return _marked(made, care.child[(care.carer >= 0) & ~care.is_adopted])


def in_state_care(made: Made) -> Bools:
    """A minor in full state support."""
    return _marked(made, made.block.care.in_state_care)


def _marked(made: Made, person: Ints) -> Bools:
    mark = np.zeros(len(made.block), bool)
    mark[person] = True
    return mark


def is_orphan(made: Made) -> Bools:
    """A minor whose parents have died, or a young adult drawn among those whom no living parent is known of."""
    block, size = made.block, len(made.block)
    mother, father = block.persons.mother[:size], block.persons.father[:size]
    died = block.persons.died
    lost = (mother >= 0) & (died[np.maximum(mother, 0)] != NEVER)
    lost &= (father < 0) | (died[np.maximum(father, 0)] != NEVER)
    adult = (block.people.age >= 18) & (block.people.age < _ORPHAN_UNTIL) & (mother < 0) & (father < 0)
    share = block.tables.life["without_parents"]["orphans_grown_up"]
    adult &= made.dice("orphans").random(size) < share
    return np.asarray((lost & (block.people.age < 18)) | adult)


def births_this_year(made: Made) -> Ints:
    """Children born to her in the last year of the world."""
    block, size = made.block, len(made.block)
    mother = block.persons.mother[:size]
    start = int(year_start(np.array(block.tables.life["as_of_year"])))
    born = (block.people.born >= start) & (mother >= 0) & (mother < size)
    return np.bincount(mother[born], minlength=size)
