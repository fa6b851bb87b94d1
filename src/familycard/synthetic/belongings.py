"""Vehicles, land, animals, overdue loans and registered spending of a block, as register tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from familycard.synthetic.homes import Homes
from familycard.synthetic.kin import Kin
from familycard.synthetic.months import MONTHS
from familycard.synthetic.people import People, birthday
from familycard.synthetic.places import Places
from familycard.synthetic.tables import Bools, Ints, Tables
from familycard.synthetic.work import Work

VEHICLE_KINDS = ("car", "truck", "bus", "minibus", "special", "tractor", "harvester", "motorcycle")
ANIMALS = ("cattle", "horse", "sheep", "camel", "poultry")
PURPOSES = ("household_plot", "housing", "farm", "garden")

Belongings = dict[str, Any]
"""Columns of equal length: numbers of persons, codes, sizes, days."""


@dataclass(frozen=True)
class Families:
    """Card families of a block: a leading adult, who holds what is the family's, and sums over it."""

    root: Ints
    holder: Ints
    is_rural: Bools
    has_wage: Bools


def make_families(people: People, kin: Kin, homes: Homes, places: Places, work: Work) -> Families:
    """One row a card family that is led by an adult."""
    root = np.flatnonzero((homes.core == np.arange(len(people))) & (people.age >= 18))
    holder = np.where(kin.spouse[root] >= 0, kin.spouse[root], root)
    wages = np.bincount(homes.core, work.is_formal, minlength=len(people))[root]
    return Families(root, holder, places.is_rural[homes.home[root]], wages > 0)


def make_vehicles(
    families: Families, people: People, tables: Tables, dice: np.random.Generator
) -> Belongings:
    """Vehicles: person, kind, made, registered, working."""
    rates, count = tables.life["property"], len(families.root)
    car = dice.random(count) < rates["car"] * np.where(families.has_wage, 1.15, 0.7)
    again = car & families.has_wage & (dice.random(count) < rates["second_car"])
    truck = dice.random(count) < rates["truck"]
    tractor = families.is_rural & (dice.random(count) < rates["tractor_if_rural"])
    bus = dice.random(count) < rates["bus"]
    cycle = dice.random(count) < rates["motorcycle"]
    chosen = [(car, 0), (again, 0), (truck, 1), (tractor, 5), (bus, 3), (cycle, 7)]
    owner = np.concatenate([families.holder[mask] for mask, _ in chosen])
    kind = np.concatenate([np.full(int(mask.sum()), number) for mask, number in chosen])
    able = birthday(people.born[owner], 18)
    registered = np.maximum(able, tables.last_day - dice.integers(20, 12 * 365, len(owner)))
    registered = np.minimum(registered, tables.last_day)
    made = registered.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    made -= dice.integers(0, 14, len(owner))
    is_working = dice.random(len(owner)) >= rates["not_working"]
    return {
        "person": owner,
        "kind": kind,
        "made_year": made,
        "registered_on": registered,
        "is_working": is_working,
    }


def make_land(families: Families, people: People, tables: Tables, dice: np.random.Generator) -> Belongings:
    """Plots: person, purpose, hundredths of an are, acquired."""
    rates, count = tables.life["property"], len(families.root)
    share = np.where(families.is_rural, rates["plot_if_rural"], rates["plot_if_urban"])
    owner = families.root[(dice.random(count) < share) & (people.age[families.root] >= 23)]
    is_rural = families.is_rural[np.searchsorted(families.root, owner)]
    chance = dice.random(len(owner))
    purpose = np.where(
        is_rural, np.where(chance < 0.8, 0, np.where(chance < 0.94, 1, 2)), np.where(chance < 0.6, 3, 1)
    )
    size = np.array([1500, 1000, 40_000, 600])[purpose] * (0.5 + dice.random(len(owner)))
    acquired = np.maximum(
        birthday(people.born[owner], 20), tables.last_day - dice.integers(300, 25 * 365, len(owner))
    )
    return {
        "person": owner,
        "purpose": purpose,
        "area_hundredths": size.astype(np.int64),
        "acquired_on": acquired,
    }


def make_animals(families: Families, tables: Tables, dice: np.random.Generator) -> Belongings:
    """Animals of rural families: person, kind, heads."""
    keeps = families.is_rural & (
        dice.random(len(families.root)) < tables.life["property"]["livestock_if_rural"]
    )
    chances, means = (0.7, 0.18, 0.45, 0.02, 0.6), (4, 3, 15, 3, 14)
    owners, kinds, heads = [], [], []
    for kind, (chance, mean) in enumerate(zip(chances, means, strict=True)):
        owner = families.holder[keeps & (dice.random(len(keeps)) < chance)]
        owners.append(owner)
        kinds.append(np.full(len(owner), kind))
        heads.append(1 + dice.poisson(mean, len(owner)))
    return {"person": np.concatenate(owners), "kind": np.concatenate(kinds), "heads": np.concatenate(heads)}


def make_loans(people: People, tables: Tables, dice: np.random.Generator) -> Belongings:
    """Overdue loans: person, lender, days, KZT."""
    rates = tables.life["property"]
    adults = np.flatnonzero((people.age >= 20) & (people.age < 70))
    debtor = adults[dice.random(len(adults)) < rates["overdue_loan"]]
    return {
        "person": debtor,
        "lender": dice.integers(0, rates["lenders"], len(debtor)),
        "overdue_days": 1 + dice.exponential(120, len(debtor)).astype(np.int64),
        "amount": (180_000 * np.exp(0.9 * dice.normal(size=len(debtor)))).astype(np.int64),
    }


def make_spending(
    families: Families, homes: Homes, work: Work, tables: Tables, dice: np.random.Generator
) -> tuple[Ints, Ints]:
    """Who is recorded as spending, and KZT by month: bills, and purchases below a share of that month's wages."""
    shape = tables.life["spending"]
    pays = dice.random(len(families.root)) < shape["has_bill"]
    root, payer = families.root[pays], families.holder[pays]
    count = len(root)
    bill = shape["bill"]["median"] * np.exp(shape["bill"]["deviation"] * dice.normal(size=count))
    bill = np.minimum(bill, shape["bill"]["most"])[:, None] * (0.85 + 0.3 * dice.random((count, MONTHS)))
    wages = np.stack(
        [np.bincount(homes.core, work.wage[:, m], minlength=len(homes.core))[root] for m in range(MONTHS)],
        axis=1,
    )
    bought = (
        wages
        * shape["purchases_of_income"]
        * dice.random((count, MONTHS))
        * (dice.random((count, MONTHS)) < 0.4)
    )
    return payer, (bill + bought).astype(np.int64)
