"""Faults that auditors find in life, planted into a block's registers with their truth.

The list is from auditors' reports (``peers.md``). Each function picks plain families, edits
the registers and says what it did. Nothing else in the made-up country looks like a fault.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from familycard.synthetic.block import Block
from familycard.synthetic.couples import NEVER_MARRIED, extreme_by
from familycard.synthetic.emit import Table, labelled
from familycard.synthetic.months import MONTHS
from familycard.synthetic.people import birthday
from familycard.synthetic.planting import Field, blank
from familycard.synthetic.tables import NEVER, NOBODY, Bools, Ints

_POOR_YEAR = 900_000
"""KZT: even if all of it came in one quarter, planted spending stays far above it."""


def plant_faults(block: Block, tables: dict[str, Table], dice: np.random.Generator) -> Field:
    """Plant every kind; the rarer the families that can bear it, the earlier its turn."""
    field = Field(block, tables, dice)
    for plant in FAULTS:
        plant(field)
    return field


def _paid_all_year(field: Field, benefit: str) -> Bools:
    """Residents paid a benefit in each month."""
    table = field.tables["social_payments"]
    is_kind = np.asarray(pa.compute.equal(table["benefit"], benefit))
    months = np.bincount(np.asarray(table["person"])[is_kind], minlength=len(field.block))
    return np.asarray(months == MONTHS)


def stale_record(field: Field) -> None:
    """Disability is still paid although the term of the record ended years ago."""
    block, table = field.block, field.tables["disability"]
    age = block.people.age
    eligible = _paid_all_year(field, "disability") & (age >= 32) & (age < 60) & ~block.health.since_childhood
    person = field.pick(
        "stale_record", eligible, "the term of disability ended years ago, the allowance is paid"
    )
    row = np.flatnonzero(np.isin(np.asarray(table["person"]), person))
    ended = block.tables.last_day - field.dice.integers(900, 2500, len(row))
    table["ended_on"] = _set(table["ended_on"], row, ended)
    table["started_on"] = _set(table["started_on"], row, ended - field.dice.integers(700, 1100, len(row)))


def income_below_spending(field: Field) -> None:
    """Registered spending of every month is far above the family's registered income of the year."""
    block, table = field.block, field.tables["utilities_spending"]
    core, size = block.homes.core, len(block)
    income = np.zeros(size, np.int64)
    np.add.at(income, core, 100 * (block.work.wage.sum(axis=1) + 4 * block.work.self_employed_quarter))
    paid = field.tables["social_payments"]
    np.add.at(income, core[np.asarray(paid["person"])], np.asarray(paid["amount"]))
    payer: Ints = np.asarray(table["person"])
    pays = np.bincount(payer, minlength=size) == MONTHS
    is_poor = income[core] < 100 * _POOR_YEAR
    person = field.pick(
        "income_below_spending", pays & is_poor, "spending each month above the income of the year"
    )
    row = np.flatnonzero(np.isin(payer, person))
    limits = block.tables.life["faults"]["spending_a_month"]
    spent = 100 * field.dice.integers(limits["least"], limits["most"], len(row))
    table["amount"] = _set(table["amount"], row, spent)


def dead_recipient(field: Field) -> None:
    """A lone pensioner has a death record, and the pension goes on; the population register lags."""
    block = field.block
    earns = (block.work.wage.sum(axis=1) > 0) | (block.work.self_employed_quarter > 0)
    eligible = _paid_all_year(field, "age_pension") & ~earns & (field.size == 1)
    person = field.pick("dead_recipient", eligible, "died this year, the pension is paid on")
    died = block.tables.last_day - field.dice.integers(100, 330, len(person))
    _register_death(field, person, died)


def living_marked_dead(field: Field) -> None:
    """A living worker has a death record by mistake; contributions go on long after it."""
    block = field.block
    works = (block.work.wage > 0).all(axis=1) & (field.payments_received == 0) & (block.people.age < 60)
    person = field.pick("living_marked_dead", works, "alive and working; the death record is a mistake")
    died = block.tables.last_day - field.dice.integers(300, 560, len(person))
    _register_death(field, person, died)


