"""Disability, by age; the group is a number 1 to 3, children have none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from familycard.synthetic.people import People
from familycard.synthetic.tables import NEVER, Bools, Days, Ints, Tables, by_age


@dataclass
class Health:
    """By resident; `group` 0 without disability, `ended` in the past where a term is over."""

    is_disabled: Bools
    """Now."""
    has_record: Bools
    group: Ints
    since_childhood: Bools
    cause: Ints
    started: Days
    ended: Days


def make_health(people: People, tables: Tables, dice: np.random.Generator) -> Health:
    """Disability with its term: for children until 18, for others some years more or without end."""
    rates, size, last = tables.life["health"], len(people), tables.last_day
    is_disabled = dice.random(size) < np.where(
        people.age >= 1, by_age(rates["disability"], np.maximum(people.age, 1)), 0
    )
    was = ~is_disabled & (people.age >= 30) & (people.age < 60) & (dice.random(size) < rates["term_ended"])
    group = np.searchsorted(np.cumsum(rates["group_shares"]), dice.random(size), side="right").clip(0, 2) + 1
    cause = np.searchsorted(np.cumsum(list(rates["cause"].values())), dice.random(size), side="right").clip(
        0, 2
    )
    is_young = (people.age >= 18) & (people.age < 40)
    childhood = (people.age < 18) | (is_young & (dice.random(size) < rates["since_childhood_if_young"]))
    earliest = np.where(childhood, people.born + 60, people.born + 18 * 366)
    latest = np.where(people.age < 18, last - 200, np.where(childhood, people.born + 17 * 365, last - 400))
    started = earliest + (dice.random(size) * np.maximum(latest - earliest, 1)).astype(np.int64)
    started = np.where(
        (people.age >= 18) & ~childhood, np.maximum(started, last - dice.integers(400, 7000, size)), started
    )
    started = np.minimum(started, last - 30)
    ahead = last + dice.integers(120, 1500, size)
    ended = np.where(dice.random(size) < 0.5, NEVER, ahead)
    ended = np.where(people.age < 18, people.born + 18 * 366, ended)
    over = np.maximum(started + 400, last - dice.integers(900, 2500, size))
    return Health(
        is_disabled=is_disabled,
        has_record=is_disabled | was,
        group=np.where(people.age < 18, 0, group),
        since_childhood=childhood,
        cause=np.where(people.age < 18, 0, np.where(people.is_female & (cause == 1), 0, cause)),
        started=np.where(was, np.minimum(started, last - 3000), started),
        ended=np.where(was, np.minimum(over, last - 800), ended),
    )
