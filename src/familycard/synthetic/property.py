"""Dwellings and who owns them, sales, land, vehicles, animals and loans of a block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from familycard.synthetic.block import Block
from familycard.synthetic.homes import Homes
from familycard.synthetic.people import People, birthday
from familycard.synthetic.tables import NEVER, NOBODY, Bools, Days, Ints

FLAT, HOUSE, ROOM, COMMERCIAL, GARAGE = range(5)
ESTATE_KINDS = ("flat", "house", "room", "commercial", "garage")
_SALES_YEARS = 12


@dataclass
class Estate:
    """Rights to objects, one row an owner; `thing` is the object's number within the block."""

    person: Ints
    thing: Ints
    kind: Ints
    area_tenths: Ints
    share_top: Ints
    share_bottom: Ints
    acquired: Days
    ended: Days
    is_unsafe: Bools


@dataclass
class Sales:
    """Sales of objects; buyer NOBODY for a firm."""

    thing: Ints
    seller: Ints
    buyer: Ints
    sold: Days


def make_estate(block: Block, dice: np.random.Generator) -> tuple[Estate, Sales]:
    """Homes owned by those who live in them, further objects, and those that were sold on."""
    rates, last, people = block.tables.life["property"], block.tables.last_day, block.people
    dwellings = _own_homes(block, dice)
    further = _further(people, rates, int(dwellings.thing.max()) + 1, last, dice)
    owned = joined([dwellings, further])
    bought, bought_sales = _bought(owned, people, rates, last, dice)
    sold, firm_sales = _sold_to_firms(people, int(owned.thing.max()) + 1, last, dice)
    pairs = ((getattr(bought_sales, f.name), getattr(firm_sales, f.name)) for f in fields(Sales))
    return joined([owned, bought, sold]), Sales(*(np.concatenate(pair) for pair in pairs))


def joined(parts: list[Estate]) -> Estate:
    """Rows of several parts, one after the other."""
    return Estate(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Estate)))


def _own_homes(block: Block, dice: np.random.Generator) -> Estate:
    """Most homes belong to an adult living there, to both spouses, or to spouses and a child in equal shares."""
    people, kin, homes = block.people, block.kin, block.homes
    rates, last = block.tables.life["property"], block.tables.last_day
    root = np.flatnonzero((homes.home == np.arange(len(people))) & (people.age >= 18))
    root = root[dice.random(len(root)) < rates["owned"]]
    spouse = kin.spouse[root]
    has_spouse = (spouse >= 0) & (homes.home[spouse] == root)
    heir = _minor_at_home(people, homes, len(people))[root]
    chance = dice.random(len(root))
    with_child = has_spouse & (heir >= 0) & (chance < rates["shared_with_children"])
    by_two = has_spouse & ~with_child & (chance < rates["shared_with_children"] + rates["shared_by_spouses"])
    sole = np.where(has_spouse & (dice.random(len(root)) < 0.5), spouse, root)
    owners = np.stack(
        [
            np.where(with_child | by_two, root, sole),
            np.where(with_child | by_two, spouse, NOBODY),
            np.where(with_child, heir, NOBODY),
        ]
    )
    able = np.where(owners[:2] >= 0, birthday(people.born[np.maximum(owners[:2], 0)], 18), NEVER).max(axis=0)
    able = np.maximum(able, np.where(with_child, people.born[np.maximum(heir, 0)] + 30, NEVER))
    acquired = acquired_days(np.maximum(able, last - 32 * 365), last, dice)
    row, slot = np.nonzero((owners >= 0).T)
    is_house = dice.random(len(root)) < np.where(
        block.places.is_rural[root], rates["house_if_rural"], rates["house_if_urban"]
    )
    kind = np.where(is_house, HOUSE, np.where(dice.random(len(root)) < 0.03, ROOM, FLAT))
    spread = dice.random(len(root))
    area = np.where(
        kind == HOUSE, 500 + spread * 1100, np.where(kind == ROOM, 120 + spread * 80, 300 + spread * 650)
    )
    return Estate(
        person=owners[slot, row],
        thing=row,
        kind=kind[row],
        area_tenths=area.astype(np.int64)[row],
        share_top=np.ones(len(row), np.int64),
        share_bottom=(owners >= 0).sum(axis=0)[row],
        acquired=acquired[row],
        ended=np.full(len(row), NEVER, np.int64),
        is_unsafe=(dice.random(len(root)) < rates["emergency"])[row],
    )


