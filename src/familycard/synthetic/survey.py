"""A survey of households with measured consumption, against which scores can be fitted.

What a family consumes rests on what it has registered, on income that no register sees, on
housing, car, land, animals, debts, children, illness, the region and luck. So registers explain
it in part, as in life, and nobody can read it off them. Households are drawn within regions,
small regions more than their share; weights give the nation's families back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from familycard.synthetic.benefits import Rights
from familycard.synthetic.block import Block
from familycard.synthetic.emit import coded
from familycard.synthetic.made import Made
from familycard.synthetic.property import COMMERCIAL
from familycard.synthetic.tables import NEVER, Floats, Ints
from familycard.synthetic.traits_of_persons import heads

NEEDS = ("critical", "high", "moderate", "none")
"""What the interviewer saw, the worst first."""
_YEAR = 12
_MOST_OF_FAMILIES = 0.5
"""A survey is never more than half of a small country."""


@dataclass(frozen=True)
class Households:
    """Card families of a block: the head, members, equivalent members, KZT a month for each of these."""

    head: Ints
    members: Ints
    consumption: Ints
    need: Ints
    region: Ints


def survey_table(made: Made, people: int, numbers: pa.Array) -> pa.Table:
    """The interviewed households of a block of a country of so many people."""
    block, dice = made.block, made.dice("survey")
    homes = _households(made, dice)
    shape = block.tables.life["survey"]
    wanted = min(shape["households"] * len(block) / people, _MOST_OF_FAMILIES * len(homes.head))
    row, weight = _drawn(homes.region, wanted, dice)
    year = block.tables.last_day - 364
    day = pa.array((year + dice.integers(0, 365, len(row))).astype(np.int32)).cast(pa.date32())
    return pa.table(
        {
            "household": numbers.take(pa.array(homes.head[row])),
            "region": coded(homes.region[row], block.tables.regions.codes),
            "weight": weight,
            "members": homes.members[row],
            "consumption": homes.consumption[row],
            "need": coded(homes.need[row], NEEDS),
            "interviewed_on": day,
        }
    )


def _drawn(region: Ints, wanted: float, dice: np.random.Generator) -> tuple[Ints, Floats]:
    """Households within regions by the root of their number, at least one; each stands for its share."""
    count = np.bincount(region)
    share = np.sqrt(count) / np.sqrt(count).sum()
    take = np.minimum(np.maximum(np.round(wanted * share).astype(np.int64), 1), count)
    order = dice.permutation(len(region))
    order = order[np.argsort(region[order], kind="stable")]
    place = np.arange(len(order)) - (np.cumsum(count) - count)[region[order]]
    row: Ints = np.sort(order[place < take[region[order]]])
    return row, count[region[row]] / take[region[row]]


def _households(made: Made, dice: np.random.Generator) -> Households:
    block, size = made.block, len(made.block)
    core = block.homes.core
    root = np.flatnonzero(core == np.arange(size))
    members = np.bincount(core, minlength=size)[root]
    shape = block.tables.life["survey"]
    equivalent = 1 + shape["each_further_member"] * (members - 1)
    income = (_registered(block, made.held.rights) + _unseen(block, shape, dice))[root] / equivalent
    well = (
        shape["of_income"] * np.log(np.maximum(income, shape["least_income"])) + _standing(made, dice)[root]
    )
    well += shape["deviation_of_luck"] * dice.normal(size=len(root))
    consumption = np.exp(shape["level"] + well).astype(np.int64)
    return Households(
        head=heads(block)[root],
        members=members,
        consumption=consumption,
        need=_need(made, root, consumption, shape, dice),
        region=block.places.region[block.homes.home[root]],
    )


def _registered(block: Block, rights: Rights) -> Floats:
    """Wages, own work and payments of a family, KZT a month."""
    own = block.work.wage.sum(axis=1) + 4 * block.work.self_employed_quarter
    person, _, _, amount = rights.payments.summed()
    paid = np.bincount(person, amount, minlength=len(block))[: len(block)]
    total: Floats = np.bincount(block.homes.core, (own + paid) / _YEAR, len(block)).astype(np.float64)
    return total


def _unseen(block: Block, shape: Mapping[str, Any], dice: np.random.Generator) -> Floats:
    """Income of those of working age without a registered one: informal work, help, one's own land."""
    work, age = block.work, block.people.age
    idle = (age >= 18) & (age < 63) & ~work.is_formal & (work.self_employed_quarter == 0) & ~work.is_pensioner
    earns = idle & (dice.random(len(block)) < shape["unseen"]["share"])
    size = shape["unseen"]["median"] * np.exp(shape["unseen"]["deviation"] * dice.normal(size=len(block)))
    total: Floats = np.bincount(block.homes.core, np.where(earns, size, 0.0), len(block)).astype(np.float64)
    return total


def _standing(made: Made, dice: np.random.Generator) -> Floats:
    """What holdings, members and the region add to the logarithm of consumption."""
    block, held, effect = made.block, made.held, made.block.tables.life["survey"]["effects"]
    core, size, estate = block.homes.core, len(block), held.estate

    def count(person: Ints) -> Ints:
        return np.bincount(core[person], minlength=size)

    owns = count(estate.person[(estate.kind < COMMERCIAL) & (estate.ended == NEVER)])
    minors, members = count(np.flatnonzero(block.people.age < 18)), np.bincount(core, minlength=size)
    regional = effect["region_deviation"] * _of_regions(block).normal(size=len(block.tables.regions.codes))
    standing: Floats = (
        effect["dwelling"] * (owns > 0)
        + effect["further_dwelling"] * (owns > 1)
        + effect["car"] * np.minimum(count(held.vehicles["person"]), 2)
        + effect["land"] * (count(held.plots["person"]) > 0)
        + effect["minor"] * minors
        + effect["member_above_four"] * np.maximum(members - 4, 0)
        + effect["disability"] * (count(np.flatnonzero(block.health.is_disabled)) > 0)
        + regional[block.places.region[block.homes.home]]
    )
    return standing


def _of_regions(block: Block) -> np.random.Generator:
    """The same chance in every block: a region is dear or cheap for all who live there."""
    return np.random.default_rng(len(block.tables.regions.codes))


def _need(
    made: Made, root: Ints, consumption: Ints, shape: Mapping[str, Any], dice: np.random.Generator
) -> Ints:
    """An interviewer's class: consumption against the line, illness in the family, and a judgement that varies."""
    core, size = made.block.homes.core, len(made.block)
    is_ill = np.bincount(core, made.block.health.is_disabled, minlength=size)[root] > 0
    seen = np.log(consumption / shape["line"]) - shape["need"]["illness"] * is_ill
    seen += shape["need"]["deviation"] * dice.normal(size=len(root))
    need: Ints = np.searchsorted(np.log(shape["need"]["steps"]), seen)
    return need
