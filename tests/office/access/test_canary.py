"""A canary: one family of another region stands on no page of those who serve a district, and in no file of theirs.

Nor on a citizen's, nor in what a partner's machine is answered. A steward and an auditor serve the whole country by
references: its names and numbers are not for them, and in an export of the log nor are its references.

Its words are looked for in whole responses: a surname that nobody else has, its members' numbers and references.
And nobody has looked at it, says the log.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from objects_of_the_office import MAKERS
from quarantine_planted import plant
from test_matrix import ABOUT, ENDS_THE_SESSION, NAMED, Asked, SignedIn, address, granted

from familycard.office.access.log import append
from familycard.office.access.models import LookedAt
from familycard.office.access.table import table
from familycard.office.accounts.models import User
from familycard.office.analyst.models import APPROVED, Export
from familycard.office.api.partners import register
from familycard.office.cards.references import person_of, reference
from familycard.office.consents.services import give
from familycard.snapshot.reader import Reader

ROLES = (
    "anonymous",
    "citizen",
    "social_worker",
    "supervisor",
    "front_desk",
    "contact_centre",
    "analyst",
    "approver",
    "administrator",
)
LISTS = ("unused", "nothing", "fell", "questions", "mine", "answers")
PAGES_MAX, ALIKE_MAX = 100, 6


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


def followed(client: Client, start: str, below: str) -> Iterator[tuple[str, str]]:
    """Every page below an address to which links lead from where one starts, each once; of many alike a few."""
    waiting, known, alike = [start], {start}, Counter[str]()
    while waiting:
        place = waiting.pop()
        page = body(client.get(place))
        yield place, page
        for link in sorted(
            {link.partition("#")[0] for link in re.findall(rf'href="({below}[^"]*)"', page)} - known
        ):
            known.add(link)
            view = resolve(link.partition("?")[0]).view_name
            alike[view] += 1
            if alike[view] <= ALIKE_MAX:
                waiting.append(link)


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


def test_no_page_that_a_citizen_can_get_to_knows_the_canary(signed_in: SignedIn, canary: Canary) -> None:
    client = signed_in("citizen")
    client.cookies["language"] = "ru"
    seen = dict(followed(client, "/my/", "/my/"))
    assert len(seen) > 20
    assert [place for place, page in seen.items() if canary.heard_in(page)] == []
    assert not LookedAt.objects.filter(person__in=canary.references).exists()


@pytest.fixture
def refused(country: Path, tmp_path: Path, canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store with rows of the canary that a register's contract refused."""
    shutil.copytree(country.parent / "store", tmp_path / "store")
    (load,) = (tmp_path / "store" / "loads" / "marriages").iterdir()
    plant(load, [canary.surname, *canary.numbers])
    store = replace(settings.DEPLOYMENT, store=tmp_path / "store")
    monkeypatch.setattr(settings, "DEPLOYMENT", store)


def test_a_steward_reads_neither_its_names_nor_its_numbers(
    signed_in: SignedIn, canary: Canary, refused: None
) -> None:
    client = signed_in("steward")
    seen = dict(followed(client, "/steward/faults/", "/steward/faults/"))
    seen |= {place: body(client.get(place)) for place in ("/steward/sources/", "/steward/linkage/")}
    marriages = "/steward/sources/marriages/"
    seen[marriages] = body(client.get(marriages))
    assert len(seen) > 4 and "Я" in seen[marriages], "its refused rows are there, masked"
    for place, page in seen.items():
        known = canary.references if place.startswith("/steward/faults/") else frozenset()
        assert canary.heard_in(page) <= known, place


@pytest.mark.parametrize("role", ["auditor", "commissioner"])
def test_who_reads_the_log_reads_references_alone(
    role: str, signed_in: SignedIn, accounts: dict[str, User], canary: Canary
) -> None:
    """Somebody looked at the canary, in an emergency too; the export has not even its references."""
    said = {"user": 1, "name": "worker", "role": "social_worker", "page": "worker:family", "snapshot": "s"}
    for purpose in ("casework", "break_glass"):
        look = append(canary.references, about=canary.person, **said, purpose=purpose, reason="")
    client, own = signed_in(role), Asked("own", accounts["citizen"].person)
    for place, page in pages(client, role, own, canary):
        # Where the canary was asked for, its reference may come back in the address that was typed.
        known = {canary.person} if place.endswith("canary") else set()
        assert canary.heard_in(page) <= known | (
            canary.references if place.startswith("audit:look") else set()
        ), place
    assert canary.person in body(client.get(f"/audit/log/{look.sequence}/"))
    assert canary.heard_in(body(client.get("/audit/log/"))) == set(), "the list names nobody"
    exported = body(client.post("/audit/log/export/", {}))
    assert canary.heard_in(exported) == set()
    assert ("break_glass" in exported) == bool(granted(role, "audit:export"))


def test_a_partners_machine_is_told_nothing_of_the_canary(
    reader: Reader, accounts: dict[str, User], canary: Canary
) -> None:
    """What it asks about the canary is answered as about nobody; of whoever consents it is told nothing else."""
    cache.clear()
    person, programme = accounts["citizen"].person, "birth_allowance"
    bank = register(reader, "bank", "A bank", "bank", "bank_application", [programme])
    give(person, "bank", programme=programme, until=timezone.now() + timedelta(days=1))
    secret = {"client_id": bank.client_id, "client_secret": bank.secret, "scope": "catalogue questions"}
    client = Client()
    token = client.post("/api/v1/token", {"grant_type": "client_credentials", **secret}).json()[
        "access_token"
    ]
    client = Client(headers={"Authorization": f"Bearer {token}"})
    numbers = reader.engine.rows(
        f"select min(value) from serve.identifiers where person = {person_of(person)}"
    )

    def asked(number: str) -> Any:
        said = {"identifier": number, "programme": programme}
        return client.post("/api/v1/questions", said, "application/json")

    own, nobody = asked(str(numbers[0][0])), asked("0" * 12)
    assert own.status_code == 200
    receipt = client.get(f"/api/v1/questions/{own.json()['receipt']}")
    assert receipt.status_code == 200
    others = [
        client.get(f"/api/v1/{place}") for place in ("status", "programmes", "problems", "openapi.json")
    ]
    for answer in (own, receipt, *others):
        assert answer.status_code == 200 and canary.heard_in(body(answer)) == set()
    for number in canary.numbers:
        assert asked(number).content == nobody.content
    assert not LookedAt.objects.filter(person__in=canary.references).exists()
