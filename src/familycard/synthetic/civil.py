"""Registers of persons and civil acts: population, births, marriages, deaths, care and status."""

from __future__ import annotations

import numpy as np

from familycard.synthetic.block import Block
from familycard.synthetic.care import TERMINATED
from familycard.synthetic.emit import Table, coded
from familycard.synthetic.places import dwelling_codes
from familycard.synthetic.tables import NEVER, NOBODY

_SEXES = ("M", "F")
_REASONS = ("divorce", "death")
_STATUSES = ("conscript", "prison", "compulsory_treatment")


def civil_tables(block: Block, dice: np.random.Generator) -> dict[str, Table]:
    """All civil registers of a block."""
    return {
        "population": _population(block, dice),
        "births": _births(block, dice),
        "marriages": _marriages(block),
        "deaths": _deaths(block, dice),
        "guardianships": _guardianships(block, dice),
        "parental_rights": _parental_rights(block, dice),
        "addresses_of_care": _addresses_of_care(block),
        "special_status": _special_status(block, dice),
    }


def _population(block: Block, dice: np.random.Generator) -> Table:
    persons, last = block.persons, block.tables.last_day
    has_home = persons.home >= 0
    district = block.places.district[np.maximum(persons.home, 0)]
    since = np.maximum(persons.born, last - dice.integers(30, 20 * 365, len(persons)))
    return {
        "person": np.arange(len(persons)),
        "surname": persons.names.surname,
        "given_name": persons.names.given_name,
        "patronymic": persons.names.patronymic,
        "birth_date": persons.born,
        "sex": coded(persons.is_female.astype(np.int64), _SEXES),
        "citizenship": persons.citizenship,
        "address": dwelling_codes(persons.home, block.places, block.tables.regions.districts, block.number),
        "area": coded(np.where(has_home, district, NOBODY), block.tables.regions.districts),
        "registered_on": np.where(has_home, since, NEVER),
        "died_on": persons.died,
        "left_on": persons.left,
    }


def _births(block: Block, dice: np.random.Generator) -> Table:
    persons = block.persons
    child = np.flatnonzero((persons.mother >= 0) | (persons.father >= 0))
    registered = np.minimum(persons.born[child] + dice.integers(2, 40, len(child)), block.tables.last_day)
    return {
        "child": child,
        "mother": persons.mother[child],
        "father": persons.father[child],
        "born_on": persons.born[child],
        "registered_on": registered,
        "birth_order": block.birth_order[child],
    }


def _marriages(block: Block) -> Table:
    rows = block.kin.marriages
    return {
        "spouse_1": np.concatenate([part.wife for part in rows]),
        "spouse_2": np.concatenate([part.husband for part in rows]),
        "registered_on": np.concatenate([part.registered for part in rows]),
        "ended_on": np.concatenate([part.ended for part in rows]),
        "end_reason": coded(np.concatenate([part.reason for part in rows]) - 1, _REASONS),
    }


def _deaths(block: Block, dice: np.random.Generator) -> Table:
    person = np.flatnonzero(block.persons.died != NEVER)
    died = block.persons.died[person]
    registered = np.minimum(died + dice.integers(1, 10, len(person)), block.tables.last_day)
    return {"person": person, "died_on": died, "registered_on": registered}


def _guardianships(block: Block, dice: np.random.Generator) -> Table:
    """An adopter's husband has a row of his own."""
    care = block.care
    row = np.flatnonzero(care.carer >= 0)
    husband = block.kin.spouse[care.carer[row]]
    second = row[care.is_adopted[row] & (husband >= 0)]
    kind = np.where(care.is_adopted, 2, (dice.random(len(care.child)) < 0.3).astype(np.int64))
    rows = np.r_[row, second]
    return {
        "ward": care.child[rows],
        "guardian": np.r_[care.carer[row], block.kin.spouse[care.carer[second]]],
        "kind": coded(kind[rows], ("guardianship", "foster", "adoption")),
        "started_on": care.started[rows],
        "ended_on": np.full(len(rows), NEVER, np.int64),
    }


def _parental_rights(block: Block, dice: np.random.Generator) -> Table:
    """Terminated rights of parents whose children are in care; restricted rights of some absent fathers."""
    care, persons, size = block.care, block.persons, len(block)
    row = np.flatnonzero(care.way == TERMINATED)
    father = persons.father[:size]
    absent = (
        (block.people.age >= 2)
        & (block.people.age < 18)
        & (father >= 0)
        & (father < size)
        & (block.raiser >= 0)
    )
    absent &= block.homes.core != block.homes.core[np.maximum(father, 0) % size]
    child = np.flatnonzero(absent & (block.raiser == persons.mother[:size]))
    child = child[dice.random(len(child)) < 0.02]
    decided = np.r_[care.started[row] - 20, persons.born[child] + 400]
    return {
        "parent": np.r_[persons.mother[care.child[row]], father[child]],
        "child": np.r_[care.child[row], child],
        "status": coded(
            np.r_[np.ones(len(row), np.int64), np.zeros(len(child), np.int64)], ("restricted", "terminated")
        ),
        "decided_on": decided,
        "ended_on": np.full(len(decided), NEVER, np.int64),
    }


def _addresses_of_care(block: Block) -> Table:
    row = np.flatnonzero(block.care.carer == NOBODY)
    return {
        "person": block.care.child[row],
        "started_on": block.care.started[row],
        "ended_on": np.full(len(row), NEVER, np.int64),
    }


def _special_status(block: Block, dice: np.random.Generator) -> Table:
    """Present ones; and some former conscripts, whose service has ended."""
    last, people, status = block.tables.last_day, block.people, block.work.status
    now = np.flatnonzero(status > 0)
    young = (status == 0) & ~people.is_female & (people.age >= 21) & (people.age < 27)
    former = np.flatnonzero(young & (dice.random(len(block)) < 0.05))
    ended = last - dice.integers(100, 400, len(former))
    return {
        "person": np.r_[now, former],
        "status": coded(np.r_[status[now], np.ones(len(former), np.int64)] - 1, _STATUSES),
        "started_on": np.r_[last - dice.integers(30, 350, len(now)), ended - 365],
        "ended_on": np.r_[np.full(len(now), NEVER, np.int64), ended],
    }
