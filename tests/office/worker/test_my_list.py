"""My list: of my area alone, every name a look, its state in its address, few queries however long it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from familycard.office.access.models import Look
from familycard.office.accounts.models import User
from familycard.office.cards import lists
from familycard.office.cards.references import person_of, reference
from familycard.office.casework import services
from familycard.snapshot.reader import Reader

SignedIn = Callable[[str], Client]
Says = Callable[[bytes], str]
LISTS = ("unused", "nothing", "fell", "questions", "mine", "answers")
PERSON = re.compile(r"/worker/family/([\w=-]{32})/")


def persons_on(page: bytes) -> list[str]:
    return PERSON.findall(page.decode())


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_nobody_from_elsewhere(
    signed_in: SignedIn, accounts: dict[str, User], reader: Reader, name: str
) -> None:
    worker = accounts["social_worker"]
    area = worker.area_codes()[0]
    answer = signed_in("social_worker").get("/worker/", {"list": name})
    assert answer.status_code == 200
    rows = reader.snapshot.rows["person"].find(
        person for text in persons_on(answer.content) if (person := lists.person_of(text)) is not None
    )
    assert all(row["area"].startswith(area) for row in rows)


def test_every_name_on_a_list_is_logged_with_its_purpose(signed_in: SignedIn) -> None:
    answer = signed_in("social_worker").get("/worker/", {"list": "unused"})
    shown = persons_on(answer.content)
    assert shown
    look = Look.objects.get()
    assert (sorted(shown), look.purpose, look.page) == (look.persons, "worklist", "worker:list")


def test_pages_of_a_list_join_without_gap_or_double(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("supervisor")
    whole = persons_on(client.get("/worker/", {"list": "unused"}).content)
    monkeypatch.setattr(lists, "PAGE_SIZE", 3)
    found: list[str] = []
    address = "/worker/?list=unused"
    while address and len(found) < len(whole):
        page = client.get(address)
        found += persons_on(page.content)
        following = re.search(r'rel="next" href="([^"]+)"', page.content.decode())
        address = following[1].replace("&amp;", "&") if following else ""
    assert found[: len(whole)] == whole


def test_another_area_in_the_address_is_ignored(signed_in: SignedIn, accounts: dict[str, User]) -> None:
    client = signed_in("social_worker")
    own = persons_on(client.get("/worker/", {"list": "unused"}).content)
    elsewhere = "10" if not accounts["social_worker"].area_codes()[0].startswith("10") else "11"
    assert persons_on(client.get("/worker/", {"list": "unused", "area": elsewhere}).content) == own
    assert persons_on(client.get("/worker/", {"list": "unused", "area": ""}).content) == own


def test_a_worker_without_an_area_sees_nobody(signed_in: SignedIn, accounts: dict[str, User]) -> None:
    accounts["social_worker"].areas.all().delete()
    for name in LISTS:
        assert persons_on(signed_in("social_worker").get("/worker/", {"list": name}).content) == []


def test_a_list_takes_as_many_queries_for_many_cases_as_for_one(
    signed_in: SignedIn, accounts: dict[str, User], reader: Reader
) -> None:
    worker = accounts["social_worker"]
    client = signed_in("social_worker")
    rows = reader.engine.rows("select person from people where is_resident order by person limit 20")
    counts = []
    for many in (rows[:1], rows):
        for (person,) in many:
            services.open_case(lists.reference(int(person)), "3510", "unused", worker)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/worker/", {"list": "mine"})
        assert len(persons_on(answer.content)) == len(many)
        counts.append(len(queries))
    assert counts[1] <= counts[0] <= 25


def test_my_cases_are_mine_and_those_due_first_stand_first(
    signed_in: SignedIn, accounts: dict[str, User], reader: Reader
) -> None:
    from datetime import date

    rows = reader.engine.rows("select person from people where is_resident order by person limit 3")
    one, two, three = (lists.reference(int(person)) for (person,) in rows)
    services.open_case(one, "3510", "unused", accounts["social_worker"], date(2027, 1, 2))
    services.open_case(two, "3510", "unused", accounts["social_worker"], date(2026, 1, 2))
    services.open_case(three, "3510", "unused", accounts["supervisor"], date(2026, 1, 1))
    assert persons_on(signed_in("social_worker").get("/worker/").content) == [two, one]


@pytest.mark.parametrize("name", ["unused", "mine"])
def test_a_list_goes_on_from_nobody_of_elsewhere(
    signed_in: SignedIn, accounts: dict[str, User], elsewhere: str, reader: Reader, name: str
) -> None:
    """Else where the page begins would tell how needy another's family is, or when another's case is due."""
    worker, colleague = accounts["social_worker"], User.objects.create(username="other", role="social_worker")
    for person in persons_on(signed_in("supervisor").get("/worker/", {"list": "unused"}).content)[:3]:
        services.open_case(person, "35", "unused", worker)
    theirs = services.open_case(elsewhere, "99", "unused", colleague, date(2099, 1, 1))
    after = str(theirs.pk) if name == "mine" else reference(reader.unit_of(person_of(elsewhere) or 0))
    client = signed_in("social_worker")
    first = persons_on(client.get("/worker/", {"list": name}).content)
    assert first and persons_on(client.get("/worker/", {"list": name, "after": after}).content) == first