def child_older_than_parent(field: Field) -> None:
    """Mother and child are swapped in the record of a birth."""
    block, table = field.block, field.tables["births"]
    persons, size = block.persons, len(block)
    mother = persons.mother[:size]
    known = (mother >= 0) & (mother < size)
    has_record = (persons.mother >= 0) | (persons.father >= 0)
    eligible = known & (block.people.age >= 1) & (block.people.age < 18) & ~has_record[mother]
    child = field.pick("child_older_than_parent", eligible, "mother and child swapped in the birth record")
    field.planted[-1].other = mother[child]
    row = np.flatnonzero(np.isin(np.asarray(table["child"]), child))
    child = np.asarray(table["child"])[row]
    table["child"] = _set(table["child"], row, mother[child])
    table["mother"] = _set(table["mother"], row, child)
    table["father"] = _set(table["father"], row, np.full(len(row), NOBODY))
    table["born_on"] = _set(table["born_on"], row, persons.born[mother[child]])
    table["registered_on"] = _set(table["registered_on"], row, persons.born[mother[child]] + 30)


def two_marriages_at_once(field: Field) -> None:
    """A married person is married again, to somebody who was alone."""
    block = field.block
    age, kin = block.people.age, block.kin
    married = block.people.is_female & (kin.spouse >= 0) & (age >= 25) & (age < 60)
    person = field.pick("two_marriages_at_once", married, "a second marriage without the end of the first")
    single = (
        ~block.people.is_female & (kin.status == NEVER_MARRIED) & (field.size == 1) & (age >= 25) & (age < 62)
    )
    single &= field.is_free[block.homes.core] & ~_cares(block)
    husbands = field.dice.permutation(np.flatnonzero(single))[: len(person)]
    person = person[: len(husbands)]
    field.planted[-1].person, field.planted[-1].other = person, husbands
    field.take(husbands)
    field.append(
        "marriages",
        {
            "spouse_1": person,
            "spouse_2": husbands,
            "registered_on": block.tables.last_day - field.dice.integers(100, 900, len(person)),
            "ended_on": blank(len(person)),
            "end_reason": pa.nulls(len(person), pa.string()),
        },
    )


def identifier_doubled(field: Field) -> None:
    """Two different people bear one number: the register has two rows that contradict each other."""
    block, table = field.block, field.tables["population"]
    eligible = (field.size == 1) & (block.people.age >= 20) & ~_cares(block)
    parents = _parents(block)
    eligible &= field.is_free[block.homes.core[parents]].all(axis=0)
    person = field.pick("identifier_doubled", eligible, "the number of two different persons")
    # Whether such a child belongs to the parents' family cannot be told: no other fault is to be found there.
    field.take(parents[:, person].ravel())
    donor = field.dice.integers(0, len(block), len(person))
    rows: Table = {
        name: values.take(pa.array(donor)) if isinstance(values, pa.Array) else values[donor]
        for name, values in table.items()
    }
    rows["person"] = person
    born: Ints = np.asarray(rows["birth_date"])
    rows["birth_date"] = np.where(born == block.persons.born[person], born - 400, born - 1)
    field.append("population", rows)


def divorce_on_paper(field: Field) -> None:
    """A couple divorced, lives at one address, and had a child more than 300 days later."""
    block, table = field.block, field.tables["marriages"]
    persons, size, spouse = block.persons, len(block), block.kin.spouse
    mother, father = persons.mother[:size], persons.father[:size]
    common = np.where((mother >= 0) & (mother < size), mother, NOBODY)
    common = np.where((common >= 0) & (father == spouse[common]) & (father >= 0), common, NOBODY)
    youngest = extreme_by(common, block.people.born, size, largest=True)
    wives: Ints = np.asarray(table["spouse_1"])
    lasts = (np.asarray(table["ended_on"]) == NEVER) & (wives < size)
    wedding = np.full(size, NEVER, np.int64)
    wedding[wives[lasts]] = np.asarray(table["registered_on"])[lasts]
    recent = youngest > block.tables.last_day - 8 * 365
    eligible = block.people.is_female & recent & (wedding != NEVER) & (youngest - wedding > 500)
    wife = field.pick("divorce_on_paper", eligible, "divorced, one address, a child after the divorce")
    field.planted[-1].other = spouse[wife]
    row = np.flatnonzero(np.isin(wives, wife) & lasts)
    start, latest = wedding[wives[row]], youngest[wives[row]] - 310
    ended = start + 60 + (field.dice.random(len(row)) * (latest - start - 60)).astype(np.int64)
    table["ended_on"] = _set(table["ended_on"], row, ended)
    reasons = table["end_reason"].to_numpy(zero_copy_only=False).copy()
    reasons[row] = "divorce"
    table["end_reason"] = pa.array(reasons, pa.string())


