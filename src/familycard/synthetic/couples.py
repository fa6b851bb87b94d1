"""Marital status, spouses and fathers.

Shares of marital status come from the census tables of the pack; couples are joined in the
order of their ages with some noise, which gives plausible age gaps without a loop. Spouses
who have died or left the country are persons too (*others*, numbered after the residents):
the register keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from familycard.synthetic.people import People, birth_days, birthday
from familycard.synthetic.tables import NEVER, Bools, Days, Ints, by_age

NEVER_MARRIED, MARRIED, DIVORCED, WIDOWED = range(4)
BY_DIVORCE, BY_DEATH = 1, 2


@dataclass
class Others:
    """Persons of the register who do not live in the country (any more)."""

    first: int
    """Number of the first one."""
    is_female: list[Bools] = field(default_factory=list)
    born: list[Days] = field(default_factory=list)
    died: list[Days] = field(default_factory=list)
    left: list[Days] = field(default_factory=list)
    count: int = 0

    def add(self, is_female: Bools, born: Days, died: Days, left: Days) -> Ints:
        """Add persons; gives their numbers."""
        start = self.first + self.count
        self.count += len(born)
        self.is_female.append(is_female)
        self.born.append(born)
        self.died.append(died)
        self.left.append(left)
        return np.arange(start, self.first + self.count)


@dataclass(frozen=True)
class Marriages:
    """One row a marriage; `ended` NEVER while it lasts."""

    wife: Ints
    husband: Ints
    registered: Days
    ended: Days
    reason: Ints


def women_status(
    people: People, children: Ints, youngest: Ints, marital: Mapping[str, Any], dice: np.random.Generator
) -> Ints:
    """Marital status of women of 18 and over (others 0); no mother of a child under two, and nobody below 21, is divorced or widowed."""
    with_children = by_age(marital["women_with_children"], people.age)
    without = by_age(marital["women_without_children"], people.age)
    shares = np.cumsum(np.where((children > 0)[:, None], with_children, without), axis=1)
    chance = dice.random(len(people))[:, None]
    drawn = (chance >= shares).sum(axis=1)
    status = np.array([NEVER_MARRIED, DIVORCED, WIDOWED, MARRIED])[drawn]
    is_early = ((youngest >= 0) & (youngest < 2)) | (people.age < 21)
    status = np.where((status >= DIVORCED) & is_early, MARRIED, status)
    return np.where(people.is_female & (people.age >= 18), status, NEVER_MARRIED)


def men_status(people: People, wives: int, marital: Mapping[str, Any], dice: np.random.Generator) -> Ints:
    """Marital status of men: as many husbands as there are wives, drawn by weight of age."""
    weight = by_age(marital["men_married_weight"], people.age) * ~people.is_female
    with np.errstate(divide="ignore"):
        turn = np.where(weight > 0, dice.exponential(1.0, len(people)) / weight, np.inf)
    status = np.zeros(len(people), np.int64)
    status[np.argpartition(turn, wives)[:wives]] = MARRIED
    chance = dice.random(len(people))
    free = ~people.is_female & (status != MARRIED)
    widowed = by_age(marital["men_widowed"], people.age)
    divorced = by_age(marital["men_divorced"], people.age)
    status = np.where(free & (chance < widowed), WIDOWED, status)
    return np.where(free & (chance >= widowed) & (chance < widowed + divorced), DIVORCED, status)


def pair_by_age(
    women: Ints, men: Ints, age: Ints, noise_years: float, dice: np.random.Generator
) -> tuple[Ints, Ints]:
    """Women and men joined in the order of age plus noise; the surplus of the longer side is left out at random."""
    count = min(len(women), len(men))
    women = np.sort(dice.permutation(women)[:count])
    men = np.sort(dice.permutation(men)[:count])
    older = age[women] + dice.normal(0, noise_years, count)
    elder = age[men] + dice.normal(0, noise_years, count)
    return women[np.argsort(older, kind="stable")], men[np.argsort(elder, kind="stable")]


def wedding_days(
    wife_born: Days, husband_born: Days, first_child: Days, latest: int, dice: np.random.Generator
) -> Days:
    """When a couple married: a while before the first common child, never before both are 18.

    Couples without a child married at some time since the wife was 20, at most twelve years later.
    """
    count = len(wife_born)
    legal = np.maximum(birthday(wife_born, 18), birthday(husband_born, 18))
    earliest = legal + dice.integers(1, 250, count)
    twenty = birthday(wife_born, 20)
    without = twenty + (dice.random(count) * np.clip(latest - twenty, 1, 12 * 365)).astype(np.int64)
    before = first_child - dice.integers(250, 1000, count)
    wish = np.maximum(np.where(first_child == NEVER, without, before), earliest)
    registered: Days = np.maximum(np.minimum(wish, latest), legal)
    return registered


def end_days(
    registered: Days, youngest_child: Days, last_day: int, longest: int, dice: np.random.Generator
) -> Days:
    """When a marriage ended: after the youngest common child was born, at most `longest` days ago."""
    earliest = np.maximum(registered + 60, np.where(youngest_child == NEVER, registered, youngest_child + 20))
    earliest = np.maximum(earliest, last_day - longest)
    span = np.maximum(last_day - 10 - earliest, 1)
    result: Days = np.minimum(earliest + (dice.random(len(registered)) * span).astype(np.int64), last_day)
    return result


def other_spouses(age: Ints, of_women: bool, last_year: int, dice: np.random.Generator) -> tuple[Ints, Days]:
    """Ages (as if living) and birth days of spouses who are not residents; never below 20."""
    gap = np.round(dice.normal(2.5, 2.5, len(age))).astype(np.int64)
    spouse_age = np.maximum(np.where(of_women, age + np.maximum(gap, -2), age - np.clip(gap, 0, 6)), 20)
    return spouse_age, birth_days(spouse_age, last_year, dice)


def extreme_by(group: Ints, value: Days, size: int, largest: bool) -> Days:
    """The least or largest value of each group 0 … size − 1; NEVER where a group has none."""
    result = np.full(size, NEVER, np.int64)
    kept = group >= 0
    if largest:
        np.maximum.at(result, group[kept], value[kept])
        return result
    least = np.full(size, np.iinfo(np.int64).max, np.int64)
    np.minimum.at(least, group[kept], value[kept])
    return np.where(least == np.iinfo(np.int64).max, NEVER, least)
