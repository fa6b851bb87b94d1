"""Registers of health and of what makes people reachable: disability, insurance, phones, consents."""

from __future__ import annotations

import numpy as np

from familycard.synthetic.block import Block
from familycard.synthetic.emit import Table, coded
from familycard.synthetic.tables import NEVER, Bools, by_age

_PURPOSES = ("data_processing", "proactive_services", "housing_queue")


def wellbeing_tables(block: Block, dice: np.random.Generator) -> dict[str, Table]:
    """Disability, insurance, dispensary, phones and consents of a block."""
    return {
        "disability": _disability(block),
        "health_insurance": _insurance(block, dice),
        "dispensary": _dispensary(block, dice),
        "mobile_base": _phones(block, dice),
        "consents": _consents(block, dice),
    }


def _disability(block: Block) -> Table:
    health = block.health
    person = np.flatnonzero(health.has_record)
    return {
        "person": person,
        "group": coded(health.group[person], ("child", "1", "2", "3")),
        "since_childhood": health.since_childhood[person],
        "cause": coded(health.cause[person], ("general", "military", "other")),
        "started_on": health.started[person],
        "ended_on": health.ended[person],
    }


def _insurance(block: Block, dice: np.random.Generator) -> Table:
    """Workers pay, the state pays for those whom the law names; few of the self-employed pay."""
    work, people = block.work, block.people
    pays = (work.wage[:, -1] > 0) | (
        (work.self_employed_quarter > 0)
        & (dice.random(len(block)) < block.tables.life["work"]["self_employed_insured"])
    )
    state_pays = (people.age < 18) | work.is_pensioner | block.health.is_disabled | block.homes.is_student
    state_pays |= work.on_leave[:, -1] | (work.unemployed_since != NEVER) | (work.status > 0)
    return {
        "person": np.arange(len(block)),
        "is_insured": pays | state_pays | _raises_small_child(block),
        "reported_on": np.full(len(block), block.tables.last_day),
    }


def _raises_small_child(block: Block) -> Bools:
    """Mothers and guardians of a child under three."""
    child = np.flatnonzero((block.people.age < 3) & (block.raiser >= 0))
    raises = np.zeros(len(block), bool)
    raises[block.raiser[child]] = True
    return raises


def _dispensary(block: Block, dice: np.random.Generator) -> Table:
    share = by_age(block.tables.life["health"]["dispensary"], block.people.age)
    return {
        "person": np.arange(len(block)),
        "is_registered": dice.random(len(block)) < share,
        "reported_on": np.full(len(block), block.tables.last_day),
    }


def _phones(block: Block, dice: np.random.Generator) -> Table:
    person = np.flatnonzero(block.people.age >= 14)
    share = by_age(block.tables.life["health"]["has_phone"], block.people.age[person])
    return {"person": person, "has_phone": dice.random(len(person)) < share}


def _consents(block: Block, dice: np.random.Generator) -> Table:
    rates, last = block.tables.life["consents"], block.tables.last_day
    adults = np.flatnonzero(block.people.age >= 18)
    given = [adults[dice.random(len(adults)) < rates[purpose]] for purpose in _PURPOSES]
    person = np.concatenate(given)
    purpose = np.repeat(np.arange(len(_PURPOSES)), [len(part) for part in given])
    day = last - dice.integers(60, 900, len(person))
    day = np.maximum(day, block.people.born[person] + 18 * 366)
    day = np.minimum(day, last)
    withdrawn = np.where(dice.random(len(person)) < rates["withdrawn"], np.minimum(day + 30, last), NEVER)
    return {
        "person": person,
        "purpose": coded(purpose, _PURPOSES),
        "given_on": day,
        "withdrawn_on": withdrawn,
    }
