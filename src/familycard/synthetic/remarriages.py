"""Late weddings and earlier marriages, so that each year has its number of weddings and of divorces.

Who is divorced today is decided with the families (`kin`). Most people who divorced some years
ago have married again; their first marriage, without common children in the register, is added
here between two of them. Not every couple marries before the first child: some of those who
have long lived together register late.
"""

from __future__ import annotations

import numpy as np

from familycard.synthetic import couples
from familycard.synthetic.couples import Marriages
from familycard.synthetic.departed import missing_by_year
from familycard.synthetic.kin import Kin
from familycard.synthetic.people import People, birthday, year_start
from familycard.synthetic.tables import NEVER, Bools, Days, Ints, Tables

_YEAR = 365
_LATEST_BRIDE = 50
_FREE_DAYS = 100
"""At least so long between a divorce and the next wedding."""
_LONGEST_FREE = 9 * _YEAR
_LONGEST_FIRST = 9 * _YEAR
_SHORTEST_FIRST = 200


def remember_marriages(kin: Kin, people: People, tables: Tables, dice: np.random.Generator) -> None:
    """Add former marriages until each year has its number of divorces; one a person at most."""
    _wed_late(kin, people, tables, dice)
    reason = np.concatenate([part.reason for part in kin.marriages])
    ended = np.concatenate([part.ended for part in kin.marriages])
    years, acts = tables.acts.years, tables.acts
    wanted = missing_by_year(ended[reason == couples.BY_DIVORCE], years, acts.divorces * len(people))
    wedding = _weddings(kin, len(people))
    is_free = (wedding != NEVER) & (people.age >= 20)
    grown = birthday(people.born, 18) + _SHORTEST_FIRST
    for year, count in zip(years.tolist(), wanted.tolist(), strict=True):
        _add_year(kin, people, (wedding, grown), is_free, (year, count), dice)


def _wed_late(kin: Kin, people: People, tables: Tables, dice: np.random.Generator) -> None:
    """Move old weddings of couples who still are married into the years that lack weddings."""
    years, lasting = tables.acts.years, kin.marriages[0]
    every = np.concatenate([part.registered for part in kin.marriages])
    divorces = np.concatenate([part.ended[part.reason == couples.BY_DIVORCE] for part in kin.marriages])
    first_ones = missing_by_year(divorces, years, tables.acts.divorces * len(people))
    wanted = tables.acts.marriages * len(people) - _by_first_wedding(first_ones)
    missing = missing_by_year(every, years, wanted)
    start = year_start(years)
    old = (
        (lasting.ended == NEVER)
        & (lasting.registered < start[0])
        & (people.age[lasting.wife] < _LATEST_BRIDE)
    )
    row = dice.permutation(np.flatnonzero(old))[: missing.sum()]
    first = np.repeat(start, missing)[: len(row)]
    latest = np.minimum(first + _YEAR, tables.last_day + 1)
    lasting.registered[row] = first + (dice.random(len(row)) * (latest - first)).astype(np.int64)


def _by_first_wedding(divorces: Ints) -> np.ndarray:
    """About how many of the marriages that those divorces will end are registered in each of the same years."""
    span = _LONGEST_FIRST // _YEAR
    later = [divorces[year + 1 : year + 1 + span].sum() / span for year in range(len(divorces))]
    return np.array(later)


def _weddings(kin: Kin, size: int) -> Days:
    """When each resident's lasting marriage was registered; NEVER without one."""
    wedding = np.full(size, NEVER, np.int64)
    for part in kin.marriages:
        lasts = part.ended == NEVER
        for spouse in (part.wife, part.husband):
            wedding[spouse[lasts]] = part.registered[lasts]
    return wedding


def _add_year(
    kin: Kin,
    people: People,
    days: tuple[Days, Days],
    is_free: Bools,
    wish: tuple[int, int],
    dice: np.random.Generator,
) -> None:
    """`days`: when each was married to the spouse of today, and when old enough for an earlier marriage."""
    (year, count), (wedding, grown) = wish, days
    first, last = (int(year_start(np.array(each))) for each in (year, year + 1))
    may = is_free & (wedding >= last + _FREE_DAYS) & (wedding < last + _LONGEST_FREE) & (grown + 30 < first)
    women, men = (dice.permutation(np.flatnonzero(may & (people.is_female == sex))) for sex in (True, False))
    pairs = min(count, len(women), len(men))
    women, men = np.sort(women[:pairs]), np.sort(men[:pairs])
    women, men = women[np.argsort(people.born[women])], men[np.argsort(people.born[men])]
    apart = kin.spouse[women] != men
    women, men = women[apart], men[apart]
    is_free[women] = is_free[men] = False
    ended = first + dice.integers(0, last - first, len(women))
    kin.marriages.append(_former(women, men, people, ended, dice))


def _former(women: Ints, men: Ints, people: People, ended: Days, dice: np.random.Generator) -> Marriages:
    legal = np.maximum(birthday(people.born[women], 18), birthday(people.born[men], 18))
    wish = ended - dice.integers(_SHORTEST_FIRST, _LONGEST_FIRST, len(women))
    registered = np.maximum(wish, legal + 1)
    return Marriages(women, men, registered, ended, np.full(len(women), couples.BY_DIVORCE))
