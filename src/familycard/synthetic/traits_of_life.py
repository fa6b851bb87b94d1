"""Traits of what a resident does, has and gets: health, studies, work, income, property."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pyarrow.compute as pc

from familycard.synthetic.made import Made
from familycard.synthetic.months import MONTHS
from familycard.synthetic.payments import BENEFITS
from familycard.synthetic.property import COMMERCIAL
from familycard.synthetic.tables import NEVER, Bools, Ints

_MINOR = 100
_ASSISTANCE = ("asp", "asp_child", "housing_assistance")
_QUARTER = slice(6, 9)


def is_disabled(made: Made) -> Bools:
    """Has a disability now."""
    return made.block.health.is_disabled


def disability_group(made: Made) -> Ints:
    """1 to 3 of an adult with a disability, else 0."""
    block = made.block
    return np.where(block.health.is_disabled & (block.people.age >= 18), block.health.group, 0)


def is_disabled_child(made: Made) -> Bools:
    """A minor with a disability."""
    return made.block.health.is_disabled & (made.block.people.age < 18)


def family_has_disabled_child(made: Made) -> Bools:
    """Somebody in the card family is a minor with a disability."""
    return _of_family(made, np.flatnonzero(is_disabled_child(made)))


def is_under_observation(made: Made) -> Bools:
    """Registered with a dispensary."""
    return np.asarray(made.tables["dispensary"]["is_registered"])


def is_pensioner(made: Made) -> Bools:
    """Of pension age, or with the pension of a mother of five."""
    return made.block.work.is_pensioner


def is_working(made: Made) -> Bools:
    """Has a wage in the last month."""
    return wage(made) > 0


def wage(made: Made) -> Ints:
    """Wage of the last month, 0 without."""
    last: Ints = made.block.work.wage[:, -1] * _MINOR
    return last


def is_self_employed(made: Made) -> Bools:
    """Has income of one's own work."""
    return np.asarray(made.block.work.self_employed_quarter > 0)


def is_unemployed(made: Made) -> Bools:
    """Registered with the employment service."""
    return np.asarray(made.block.work.unemployed_since != NEVER)


def is_without_work(made: Made) -> Bools:
    """Of working age and neither at work, nor studying, nor on child-care leave, nor serving or held."""
    block, work = made.block, made.block.work
    idle = (block.people.age >= 18) & ~work.is_pensioner & ~work.is_formal & (work.self_employed_quarter == 0)
    return np.asarray(idle & ~block.homes.is_student & ~work.on_leave[:, -1] & (work.status == 0))


def is_pupil(made: Made) -> Bools:
    """Goes to school."""
    return grade(made) > 0


def grade(made: Made) -> Ints:
    """Grade at school, 0 without."""
    pupils = made.tables["pupils"]
    grades = np.zeros(len(made.block), np.int64)
    grades[pupils["person"]] = pupils["grade"]
    return grades


def is_student(made: Made) -> Bools:
    """Studies full time at a college or university."""
    students = made.tables["students"]
    full = np.asarray(pc.equal(students["form"], "full_time")) & (students["ended_on"] == NEVER)
    return _marked(made, students["person"][full])


def is_in_kindergarten(made: Made) -> Bools:
    """Attends a kindergarten; those in the queue do not."""
    places = made.tables["kindergartens"]
    return _marked(made, places["person"][np.asarray(pc.equal(places["status"], "attends"))])


def lives_in_dormitory(made: Made) -> Bools:
    """A student with a place in a dormitory."""
    return made.block.homes.in_dormitory


def is_conscript(made: Made) -> Bools:
    """Serves in the army for a term."""
    return np.asarray(made.block.work.status == 1)


def is_in_prison(made: Made) -> Bools:
    """Serves a sentence or is held."""
    return np.asarray(made.block.work.status == 2)


def family_income_member(made: Made) -> Ints:
    """Registered income of the family a month and member in the third quarter, without assistance for the poor."""
    block, core = made.block, made.block.homes.core
    own = block.work.wage[:, _QUARTER].sum(axis=1) + block.work.self_employed_quarter
    person, kind, month, amount = made.held.rights.payments.summed()
    counts = (month >= _QUARTER.start) & (month < _QUARTER.stop) & ~_is_any(kind, _ASSISTANCE)
    own = own + np.bincount(person[counts], amount[counts], len(block)).astype(np.int64)
    total = np.bincount(core, own, len(block)).astype(np.int64)
    income: Ints = (total * _MINOR // (3 * np.maximum(np.bincount(core, minlength=len(block)), 1)))[core]
    return income


def is_poor(made: Made) -> Bools:
    """The family's registered income is below the line of targeted assistance (ASP)."""
    return np.asarray(family_income_member(made) < made.block.tables.benefits["asp_line"] * _MINOR)


def receives_asp(made: Made) -> Bools:
    """The family was paid targeted assistance in the last month."""
    person, kind, month, _ = made.held.rights.payments.summed()
    return _of_family(made, person[_is_any(kind, ("asp",)) & (month == MONTHS - 1)])


def _is_any(kind: Ints, benefits: Collection[str]) -> Bools:
    return np.isin(kind, [BENEFITS.index(benefit) for benefit in benefits])


def owns_dwelling(made: Made) -> Bools:
    """Somebody in the family owns a dwelling or a share of one."""
    estate = made.held.estate
    return _of_family(made, estate.person[(estate.ended == NEVER) & (estate.kind < COMMERCIAL)])


def has_car(made: Made) -> Bools:
    """Owns a car."""
    vehicles = made.held.vehicles
    return _marked(made, vehicles["person"][vehicles["kind"] == 0])


def has_land(made: Made) -> Bools:
    """Owns a plot of land."""
    return _marked(made, made.held.plots["person"])


def has_livestock(made: Made) -> Bools:
    """Keeps animals."""
    return _marked(made, made.tables["livestock"]["person"])


def is_awarded_mother(made: Made) -> Bools:
    """Has the award of a mother of many children."""
    return _marked(made, made.held.rights.awarded)


def _marked(made: Made, person: Ints) -> Bools:
    mark = np.zeros(len(made.block), bool)
    mark[person] = True
    return mark


def _of_family(made: Made, person: Ints) -> Bools:
    """Everybody in the families of these persons."""
    core = made.block.homes.core
    return _marked(made, core[person])[core]
