"""Families for tests of linkage: relatives at one address, who share all but given name and birth date."""

from __future__ import annotations

import itertools
import random

from familycard.synthetic.names import feminine, kazakh_patronymic, name_lists, russian_patronymic


def register(families: int) -> list[dict[str, str]]:
    """Families of parents and children at one address: relatives share all but given name and birth date."""
    dice, lists, found, number = random.Random(3), name_lists(), [], itertools.count()
    for family in range(families):
        surname, father = dice.choice(lists.surnames), dice.choice(lists.men)
        for child in range(4):
            female = bool(child % 2)
            given = dice.choice(lists.women if female else lists.men)
            own = (kazakh_patronymic if dice.random() < 0.5 else russian_patronymic)(father, female)
            born = f"{dice.randrange(1950, 2020)}-{dice.randrange(1, 13):02d}-{dice.randrange(1, 29):02d}"
            found.append(
                {
                    "id": f"{next(number):06d}", "surname": feminine(surname) if female else surname, "given_name": given,
                    "patronymic": own, "birth_date": born, "sex": "MF"[female], "address": f"dwelling-{family}",
                }
            )  # fmt: skip
    return found
