"""Who lives in a block of the made-up country: ages and sexes of the pyramid, with birth dates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from familycard.synthetic.tables import Bools, Days, Ints, Tables


@dataclass(frozen=True)
class People:
    """The residents of a block; index = place in every array of the block."""

    age: Ints
    """Completed years on the world's last day."""
    is_female: Bools
    born: Days

    def __len__(self) -> int:
        return len(self.age)


def make_people(count: int, tables: Tables, dice: np.random.Generator) -> People:
    """`count` residents: ages by largest remainder, so that every block has the nation's pyramid."""
    weights = np.r_[tables.men, tables.women]
    exact = weights / weights.sum() * count
    sizes = np.floor(exact).astype(np.int64)
    sizes[np.argsort(-(exact - sizes), kind="stable")[: count - sizes.sum()]] += 1
    groups = len(tables.ages)
    group = np.repeat(np.arange(2 * groups), sizes)
    dice.shuffle(group)
    age = tables.ages[group % groups]
    return People(age, group >= groups, birth_days(age, tables.life["as_of_year"], dice))


def birth_days(age: Ints, last_year: int, dice: np.random.Generator) -> Days:
    """A day of the year `last_year` − age: on 31 December everybody has had the year's birthday."""
    first = year_start(last_year - age)
    length = year_start(last_year - age + 1) - first
    return first + (dice.random(len(age)) * length).astype(np.int64)


def year_start(year: Ints) -> Days:
    """1 January of each year, in days since 1970."""
    days: Days = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    return days


def birthday(born: Days, years: int | Ints) -> Days:
    """The day of the `years`-th birthday, never before the law's day (29 February counts as 1 March)."""
    dates = born.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    day_of_month = (dates - months.astype("datetime64[D]")).astype(np.int64)
    shifted = months.astype(np.int64) + 12 * np.asarray(years, dtype=np.int64)
    start = shifted.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    day: Days = start + day_of_month
    return day
