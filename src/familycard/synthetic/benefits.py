"""Who has a right to which payment in the made-up country, and who uses it.

The conditions are those of ``domain/kazakhstan.md`` 2.1, applied to the plan. They are an
independent, coarser implementation than the pack's programmes, on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from familycard.synthetic.block import Block
from familycard.synthetic.couples import extreme_by
from familycard.synthetic.months import MONTHS, between, month_index
from familycard.synthetic.payments import Payments, always, whole
from familycard.synthetic.people import birthday
from familycard.synthetic.tables import NEVER, NOBODY, Bools, Days, Ints

_PAID_MONTHS = 17
"""Care is paid until the month before the child is a year and a half old."""


@dataclass(frozen=True)
class Rights:
    """Payments, and the registers that rights rest on."""

    payments: Payments
    assisted: Ints
    """Persons with group 1 served by an individual assistant."""
    awarded: Ints
    is_golden: Bools


def make_payments(block: Block, dice: np.random.Generator) -> Rights:
    """All payments but the means-tested ones (`assistance`)."""
    paid = Payments()
    _pensions(paid, block, dice)
    _disability(paid, block, dice)
    _disabled_children(paid, block, dice)
    _survivors(paid, block, dice)
    _births(paid, block, dice)
    _child_care(paid, block, dice)
    _many_children(paid, block, dice)
    _job_loss(paid, block, dice)
    _disabled_pensioners(paid, block, dice)
    assisted = _carers(paid, block, dice)
    awarded, is_golden = _awarded_mothers(paid, block, dice)
    return Rights(paid, assisted, awarded, is_golden)


def _uses(block: Block, benefit: str, count: int, dice: np.random.Generator) -> Bools:
    return np.asarray(dice.random(count) < block.tables.benefits["take_up"][benefit])


def _from_month(day: Days, block: Block) -> Bools:
    """Months after the one of each day."""
    start = month_index(day, block.tables.life["as_of_year"]) + 1
    return between(start, np.full(len(day), MONTHS))


def _pensions(paid: Payments, block: Block, dice: np.random.Generator) -> None:
    rates, people = block.tables.benefits, block.people
    person = np.flatnonzero(block.work.is_pensioner)
    person = person[_uses(block, "age_pension", len(person), dice)]
    ages = block.tables.life["work"]["retirement_age"]
    age = np.where(people.is_female[person], ages["F"], ages["M"])
    months = _from_month(birthday(people.born[person], np.minimum(age, people.age[person])), block)
    shape = rates["age_pension"]
    size = shape["median"] * np.exp(shape["deviation"] * dice.normal(size=len(person)))
    paid.pay("age_pension", person, whole(np.clip(size, shape["least"], shape["most"])), months)
    years = rates["base_pension_years"]
    share = np.clip(
        years["ten"] + years["per_year"] * dice.integers(-5, 25, len(person)), years["ten"], years["most"]
    )
    paid.pay("base_pension", person, whole(share * rates["subsistence"]), months)


def _disability(paid: Payments, block: Block, dice: np.random.Generator) -> None:
    health, people, rates = block.health, block.people, block.tables.benefits["disability"]
    person = np.flatnonzero(health.is_disabled & ~block.work.is_pensioner)
    person = person[_uses(block, "disability", len(person), dice)]
    group = health.group[person] - 1
    share = np.where(
        health.since_childhood[person],
        np.array(rates["child"])[group],
        np.where(
            health.cause[person] == 1, np.array(rates["military"])[group], np.array(rates["general"])[group]
        ),
    )
    share = np.where(people.age[person] < 18, rates["child_under_7"], share)
    amount = whole(share * block.tables.benefits["subsistence"])
    paid.pay("disability", person, amount, _from_month(health.started[person], block))


def _disabled_children(paid: Payments, block: Block, dice: np.random.Generator) -> None:
    rates, health = block.tables.benefits, block.health
    child = np.flatnonzero(health.is_disabled & (block.people.age < 18) & (block.raiser >= 0))
    child = child[_uses(block, "disabled_child", len(child), dice)]
    amount = np.full(len(child), whole(rates["disabled_child"] * rates["subsistence"]))
    paid.pay("disabled_child", block.raiser[child], amount, _from_month(health.started[child], block))


def _survivors(paid: Payments, block: Block, dice: np.random.Generator) -> None:
    """One amount for all dependants of a recipient; full orphans have a rate of their own."""
    rates, size, persons = block.tables.benefits, len(block), block.persons
    studies = block.homes.is_student & (block.people.age < 23)
    dependant = np.flatnonzero((block.people.age < 18) | studies)
    died = np.stack(
        [persons.died[np.maximum(parent[dependant], 0)] for parent in (persons.mother, persons.father)]
    )
    died[0] = np.where(persons.mother[dependant] >= 0, died[0], NEVER)
    died[1] = np.where(persons.father[dependant] >= 0, died[1], NEVER)
    has_lost, is_orphan = (died != NEVER).any(axis=0), (died != NEVER).all(axis=0)
    dependant, day, is_orphan = dependant[has_lost], died.max(axis=0)[has_lost], is_orphan[has_lost]
    recipient = np.where(block.raiser[dependant] >= 0, block.raiser[dependant], dependant)
    uses = _uses(block, "survivor", size, dice)[recipient]
    recipient, day, is_orphan = recipient[uses], day[uses], is_orphan[uses]
    count = np.bincount(recipient[~is_orphan], minlength=size)
    orphans = np.bincount(recipient[is_orphan], minlength=size)
    shares = np.array([0.0, *rates["survivor"]])
    amount = whole(
        (shares[np.minimum(count, len(shares) - 1)] + rates["survivor_orphan"] * orphans)
        * rates["subsistence"]
    )
    person = np.flatnonzero(amount > 0)
    latest = extreme_by(recipient, day, size, largest=True)[person]
    paid.pay("survivor", person, amount[person], _from_month(latest, block))


def _births(paid: Payments, block: Block, dice: np.random.Generator) -> None:
    rates = block.tables.benefits
    month = month_index(block.people.born, block.tables.life["as_of_year"])
    child = np.flatnonzero((month >= 0) & (month < MONTHS - 1) & (block.raiser >= 0))
    child = child[_uses(block, "birth", len(child), dice)]
    order = np.minimum(block.birth_order[child], len(rates["birth"]["order"])) - 1
    amount = whole(np.array(rates["birth"]["order"])[order] * rates["mrp"])
    paid.pay("birth", block.raiser[child], amount, between(month[child] + 1, month[child] + 2))


def _child_care(paid: Payments, block: Block, dice: np.random.Generator) -> None:
    rates, work, size = block.tables.benefits, block.work, len(block)
    by_age = np.argsort(block.people.born, kind="stable")
    child = by_age[block.raiser[by_age] >= 0]
    youngest = np.full(size, NOBODY, np.int64)
    youngest[block.raiser[child]] = child
    mother = np.flatnonzero((youngest >= 0) & (work.newborn_month < MONTHS) & block.people.is_female)
    mother = mother[block.persons.mother[youngest[mother]] == mother]
    mother = mother[_uses(block, "child_care", len(mother), dice)]
    month = work.newborn_month[mother]
    months = between(month, month + _PAID_MONTHS)
    order = np.minimum(block.birth_order[youngest[mother]], len(rates["child_care"]["order"])) - 1
    plain = whole(np.array(rates["child_care"]["order"])[order] * rates["mrp"])
    insured = np.minimum(
        whole(rates["child_care_insured"]["share"] * work.usual_wage[mother]),
        rates["child_care_insured"]["most"],
    )
    is_insured = work.is_formal[mother]
    paid.pay("child_care", mother[~is_insured], plain[~is_insured], months[~is_insured])
    paid.pay(
        "child_care_insured", mother[is_insured], np.maximum(insured, plain)[is_insured], months[is_insured]
    )


def children_counted(block: Block) -> Ints:
    """By family pointer: minors at its address and full-time students under 23 anywhere (art. 90)."""
    at_home = block.homes.home == block.homes.home[block.homes.core]
    minor = (block.people.age < 18) & at_home
    counted = minor | (block.homes.is_student & (block.people.age < 23))
    return np.bincount(block.homes.core[counted], minlength=len(block))


def _many_children(paid: Payments, block: Block, dice: np.random.Generator) -> None:
    rates = block.tables.benefits
    count = children_counted(block)
    family = np.flatnonzero((count >= 4) & (block.people.age >= 18))
    family = family[_uses(block, "multi_child", len(family), dice)]
    steps = np.array([0, 0, 0, 0, *rates["multi_child"]])
    number = count[family]
    share = np.where(number < 8, steps[np.minimum(number, 7)], rates["multi_child_each"] * number)
    newest = extreme_by(block.homes.core, block.people.born, len(block), largest=True)[family]
    start = np.where(number > 4, NEVER + 1, newest)
    months = np.where((start == NEVER + 1)[:, None], True, _from_month(np.maximum(newest, 0), block))
    paid.pay("multi_child", family, whole(share * rates["mrp"]), months)


def _job_loss(paid: Payments, block: Block, dice: np.random.Generator) -> None:
    rates = block.tables.benefits["unemployment"]
    person = np.flatnonzero(block.work.unemployed_since != NEVER)
    person = person[_uses(block, "unemployment", len(person), dice)]
    start = month_index(block.work.unemployed_since[person], block.tables.life["as_of_year"]) + 1
    months = between(start, start + rates["months"])
    paid.pay("unemployment", person, whole(rates["share"] * block.work.usual_wage[person]), months)


def _disabled_pensioners(paid: Payments, block: Block, dice: np.random.Generator) -> None:
    """The special allowance of pensioners with a disability, by group (art. 194)."""
    rates = block.tables.benefits
    person = np.flatnonzero(block.work.is_pensioner & block.health.is_disabled)
    person = person[_uses(block, "special_allowance", len(person), dice)]
    amount = whole(np.array(rates["special_allowance"])[block.health.group[person] - 1] * rates["mrp"])
    paid.pay("special_allowance", person, amount, always(len(person)))


def _carers(paid: Payments, block: Block, dice: np.random.Generator) -> Ints:
    rates, people, work = block.tables.benefits, block.people, block.work
    needs = np.flatnonzero(block.health.is_disabled & (block.health.group == 1) & (people.age >= 18))
    is_assisted = dice.random(len(needs)) < block.tables.life["health"]["individual_assistant"]
    idle = (people.age >= 19) & (people.age < 60) & (work.wage.sum(axis=1) == 0) & ~block.health.is_disabled
    idle &= (work.self_employed_quarter == 0) & ~work.on_leave.any(axis=1) & (work.status == 0)
    idle &= ~block.homes.is_student
    carer = np.full(len(block), NOBODY, np.int64)
    carer[block.homes.core[idle]] = np.flatnonzero(idle)
    cared = needs[~is_assisted]
    found = carer[block.homes.core[cared]]
    cared, found = cared[found >= 0], found[found >= 0]
    _, first = np.unique(found, return_index=True)
    chosen = first[_uses(block, "carer", len(first), dice)]
    amount = np.full(len(chosen), whole(rates["carer"] * rates["subsistence"]))
    paid.pay("carer", found[chosen], amount, _from_month(block.health.started[cared[chosen]], block))
    assisted: Ints = needs[is_assisted]
    return assisted


def _awarded_mothers(paid: Payments, block: Block, dice: np.random.Generator) -> tuple[Ints, Bools]:
    rates = block.tables.benefits
    mother = block.persons.mother[: len(block)]
    children = np.bincount(mother[(mother >= 0) & (block.people.age >= 1)], minlength=len(block.persons))
    children = children[: len(block)]
    woman = np.flatnonzero((children >= 6) & (dice.random(len(block)) < 0.85))
    is_golden = children[woman] >= 7
    uses = _uses(block, "awarded_mother", len(woman), dice)
    share = np.where(is_golden, rates["awarded_mother"]["altyn_alqa"], rates["awarded_mother"]["kumis_alqa"])
    amount = whole(share * rates["mrp"])
    paid.pay("awarded_mother", woman[uses], amount[uses], always(int(uses.sum())))
    return woman, is_golden
