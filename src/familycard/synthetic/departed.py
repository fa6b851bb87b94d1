"""The dead of the last ten years, as many a year as civil registration counted.

Spouses and parents who died are made with the families that they left (`kin`, `care`). All
others who died are added here, without ties to residents: widowed before, never married, or
with children who are not in the register. Ages and sexes follow the mortality of the pyramid.
"""

from __future__ import annotations

import numpy as np

from familycard.synthetic.kin import Kin
from familycard.synthetic.people import People, year_start
from familycard.synthetic.tables import NEVER, Days, Ints, Tables


def bury(kin: Kin, people: People, tables: Tables, dice: np.random.Generator) -> None:
    """Add those who died in each year until the year has its number of deaths."""
    died_before = np.concatenate(kin.others.died) if kin.others.died else np.empty(0, np.int64)
    missing = missing_by_year(died_before, tables.acts.years, tables.acts.deaths * len(people))
    year = np.repeat(tables.acts.years, missing)
    weights = np.r_[tables.men_deaths, tables.women_deaths]
    drawn = np.searchsorted(np.cumsum(weights) / weights.sum(), dice.random(len(year)), side="right")
    drawn = np.minimum(drawn, len(weights) - 1)
    age = tables.ages[drawn % len(tables.ages)]
    died, born = _days(year, age, dice)
    kin.others.add(drawn >= len(tables.ages), born, died, np.full(len(year), NEVER, np.int64))


def missing_by_year(days: Days, years: Ints, wanted: np.ndarray) -> Ints:
    """How many more events each year needs than `days` hold."""
    known = days[days != NEVER]
    year = known.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    made = np.bincount(np.clip(year - years[0] + 1, 0, len(years)), minlength=len(years) + 1)[1:]
    missing: Ints = np.maximum(np.round(wanted).astype(np.int64) - made, 0)
    return missing


def _days(year: Ints, age: Ints, dice: np.random.Generator) -> tuple[Days, Days]:
    """A day of death in each year, and a birth day so that the person died with that age."""
    start = year_start(year)
    died = start + (dice.random(len(year)) * (year_start(year + 1) - start)).astype(np.int64)
    lived = (365.2425 * (age + dice.random(len(year)))).astype(np.int64)
    return died, died - lived
