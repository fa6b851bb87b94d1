"""Where homes are: regions by population and size of families, districts within them, codes of dwellings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from familycard.synthetic.homes import Homes
from familycard.synthetic.kin import Kin
from familycard.synthetic.people import People
from familycard.synthetic.tables import Bools, Floats, Ints, Regions, Tables

_TOWN_SHARE = 0.5
"""Of the people of a region that has both towns and villages; with the three cities 63 % live in towns."""
_CAPITAL_WEIGHT = 5.0
_GENERATIONS = 3
_MOST_CHILDREN = 8
_FITTING_ROUNDS = 20
"""Enough for the regions to have their people although large families are tilted to some of them."""


@dataclass(frozen=True)
class Places:
    """By home: region, district and whether it is rural."""

    region: Ints
    district: Ints
    is_rural: Bools


def make_places(homes: Homes, kin: Kin, people: People, tables: Tables, dice: np.random.Generator) -> Places:
    """A region and a district for every home; grown children mostly stay in the region of their mother."""
    size = len(people)
    minors = np.bincount(homes.core[people.age < 18], minlength=size)[homes.core]
    base = _regions_by_children(np.minimum(minors, _MOST_CHILDREN), tables.regions, dice)
    region = base
    mother = np.where(kin.mother[:size] < size, kin.mother[:size], -1)
    stays = (mother >= 0) & (dice.random(size) < tables.life["families"]["same_region_as_mother"])
    for _ in range(_GENERATIONS):
        region = np.where(stays, region[homes.home[mother] % size], base)
    shared = np.searchsorted(
        np.cumsum(tables.regions.people_share), dice.random(homes.home_count - size), side="right"
    )
    region = np.r_[region, np.minimum(shared, len(tables.regions.codes) - 1)]
    district = _districts(region, tables.regions, np.arange(homes.home_count) >= size, dice)
    return Places(region, district, ~tables.regions.is_town[district])


def _regions_by_children(children: Ints, regions: Regions, dice: np.random.Generator) -> Ints:
    """Regions of large families draw families with many children more often."""
    tilt = regions.large_families[None, :] ** (np.arange(_MOST_CHILDREN + 1)[:, None] / 1.5)
    people = np.bincount(children, minlength=_MOST_CHILDREN + 1) / len(children)
    weight = regions.people_share
    for _ in range(_FITTING_ROUNDS):
        shares = weight * tilt / (weight * tilt).sum(axis=1, keepdims=True)
        weight = weight * regions.people_share / (people @ shares)
    shares = np.cumsum(shares, axis=1)
    flat = (shares + np.arange(_MOST_CHILDREN + 1)[:, None]).ravel()
    drawn = np.searchsorted(flat, children + dice.random(len(children)), side="right")
    region: Ints = np.minimum(drawn - children * len(regions.codes), len(regions.codes) - 1)
    return region


def _districts(region: Ints, regions: Regions, only_towns: Bools, dice: np.random.Generator) -> Ints:
    chance = region + dice.random(len(region))
    anywhere = np.searchsorted(_district_steps(regions, False), chance, side="right")
    in_towns = np.searchsorted(_district_steps(regions, True), chance, side="right")
    return np.minimum(np.where(only_towns, in_towns, anywhere), len(regions.districts) - 1)


def _district_steps(regions: Regions, only_towns: bool) -> Floats:
    """Cumulative shares of districts, region after region: region r covers r to r + 1."""
    count = len(regions.codes)
    is_capital = np.array([code.endswith("10") for code in regions.districts])
    weight = np.where(is_capital, _CAPITAL_WEIGHT, 1.0)
    town = np.where(regions.is_town, weight, 0.0)
    village = np.where(regions.is_town, 0.0, 1.0)
    towns = np.bincount(regions.region_of_district, town, count)[regions.region_of_district]
    villages = np.bincount(regions.region_of_district, village, count)[regions.region_of_district]
    rural_share = 0.0 if only_towns else 1 - _TOWN_SHARE
    share = np.where(
        villages > 0,
        (1 - rural_share) * town / towns + rural_share * village / np.maximum(villages, 1),
        town / towns,
    )
    before = np.bincount(regions.region_of_district, share, count).cumsum()
    steps: Floats = share.cumsum() - np.r_[0.0, before[:-1]][regions.region_of_district]
    return np.minimum(steps, 1.0) + regions.region_of_district


def dwelling_codes(home: Ints, places: Places, districts: tuple[str, ...], block: int) -> pa.Array:
    """The code of each home number as registers write it: district, block, number."""
    known = np.maximum(home, 0)
    district = pa.DictionaryArray.from_arrays(pa.array(places.district[known]), pa.array(districts)).cast(
        pa.string()
    )
    number = pc.utf8_lpad(pa.array(known).cast(pa.string()), 7, "0")
    code = pc.binary_join_element_wise(district, f"{block:03d}", number, "-")
    return pc.if_else(pa.array(home >= 0), code, pa.scalar(None, pa.string()))
