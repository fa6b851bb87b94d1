"""All persons of a block as the registers know them: residents first, then the dead and those who left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from familycard.synthetic.couples import Others
from familycard.synthetic.homes import Homes
from familycard.synthetic.identifiers import made_up_numbers
from familycard.synthetic.kin import Kin
from familycard.synthetic.names import Names, make_names
from familycard.synthetic.people import People
from familycard.synthetic.places import Places
from familycard.synthetic.tables import NEVER, NOBODY, Bools, Days, Ints, Tables


@dataclass
class Persons:
    """Arrays by person number (residents 0 to N − 1, then others)."""

    is_female: Bools
    born: Days
    died: Days
    left: Days
    home: Ints
    """NOBODY without an address."""
    mother: Ints
    father: Ints
    number: Ints
    citizenship: pa.Array
    names: Names

    def __len__(self) -> int:
        return len(self.born)


def make_persons(
    people: People,
    kin: Kin,
    homes: Homes,
    places: Places,
    tables: Tables,
    block: tuple[int, int],
    dice: np.random.Generator,
) -> Persons:
    """Everyone with number, names, citizenship and address; `block` is (this one, how many)."""
    others = kin.others
    none = np.full(others.count, NOBODY, np.int64)
    alive = np.full(len(people), NEVER, np.int64)
    is_female = _joined(people.is_female, others, others.is_female)
    born = _joined(people.born, others, others.born)
    mother, father = np.r_[kin.mother, none], np.r_[kin.father, none]
    home = np.where(dice.random(len(people)) < tables.life["families"]["no_address"], NOBODY, homes.home)
    home = np.where(_is_alone(homes), home, homes.home)
    digits = tables.life["identifier_digits"]
    is_russian = _russian(homes, places, others.count, tables, dice)
    return Persons(
        is_female=is_female,
        born=born,
        died=_joined(alive, others, others.died),
        left=_joined(alive, others, others.left),
        home=np.r_[home, none],
        mother=mother,
        father=father,
        number=made_up_numbers(born, is_female, (digits["M"], digits["F"]), *block),
        citizenship=_citizenship(len(born), tables, dice),
        names=make_names(
            is_female,
            mother,
            father,
            np.r_[kin.spouse, none],
            is_russian,
            tables.life["marital"]["wife_takes_surname"],
            dice,
        ),
    )


def _joined(residents: np.ndarray, others: Others, parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([residents, *parts]) if others.count else residents


def _is_alone(homes: Homes) -> Bools:
    """Only persons alone in family and home may lack an address, so that no tie depends on the gap."""
    size = np.bincount(homes.core, minlength=len(homes.core))
    sharers = np.bincount(homes.home, minlength=homes.home_count)
    return np.asarray((size[homes.core] == 1) & (sharers[homes.home] == 1))


def _russian(homes: Homes, places: Places, others: int, tables: Tables, dice: np.random.Generator) -> Bools:
    """Style of names, one a family; others draw their own."""
    region = places.region[homes.home]
    family = dice.random(len(homes.core))[homes.core] < tables.regions.russian_names[region[homes.core]]
    mean = float(tables.regions.russian_names @ tables.regions.people_share)
    is_russian: Bools = np.r_[family, dice.random(others) < mean]
    return is_russian


def _citizenship(count: int, tables: Tables, dice: np.random.Generator) -> pa.Array:
    shares = tables.life["citizenship"]
    drawn = np.searchsorted(np.cumsum(list(shares.values())), dice.random(count), side="right")
    codes = pa.array(np.minimum(drawn, len(shares) - 1))
    return pa.DictionaryArray.from_arrays(codes, pa.array(list(shares))).cast(pa.string())
