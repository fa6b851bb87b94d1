"""Targeted social assistance (ASP) and housing assistance: paid after a look at the family's income.

Only families whose members live together and with nobody else are paid, and only clearly
below the line, so that whatever family the law means, the right is not in doubt.
"""

from __future__ import annotations

import numpy as np

from familycard.synthetic.belongings import Belongings
from familycard.synthetic.block import Block
from familycard.synthetic.months import MONTHS, between
from familycard.synthetic.payments import Payments, whole
from familycard.synthetic.property import COMMERCIAL, GARAGE, Estate
from familycard.synthetic.tables import NEVER, Bools, Floats, Ints, by_age

_QUARTER = slice(6, 9)
_PAID_FROM = 6
_FIVE_YEARS = 5 * 366
_HEAVY = (1, 2, 3, 4, 5, 6)
"""Vehicle kinds other than cars and motorcycles."""


def pay_assistance(
    paid: Payments,
    block: Block,
    estate: Estate,
    vehicles: Belongings,
    plots: Belongings,
    dice: np.random.Generator,
) -> None:
    """Pay ASP, its supplement for small children, and housing assistance."""
    rates, core, size = block.tables.benefits, block.homes.core, len(block)
    members = np.bincount(core, minlength=size)
    income = _income(paid, block)
    each = income / 3 / np.maximum(members, 1)
    months = np.zeros((size, MONTHS), bool)
    months[:, _PAID_FROM:] = True
    clear = _lives_apart(block) & (block.people.age >= 18) & (members > 0)
    poor = clear & ~_is_wealthy(block, estate, vehicles, plots)
    poor &= each < rates["asp_line"] * rates["asp_paid_below_line"]
    small = np.bincount(core[(block.people.age >= 1) & (block.people.age <= 6)], minlength=size)
    weight = by_age(rates["asp_weight"], members) * (1 + rates["asp_more_per_small_child"] * small)
    family = _drawn(poor, weight, rates["asp_families_per_1000_people"], dice)
    when = _quarters_paid(len(family), rates["asp_still_paid"], dice)
    aid = whole((rates["asp_line"] - each[family]) * members[family])
    paid.pay("asp", family, aid, when)
    paid.pay("asp_child", family, small[family] * whole(rates["asp_child"] * rates["mrp"]), when)
    near = clear & (each < 2 * rates["asp_line"]) & ~poor
    helped = _drawn(near, np.ones(size), rates["housing_assistance_per_1000_people"], dice)
    range_ = rates["housing_assistance"]
    amount = dice.integers(range_["least"], range_["most"], len(helped))
    paid.pay("housing_assistance", helped, amount, months[helped])


def _drawn(poor: Bools, weight: Floats, per_1000_people: float, dice: np.random.Generator) -> Ints:
    """As many of those families as are paid in a year; who weighs more is drawn sooner."""
    turn = np.where(poor, dice.exponential(1.0, len(poor)) / weight, np.inf)
    wanted = min(round(per_1000_people * len(poor) / 1000), int(poor.sum()))
    return np.sort(np.argsort(turn, kind="stable")[:wanted])


def _quarters_paid(count: int, still: float, dice: np.random.Generator) -> Bools:
    """Months paid: from July on without end, or some quarters of the first half of the year and no more."""
    is_still = dice.permutation(count) < round(still * count)
    start = np.where(is_still, _PAID_FROM, 3 * dice.integers(0, 2, count))
    longer = 3 * dice.integers(1, 3, count)
    return between(start, np.where(is_still, MONTHS, np.minimum(start + longer, _PAID_FROM)))


def _income(paid: Payments, block: Block) -> Ints:
    """Registered income of each family in the third quarter, KZT."""
    core, size = block.homes.core, len(block)
    person, _, month, amount = paid.summed()
    counts = (month >= _QUARTER.start) & (month < _QUARTER.stop)
    own = block.work.wage[:, _QUARTER].sum(axis=1) + block.work.self_employed_quarter
    total = np.zeros(size, np.int64)
    np.add.at(total, core, own)
    np.add.at(total, core[person[counts]], amount[counts])
    return total


def _lives_apart(block: Block) -> Bools:
    """Family pointers whose members share one home, alone, and of whom nobody is in a special place."""
    core, home, size = block.homes.core, block.homes.home, len(block)
    odd = (home != home[core]) | (block.work.status != 0) | (home >= block.homes.shared_from)
    sharers = np.bincount(home, minlength=block.homes.home_count)[home]
    odd |= sharers != np.bincount(core, minlength=size)[core]
    is_apart: Bools = np.bincount(core, odd, size) == 0
    return is_apart


def _is_wealthy(block: Block, estate: Estate, vehicles: Belongings, plots: Belongings) -> Bools:
    """The grounds of article 125: a second home, business premises, a building plot, a second car, machines."""
    core, size = block.homes.core, len(block)
    held = (estate.ended == NEVER) | (estate.ended > block.tables.last_day - _FIVE_YEARS)
    homes = np.bincount(core[estate.person[held & (estate.kind < COMMERCIAL)]], minlength=size)
    business = np.bincount(core[estate.person[held & (estate.kind == COMMERCIAL)]], minlength=size)
    garages = np.bincount(core[estate.person[held & (estate.kind == GARAGE)]], minlength=size)
    cars = np.bincount(core[vehicles["person"][vehicles["kind"] == 0]], minlength=size)
    heavy = np.bincount(core[vehicles["person"][np.isin(vehicles["kind"], _HEAVY)]], minlength=size)
    building = np.bincount(core[plots["person"][plots["purpose"] == 1]], minlength=size)
    return (homes > 1) | (business + garages > 0) | (cars > 1) | (heavy > 0) | (building > 0)