def sold_flat_still_counted(field: Field) -> None:
    """A home was sold, and the register of rights does not know."""
    block, table = field.block, field.tables["real_estate"]
    owner: Ints = np.asarray(table["person"])
    acquired: Ints = np.asarray(table["acquired_on"])
    is_sole = (np.asarray(table["ended_on"]) == NEVER) & (np.asarray(table["share_denominator"]) == 1)
    is_sole &= acquired < block.tables.last_day - 400
    is_sole &= np.asarray(pa.compute.is_in(table["kind"], value_set=pa.array(["flat", "house"])))
    right = np.full(len(block), NOBODY, np.int64)
    right[owner[is_sole]] = np.flatnonzero(is_sole)
    person = field.pick("sold_flat_still_counted", right >= 0, "sold, and still in the register of rights")
    row = right[person]
    sold = np.maximum(acquired[row] + 60, block.tables.last_day - field.dice.integers(200, 1500, len(row)))
    field.append(
        "property_transactions",
        {
            "object_id": table["object_id"].take(pa.array(row)),
            "seller": person,
            "buyer": np.full(len(row), NOBODY),
            "sold_on": sold,
            "registered_on": sold + 3,
        },
    )


def tiny_share_counted(field: Field) -> None:
    """A family without a home holds a sixth or a seventh of an inherited one."""
    block, table = field.block, field.tables["real_estate"]
    core = block.homes.core
    owns = np.bincount(core[np.asarray(table["person"])], minlength=len(block))[core] > 0
    eligible = ~owns & (block.people.age >= 30) & (block.people.age < 75)
    person = field.pick("tiny_share_counted", eligible, "only a small inherited share")
    count = len(person)
    acquired = np.maximum(birthday(block.people.born[person], 20), block.tables.last_day - 3000)
    field.append(
        "real_estate",
        {
            "person": person,
            "object_id": labelled(f"INH-{block.number:03d}", np.arange(count)),
            "kind": pa.array(["flat"] * count, pa.string()),
            "area_m2": np.full(count, 540),
            "share_numerator": np.ones(count, np.int64),
            "share_denominator": field.dice.integers(6, 8, count),
            "acquired_on": acquired,
            "ended_on": blank(count),
            "is_emergency": np.zeros(count, bool),
        },
    )


def agencies_disagree(field: Field) -> None:
    """The record of birth and the population register give two birth dates."""
    block, table = field.block, field.tables["births"]
    has_record = (block.persons.mother[: len(block)] >= 0) & (block.people.age >= 2) & (block.people.age < 18)
    person = field.pick("agencies_disagree", has_record, "another date of birth in the birth record")
    row = np.flatnonzero(np.isin(np.asarray(table["child"]), person))
    born = np.asarray(table["born_on"])[row] - field.dice.integers(15, 300, len(row))
    table["born_on"] = _set(table["born_on"], row, born)


def _register_death(field: Field, person: Ints, died: Ints) -> None:
    rows: Table = {"person": person, "died_on": died, "registered_on": died + 3}
    field.append("deaths", rows)


def _parents(block: Block) -> Ints:
    """Mother and father of each resident, where they are residents; else the resident."""
    size = len(block)
    both = np.stack([block.persons.mother[:size], block.persons.father[:size]])
    parents: Ints = np.where((both >= 0) & (both < size), both, np.arange(size))
    return parents


def _cares(block: Block) -> Bools:
    """Residents whom a record names as the parent or guardian of anybody."""
    named = np.r_[block.persons.mother, block.persons.father, block.care.carer]
    cares: Bools = np.bincount(named[named >= 0], minlength=len(block.persons))[: len(block)] > 0
    return cares


def _set(values: object, row: Ints, new: Ints) -> Ints:
    changed = np.array(values, dtype=np.int64)
    changed[row] = new
    return changed


FAULTS: tuple[Callable[[Field], None], ...] = (
    stale_record,
    dead_recipient,
    identifier_doubled,
    income_below_spending,
    tiny_share_counted,
    two_marriages_at_once,
    divorce_on_paper,
    child_older_than_parent,
    living_marked_dead,
    sold_flat_still_counted,
    agencies_disagree,
)
