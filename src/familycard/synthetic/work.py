"""Studies, work, wages and income of a block, month by month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from familycard.synthetic.homes import Homes
from familycard.synthetic.months import MONTHS, between, month_index
from familycard.synthetic.people import People
from familycard.synthetic.persons import Persons
from familycard.synthetic.places import Places
from familycard.synthetic.tables import NEVER, Bools, Days, Ints, Tables, by_age

_CARE_MONTHS = 18
_BEFORE_BIRTH = 2
_ABSENT = 10_000


@dataclass
class Work:
    """By resident."""

    is_pensioner: Bools
    is_formal: Bools
    """Has a job with contributions (on child-care leave too)."""
    on_leave: Bools
    """Residents × months: mothers of children under a year and a half, who are not paid wages."""
    wage: Ints
    """Residents × months, KZT; 0 without."""
    usual_wage: Ints
    self_employed_quarter: Ints
    """KZT a quarter; 0 without."""
    unemployed_since: Days
    status: Ints
    """0 none, 1 conscript, 2 prison, 3 compulsory treatment."""
    newborn_month: Ints
    """Month in which the youngest child was born; 10,000 without."""


def make_work(
    people: People,
    persons: Persons,
    homes: Homes,
    places: Places,
    is_disabled: Bools,
    tables: Tables,
    dice: np.random.Generator,
) -> Work:
    """Who works, who gets how much in which month."""
    rates, size = tables.life["work"], len(people)
    retirement = np.where(people.is_female, rates["retirement_age"]["F"], rates["retirement_age"]["M"])
    children = _minors_of(persons, people)
    is_mother_of_five = people.is_female & (people.age >= 53) & (_grown_to_eight(persons, people) >= 5)
    is_pensioner = (people.age >= retirement) | is_mother_of_five
    status = _special_status(people, homes, rates, dice)
    can_work = (people.age >= 18) & ~homes.is_student & (status == 0)
    luck = dice.normal(size=size)[homes.core]
    less = np.where(
        people.is_female, rates["formal_less_per_child"]["F"], rates["formal_less_per_child"]["M"]
    )
    chance = by_age(rates["formal"], np.maximum(people.age, 18)) - less * children + 0.08 * luck
    newborn = _newborn_month(persons, people, tables)
    leave = between(newborn - _BEFORE_BIRTH, newborn + _CARE_MONTHS) & people.is_female[:, None]
    chance = np.where(leave.any(axis=1), rates["formal_if_newborn"], chance)
    chance = np.where(is_pensioner, rates["working_pensioners"], chance) * np.where(is_disabled, 0.4, 1.0)
    is_formal = can_work & (people.age < 75) & (dice.random(size) < chance)
    usual = _usual_wage(people, homes, places, children, luck, tables, dice)
    wage = _wages(usual, is_formal, leave, rates, dice)
    income = _self_employed(is_formal, is_pensioner, can_work, leave, rates, dice)
    idle = can_work & ~is_pensioner & ~is_formal & (income == 0) & ~leave[:, -1] & (people.age < 61)
    registered = idle & (dice.random(size) < rates["registered_unemployed"]) & ~is_disabled
    since = tables.last_day - dice.integers(20, 300, size)
    return Work(
        is_pensioner=is_pensioner,
        is_formal=is_formal,
        on_leave=leave,
        wage=wage,
        usual_wage=usual,
        self_employed_quarter=income,
        unemployed_since=np.where(registered, since, NEVER),
        status=status,
        newborn_month=newborn,
    )


def _minors_of(persons: Persons, people: People) -> Ints:
    """Minor children by parent."""
    minor = np.flatnonzero(people.age < 18)
    parents = np.r_[persons.mother[minor], persons.father[minor]]
    return np.bincount(parents[parents >= 0], minlength=len(persons))[: len(people)]


def _grown_to_eight(persons: Persons, people: People) -> Ints:
    grown = np.flatnonzero((people.age >= 8) & (persons.mother[: len(people)] >= 0))
    return np.bincount(persons.mother[grown], minlength=len(persons))[: len(people)]


def _newborn_month(persons: Persons, people: People, tables: Tables) -> Ints:
    """Month (from January of the year) in which a resident's youngest child was born; absent without."""
    latest = np.full(len(persons), -_ABSENT, np.int64)
    child = np.flatnonzero(persons.mother[: len(people)] >= 0)
    born = month_index(people.born[child], tables.life["as_of_year"])
    np.maximum.at(latest, persons.mother[child], born)
    latest = latest[: len(people)]
    return np.where(latest < -_CARE_MONTHS, _ABSENT, latest)


def _special_status(people: People, homes: Homes, rates: dict[str, float], dice: np.random.Generator) -> Ints:
    """Conscripts, prisoners and persons under compulsory treatment keep their registered address."""
    chance = dice.random(len(people))
    is_man = ~people.is_female
    conscript = is_man & (people.age >= 18) & (people.age < 27) & ~homes.is_student
    prison = (people.age >= 19) & (people.age < 60) & ~homes.is_student
    share = np.where(is_man, rates["prison"], rates["prison_women"])
    status = np.where(prison & (chance < share), 2, 0)
    status = np.where((status == 0) & conscript & (chance > 1 - rates["conscript"]), 1, status)
    treated = (people.age >= 25) & (people.age < 60) & (status == 0) & ~homes.is_student
    return np.where(treated & (np.abs(chance - 0.5) < rates["compulsory_treatment"] / 2), 3, status)


def _usual_wage(
    people: People,
    homes: Homes,
    places: Places,
    children: Ints,
    luck: np.ndarray,
    tables: Tables,
    dice: np.random.Generator,
) -> Ints:
    """A lognormal wage around the region's median; families share some of their luck."""
    rates = tables.life["work"]
    median = tables.regions.wage_mean[places.region[homes.home]] * rates["median_to_mean"]
    own = 0.85 * dice.normal(size=len(people)) + np.sqrt(1 - 0.85**2) * luck
    wage = median * np.exp(rates["wage_deviation"] * own) * (1 - rates["wage_less_per_child"]) ** children
    usual: Ints = np.maximum(wage, rates["minimum_wage"]).astype(np.int64)
    return usual


def _wages(
    usual: Ints, is_formal: Bools, leave: Bools, rates: dict[str, float], dice: np.random.Generator
) -> Ints:
    count = len(usual)
    chance, month = dice.random(count), dice.integers(1, MONTHS, count)
    starts = np.where(chance < rates["started_this_year"], month, 0)
    stops = np.where(chance > 1 - rates["stopped_this_year"], month, MONTHS)
    works = between(starts, stops) & is_formal[:, None] & ~leave
    month_factor = 1 + rates["month_deviation"] * dice.normal(size=(count, MONTHS))
    wage = np.maximum(usual[:, None] * month_factor, rates["minimum_wage"]).astype(np.int64)
    return np.where(works, wage, 0)


def _self_employed(
    is_formal: Bools,
    is_pensioner: Bools,
    can_work: Bools,
    leave: Bools,
    rates: dict[str, object],
    dice: np.random.Generator,
) -> Ints:
    shape = rates["self_employed_quarter"]
    assert isinstance(shape, dict)
    chance, size = dice.random(len(is_formal)), dice.normal(size=len(is_formal))
    is_one = (
        can_work
        & ~is_formal
        & ~is_pensioner
        & ~leave.any(axis=1)
        & (chance < float(str(rates["self_employed"])))
    )
    income = (shape["median"] * np.exp(shape["deviation"] * size)).astype(np.int64)
    return np.where(is_one, income, 0)
