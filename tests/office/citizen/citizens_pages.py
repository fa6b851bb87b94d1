"""What a citizen's pages say, and the couple whose secrets they keep."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.test import Client

from familycard.office.cards.references import reference
from familycard.snapshot.reader import Reader

PAGES = [
    "",
    *(
        f"{p}/"
        for p in [
            "family",
            "category",
            "rights",
            "data",
            "looks",
            "claims",
            "human",
            "consents",
            "acting",
            "message",
        ]
    ),
]
"""The citizen's pages that need nothing in their address, below ``/my/``."""

PROGRAMMES = [
    "asp_unconditional",
    "multi_child_allowance",
    "rent_subsidy",
    "age_pension",
    "free_school_meals",
    "guardian_allowance",
]
"""Of families by income and by children, of persons, and two that rest on what is sealed."""
CitizenIs = Callable[..., Client]


@dataclass(frozen=True)
class Couple:
    """A married couple with a minor child of both."""

    wife: int
    husband: int
    child: int
    unit: int


def said(client: Client, addresses: list[str]) -> dict[str, str]:
    """What pages say: their whole bytes without tokens against forgery. Leaves nothing behind in the database."""
    found = {}
    with transaction.atomic():
        for address in addresses:
            answer = client.get(address)
            token = r'name="csrfmiddlewaretoken" value="[^"]*"'
            found[address] = f"{answer.status_code} {re.sub(token, '', answer.content.decode())}"
        transaction.set_rollback(True)
    return found


def all_addresses(reader: Reader, persons: list[int]) -> list[str]:
    """Every page of a citizen: some programmes of each kind, the data of these persons, claims about some facts."""
    return list(_addresses(reader, [reference(person) for person in persons]))


def _addresses(reader: Reader, references: list[str]) -> Iterator[str]:
    yield from (f"/my/{page}" for page in PAGES)
    yield from (f"/my/rights/{programme}/" for programme in PROGRAMMES)
    for one in references:
        yield f"/my/data/?of={one}"
        yield from (f"/my/data/{one}/{fact}/wrong/" for fact in ("wages_month", "has_disability"))
