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
_TILT_PER_CHILDREN = 1.5
_FITTING_ROUNDS = 8
"""Enough for the regions to have their people although large families are tilted to some of them."""


@dataclass(frozen=True)
class Places:
    """By home: region, district and whether it is rural."""

    region: Ints
    district: Ints
    is_rural: Bools


def make_places(homes: Homes, kin: Kin, people: People, tables: Tables, dice: np.random.Generator) -> Places:
    """A region and a district for every home; grown children mostly stay in the region of their mother."""
    region = _regions(homes, kin, people, tables, dice)
    region = _settle_exactly(region, homes, tables.regions, dice)
    district = _districts(region, tables.regions, np.arange(homes.home_count) >= len(people), dice)
    return Places(region, district, ~tables.regions.is_town[district])


def _regions(homes: Homes, kin: Kin, people: People, tables: Tables, dice: np.random.Generator) -> Ints:
    """Regions drawn again and again with the same chance, until each has about its share of the people.

    Regions of large families draw families with many children more often, and whoever stays near
    the mother follows her; so the weights that give the right shares are found by trying.
    """
    size, regions = len(people), tables.regions
    minors = np.bincount(homes.core[people.age < 18], minlength=size)[homes.core]
    children = np.minimum(minors, _MOST_CHILDREN)
    chance, last = dice.random(homes.home_count), len(regions.codes) - 1
    shared = np.searchsorted(np.cumsum(regions.people_share), chance[size:], side="right")
    mother = np.where(kin.mother[:size] < size, kin.mother[:size], -1)
    stays = (mother >= 0) & (dice.random(size) < tables.life["families"]["same_region_as_mother"])
    mothers_home = homes.home[mother] % size
    weight = regions.people_share
    for _ in range(_FITTING_ROUNDS):
        base = region = _regions_by_children(children, weight, regions, chance[:size])
        for _ in range(_GENERATIONS):
            region = np.where(stays, region[mothers_home], base)
        region = np.r_[region, np.minimum(shared, last)]
        people_of = np.bincount(region[homes.home], minlength=last + 1)
        weight = weight * regions.people_share * size / np.maximum(people_of, 1)
    return region


def _regions_by_children(children: Ints, weight: Floats, regions: Regions, chance: Floats) -> Ints:
    count = len(regions.codes)
    tilt = regions.large_families[None, :] ** (np.arange(_MOST_CHILDREN + 1)[:, None] / _TILT_PER_CHILDREN)
    shares = np.cumsum(weight * tilt / (weight * tilt).sum(axis=1, keepdims=True), axis=1)
    flat = (shares + np.arange(_MOST_CHILDREN + 1)[:, None]).ravel()
    drawn = np.searchsorted(flat, children + chance, side="right")
    region: Ints = np.minimum(drawn - children * count, count - 1)
    return region


def _settle_exactly(region: Ints, homes: Homes, regions: Regions, dice: np.random.Generator) -> Ints:
    """Move whole homes out of regions that got too many people, until each has its share to a home's size."""
    count, size = len(regions.codes), len(homes.core)
    sharers = np.bincount(homes.home, minlength=homes.home_count)
    excess = np.bincount(region[homes.home], minlength=count) - regions.people_share * size
    home = dice.permutation(np.flatnonzero(sharers[:size] > 0))
    home = home[np.argsort(region[home], kind="stable")]
    before = np.cumsum(sharers[home]) - sharers[home]
    _, first = np.unique(region[home], return_index=True)
    reached = before - before[first][np.searchsorted(region[home][first], region[home])] + sharers[home]
    moves = dice.permutation(home[reached <= excess[region[home]]])
    gaps = np.cumsum(np.maximum(-excess, 0))
    middle = np.cumsum(sharers[moves]) - sharers[moves] / 2
    result = region.copy()
    result[moves] = np.minimum(np.searchsorted(gaps, middle), np.flatnonzero(excess < 0)[-1])
    return result


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
