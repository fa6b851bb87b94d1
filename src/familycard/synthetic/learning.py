"""Registers of kindergartens, schools, colleges and universities."""

from __future__ import annotations

import numpy as np

from familycard.synthetic.block import Block
from familycard.synthetic.emit import Table, coded, labelled
from familycard.synthetic.people import year_start
from familycard.synthetic.tables import NEVER, Ints, by_age

_SEPTEMBER = 243
_SCHOOLS_A_DISTRICT = 12
_INSTITUTIONS_A_REGION = 8


def learning_tables(block: Block, dice: np.random.Generator) -> dict[str, Table]:
    """Kindergartens, pupils and students of a block."""
    rates, age = block.tables.life["education"], block.people.age
    chance = dice.random(len(block))
    in_college = (age >= 16) & (age < 18) & (chance < rates["college_after_ninth"])
    in_school = (age > rates["pupil_from_age"]) & (age < 18) & ~in_college
    in_school |= (age == rates["pupil_from_age"]) & (chance < rates["in_first_grade_at_six"])
    return {
        "kindergartens": _kindergartens(block, in_school, dice),
        "pupils": _pupils(block, in_school, dice),
        "students": _students(block, in_college, dice),
    }


def _kindergartens(block: Block, in_school: np.ndarray, dice: np.random.Generator) -> Table:
    rates, age = block.tables.life["education"], block.people.age
    attends = (dice.random(len(block)) < by_age(rates["kindergarten"], age)) | ((age == 6) & ~in_school)
    attends &= (age <= 6) & ~in_school
    waits = ~attends & (age < 6) & (dice.random(len(block)) < by_age(rates["kindergarten_queue"], age))
    child = np.flatnonzero(attends | waits)
    span = block.tables.last_day - block.people.born[child] - 30
    since = block.people.born[child] + 30 + (dice.random(len(child)) * np.maximum(span, 0)).astype(np.int64)
    since = np.minimum(since, block.tables.last_day)
    return {
        "person": child,
        "status": coded(waits[child].astype(np.int64), ("attends", "queue")),
        "since": since,
    }


def _septembers(block: Block, years_ago: Ints) -> Ints:
    return year_start(block.tables.life["as_of_year"] - years_ago) + _SEPTEMBER


def _pupils(block: Block, in_school: np.ndarray, dice: np.random.Generator) -> Table:
    rates = block.tables.life["education"]
    child = np.flatnonzero(in_school)
    disabled, chance = block.health.is_disabled[child], dice.random(len(child))
    form = np.where(disabled & (chance < rates["home_schooled_if_disabled"]), 1, 0)
    form = np.where((form == 0) & (chance > 1 - rates["boarding"]), 2, form)
    needs = dice.random(len(child)) < np.where(
        disabled, rates["special_needs_if_disabled"], rates["special_needs"]
    )
    grade = np.clip(block.people.age[child] - 6, 1, 11)
    district = block.places.district[block.homes.home[child]]
    school = labelled(
        "SCH", district * _SCHOOLS_A_DISTRICT + dice.integers(0, _SCHOOLS_A_DISTRICT, len(child)), 5
    )
    return {
        "person": child,
        "school": school,
        "grade": grade,
        "study_form": coded(form, ("ordinary", "home", "boarding")),
        "has_special_needs": needs,
        "started_on": _septembers(block, grade - 1),
        "ended_on": np.full(len(child), NEVER, np.int64),
    }


def _students(block: Block, in_college: np.ndarray, dice: np.random.Generator) -> Table:
    """Full-time, part-time, and some who finished this summer."""
    people, homes = block.people, block.homes
    share = by_age(block.tables.life["education"]["part_time"], np.maximum(people.age, 18))
    part = (people.age >= 18) & ~homes.is_student & (dice.random(len(block)) < share)
    done = (
        (people.age >= 22) & (people.age < 25) & ~homes.is_student & ~part & (dice.random(len(block)) < 0.25)
    )
    person = np.flatnonzero(homes.is_student | in_college | part | done)
    years = np.minimum(people.age[person] - np.where(in_college[person], 15, 17), 4)
    years = np.where(done[person], 4, (dice.random(len(person)) * years).astype(np.int64))
    level = np.where(people.age[person] < 18, 0, np.where(people.age[person] < 23, 1, 2))
    level = np.where((people.age[person] < 20) & (dice.random(len(person)) < 0.35), 0, level)
    region = block.places.region[homes.home[person]]
    number = region * _INSTITUTIONS_A_REGION + dice.integers(0, _INSTITUTIONS_A_REGION, len(person))
    june = np.full(len(person), int(year_start(np.array(block.tables.life["as_of_year"]))) + 180)
    return {
        "person": person,
        "institution": labelled("EDU", number, 4),
        "form": coded(part[person].astype(np.int64), ("full_time", "part_time")),
        "level": coded(level, ("college", "bachelor", "master")),
        "started_on": _septembers(block, years),
        "ended_on": np.where(done[person], june, NEVER),
        "in_dormitory": homes.in_dormitory[person],
    }
