"""Random villages: a few persons each and any ties among them, sensible or not; villages share nobody."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from small_country import ADULT_CHILD, FAMILY, LONE_ELDER, MINOR_CHILD, Country, when

ROLES = {
    "marriages": ("spouse_1", "spouse_2"),
    "births": ("child", "mother", "father"),
    "guardianships": ("ward", "guardian"),
}
ANY_CHILD = replace(
    MINOR_CHILD,
    id="any_child",
    when=when("same_address"),
    unless=None,
    at_most_one="first",
)
ATTACHED = replace(FAMILY, attach=(ADULT_CHILD, LONE_ELDER), max_members=4)
"""Many are left over and attached."""
JOINED = replace(
    ATTACHED,
    ties=(*FAMILY.ties, ANY_CHILD),
    excludes=when("is_in_prison"),
)
"""Nearly everyone is joined by a tie, and some must go."""
KINDS = (ATTACHED, JOINED)


def villages(seeds: list[int]) -> Country:
    """A country of one village for each seed; village n has the persons 100n to 100n + 99."""
    country = Country()
    for place, seed in enumerate(seeds):
        _add_village(country, 100 * place, random.Random(seed))
    return country


def _add_village(country: Country, base: int, dice: random.Random) -> None:
    numbers = [base + n for n in range(dice.randint(3, 9))]
    # Half of the villages know everything of everyone, so that doubt comes only from the refused row;
    # and in half each child is younger than its parents.
    gap: list[None] = dice.choice([[], [None]])
    is_sensible = dice.random() < 0.5
    years = [dice.choice([1940, 1955, 1956, 1975, 1980, 2000, 2001, 2012, 2015, *gap]) for _ in numbers]
    if is_sensible:
        years.sort(key=lambda year: year or 2016)
    for number, year in zip(numbers, years, strict=True):
        country.person(
            number,
            f"{year}-01-0{dice.randint(1, 3)}" if year else None,
            dice.choice([f"a{base}", f"a{base}", f"a{base}", f"b{base}", *gap]),
            is_married=dice.choice([False, False, False, True, *gap]),
            is_in_prison=dice.choice([False] * 8 + [True, *gap]),
        )
    for _ in range(dice.randint(1, 8)):
        _add_row(country, numbers, is_sensible, dice)


def _add_row(country: Country, numbers: list[int], is_sensible: bool, dice: random.Random) -> None:
    source = dice.choice(["marriages", "births", "births", "births", "births", "guardianships"])
    picked = dice.choices(numbers, k=len(ROLES[source]))
    if is_sensible:
        picked.sort(reverse=True)
    values: dict[str, Any] = dict(zip(ROLES[source], picked, strict=True))
    if source == "births":
        values[dice.choice(["mother", "father"])] = None if dice.random() < 0.5 else picked[-1]
    if source == "marriages":
        values["registered_on"] = dice.choice(["2010-01-01", "2011-01-01", "2012-01-01", None])
    if source != "births":
        values["ended_on"] = dice.choice([None, None, None, "2020-01-01"])
    country.row(source, **values)


def refuse_a_row_in_each(country: Country, seed: int) -> Country:
    """The country with one row of every village in quarantine, its persons undecided in that source."""
    after = _copy(country)
    for source, row in _one_row_of_each(country, seed):
        after.rows[source].remove(row)
        after.undecided.setdefault(source, []).extend(row[r] for r in ROLES[source] if row[r] is not None)
    return after


def link_a_row_in_each(country: Country, seed: int) -> tuple[Country, Country]:
    """The country with one row of every village that nobody has confirmed, and without these rows."""
    linked, without = _copy(country), _copy(country)
    for source, row in _one_row_of_each(country, seed):
        without.rows[source].remove(row)
        linked.unconfirmed.setdefault(source, []).append(row["_row"])
    return linked, without


def say_something_of_each(country: Country, indicator: str, seed: int) -> tuple[Country, Country]:
    """The country where of one person in every village an indicator rests on such a row, and what it was without."""
    dice = random.Random(seed)
    linked, without = _copy(country), _copy(country)
    by_village: dict[int, list[int]] = {}
    for place, person in enumerate(country.persons):
        by_village.setdefault(person["person"] // 100, []).append(place)
    for places in by_village.values():
        place = dice.choice(places)
        person = country.persons[place]
        said = [value for value in (True, False, None) if value is not person[indicator]]
        without.persons[place] = person | {indicator: dice.choice(said)}
        if person[indicator] is not None:
            linked.unsure.setdefault(indicator, []).append(person["person"])
        else:
            without.persons[place] = person
    return linked, without


def _copy(country: Country) -> Country:
    return Country(list(country.persons), {source: list(rows) for source, rows in country.rows.items()})


def _one_row_of_each(country: Country, seed: int) -> list[tuple[str, dict[str, Any]]]:
    """A row of every village that names somebody, with its source."""
    dice = random.Random(seed)
    by_village: dict[int, list[tuple[str, dict[str, Any]]]] = {}
    for source, rows in country.rows.items():
        for row in rows:
            persons = [row[role] for role in ROLES[source] if row[role] is not None]
            if persons:
                by_village.setdefault(persons[0] // 100, []).append((source, row))
    return [dice.choice(rows_here) for _, rows_here in sorted(by_village.items())]
