"""A canary: one family of another region stands on no page of those who serve a district, and in no file of theirs.

Its words are looked for in whole responses: a surname that nobody else has, its members' numbers and references.
And nobody has looked at it, says the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from objects_of_the_office import MAKERS
from test_matrix import ABOUT, ENDS_THE_SESSION, NAMED, Asked, SignedIn, address, granted

from familycard.office.access.models import LookedAt
from familycard.office.access.table import table
from familycard.office.accounts.models import User
from familycard.office.analyst.models import APPROVED, Export
from familycard.office.cards.references import reference
from familycard.snapshot.reader import Reader

ROLES = ("social_worker", "supervisor", "front_desk", "contact_centre", "analyst", "approver")
LISTS = ("unused", "nothing", "fell", "questions", "mine", "answers")
PAGES_MAX = 100


@dataclass(frozen=True)
class Canary:
    """A family that lives elsewhere, and the words by which it would be known."""

    person: str
    area: str
    surname: str
    numbers: frozenset[str]
    references: frozenset[str]

    def heard_in(self, page: str) -> set[str]:
        """Which of its words stand on a page."""
        return {word for word in {self.surname, *self.numbers, *self.references} if word in page}


@pytest.fixture
def canary(reader: Reader, accounts: dict[str, User]) -> Canary:
    """The first family of another region one of whose surnames nobody else has or has a part of."""
    region = accounts["supervisor"].area_codes()[0]
    found = reader.engine.rows(
        f"""
        select any_value(unit), surname, any_value(area), any_value(person) from people join members_family using (person)
        group by surname having count(distinct unit) = 1 and count(*) = 1 and length(surname) >= 8
           and bool_and(is_resident and not starts_with(area, '{region}')) order by surname"""
    )
    names = [str(name) for (name,) in reader.engine.rows("select distinct surname from people")]
    unit, surname, area, person = next(
        row for row in found if sum(str(row[1]).casefold() in name.casefold() for name in names if name) == 1
    )
    members = [member.person for member in reader.members(unit)]
    listed = ", ".join(map(str, members))
    numbers = reader.engine.rows(f"select value from serve.identifiers where person in ({listed})")
    return Canary(
        reference(person),
        area,
        surname,
        frozenset(str(number) for (number,) in numbers),
        frozenset(map(reference, members)),
    )


def pages(client: Client, role: str, own: Asked, canary: Canary) -> Iterator[tuple[str, str]]:
    """What each page says that the role may open, about its own and about the canary."""
    for name in table().pages:
        if not granted(role, name) or name in ENDS_THE_SESSION:
            continue
        about = [own, Asked("canary", canary.person)] if NAMED[name] & (ABOUT | set(MAKERS)) else [own]
        for asked in about:
            yield f"{name} about {asked.name}", body(client.get(address(name, asked), follow=False))


def body(answer: Any) -> str:
    """The whole of an answer, be it a page or a file, with where it leads."""
    parts = answer.streaming_content if answer.streaming else [answer.content]
    return b"".join(parts).decode(errors="replace")


def listed(client: Client, canary: Canary) -> Iterator[tuple[str, str]]:
    """Every list to its end, and the lists of the canary's own area."""
    for name in LISTS:
        place = f"/worker/?list={name}"
        for number in range(PAGES_MAX):
            answer = client.get(place)
            yield f"{name}, page {number}", body(answer)
            if not answer.context or not answer.context.get("is_more"):
                break
            place = answer.context["next"]
        yield f"{name} there", body(client.get(f"/worker/?list={name}&area={canary.area}"))


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_another_region_knows_the_canary(
    role: str, signed_in: SignedIn, accounts: dict[str, User], canary: Canary
) -> None:
    client, own = signed_in(role), Asked("own", accounts["citizen"].person)
    client.post(f"/access/purpose/{own.person}/", {"purpose": "casework", "reason": ""})
    for place, page in pages(client, role, own, canary):
        # Where the canary was asked for, its reference may come back in the address that was typed.
        known = {canary.person} if place.endswith("canary") else set()
        assert canary.heard_in(page) <= known, place
    if granted(role, "worker:list"):
        for place, page in listed(client, canary):
            assert canary.heard_in(page) == set(), place
    assert not LookedAt.objects.filter(person__in=canary.references).exists()


@pytest.mark.parametrize("role", ["social_worker", "supervisor"])
def test_a_search_for_the_canary_finds_what_a_search_for_nobody_finds(
    role: str, signed_in: SignedIn, canary: Canary
) -> None:
    client = signed_in(role)
    for word in {canary.surname, *canary.numbers}:
        nobody = "9" * len(word) if word.isdigit() else "Щ" * len(word)
        found, nothing = (
            client.post("/worker/search/", {"text": text}).context["found"] for text in (word, nobody)
        )
        assert canary.references.isdisjoint(str(found).split("'")), word
        assert found == nothing and not found.persons, word
    assert not LookedAt.objects.filter(person__in=canary.references).exists()


def test_no_export_of_rows_has_the_canary(
    signed_in: SignedIn, accounts: dict[str, User], canary: Canary
) -> None:
    export = Export.objects.create(
        requested_by=accounts["analyst"],
        purpose="All families",
        basis="Order 12, point 3",
        level="family",
        columns=["members", "region"],
        state=APPROVED,
        decided_by=accounts["approver"],
    )
    rows = body(signed_in("analyst").get(f"/analyst/exports/{export.pk}/rows.csv"))
    assert len(rows.splitlines()) > 100
    assert canary.heard_in(rows) == set()