def acquired_days(earliest: Days, last: int, dice: np.random.Generator) -> Days:
    """A day from the earliest possible on, at least a month before the end."""
    span = np.maximum(last - 30 - earliest, 1)
    return np.minimum(earliest + (dice.random(len(earliest)) * span).astype(np.int64), last)


def _minor_at_home(people: People, homes: Homes, size: int) -> Ints:
    """One minor living at each home, NOBODY where none does; only homes below `size`."""
    minor = np.flatnonzero((people.age < 18) & (homes.home < size))
    result = np.full(size, NOBODY, np.int64)
    result[homes.home[minor]] = minor
    return result


def _sole(person: Ints, thing: Ints, kind: Ints, area: Ints, acquired: Days, ended: Days) -> Estate:
    one = np.ones(len(person), np.int64)
    return Estate(person, thing, kind, area, one, one.copy(), acquired, ended, np.zeros(len(person), bool))


def _further(
    people: People, rates: Mapping[str, Any], first: int, last: int, dice: np.random.Generator
) -> Estate:
    """Second dwellings, garages and commercial premises of adults of 28 and over."""
    adults = np.flatnonzero((people.age >= 28) & (people.age < 75))
    parts = []
    for kind, share, area in (
        (FLAT, rates["second_dwelling"], 450),
        (GARAGE, rates["garage"] / 2, 200),
        (COMMERCIAL, rates["commercial"], 800),
    ):
        owner = adults[dice.random(len(adults)) < share / 1.6]
        acquired = acquired_days(birthday(people.born[owner], 25), last, dice)
        things = first + np.arange(len(owner))
        first += len(owner)
        size = (area * (0.7 + 0.6 * dice.random(len(owner)))).astype(np.int64)
        parts.append(
            _sole(owner, things, np.full(len(owner), kind), size, acquired, np.full(len(owner), NEVER))
        )
    return joined(parts)


def _bought(
    owned: Estate, people: People, rates: Mapping[str, Any], last: int, dice: np.random.Generator
) -> tuple[Estate, Sales]:
    """Some homes were bought from another resident, whose right ended on that day."""
    recent = (
        (owned.acquired > last - _SALES_YEARS * 365) & (owned.share_bottom == 1) & (owned.kind < COMMERCIAL)
    )
    row = np.flatnonzero(recent & (dice.random(len(recent)) < rates["sold"]))
    sellers = np.flatnonzero((people.age >= 50) & (people.age < 85))
    seller = sellers[dice.integers(0, len(sellers), len(row))]
    row, seller = row[seller != owned.person[row]], seller[seller != owned.person[row]]
    since = owned.acquired[row] - dice.integers(700, 4500, len(row))
    right = _sole(
        seller, owned.thing[row], owned.kind[row], owned.area_tenths[row], since, owned.acquired[row]
    )
    return right, Sales(owned.thing[row], seller, owned.person[row], owned.acquired[row])


def _sold_to_firms(people: People, first: int, last: int, dice: np.random.Generator) -> tuple[Estate, Sales]:
    adults = np.flatnonzero((people.age >= 50) & (people.age < 85))
    seller = adults[dice.random(len(adults)) < 0.008]
    thing = first + np.arange(len(seller))
    sold = last - dice.integers(20, _SALES_YEARS * 365, len(seller))
    since = sold - dice.integers(700, 4500, len(seller))
    area = dice.integers(300, 900, len(seller))
    right = _sole(seller, thing, np.full(len(seller), FLAT), area, since, sold)
    return right, Sales(thing, seller, np.full(len(seller), NOBODY), sold)
