"""Search: in one's own areas, never in an address, the same words for elsewhere and for nobody."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client

from familycard.office.access.models import Look
from familycard.office.accounts.models import User
from familycard.office.cards.references import person_of
from familycard.office.casework.alerts import end_alerts, raise_alert
from familycard.office.casework.models import Case
from familycard.snapshot.reader import Reader

SignedIn = Callable[[str], Client]


def identifier_of(reader: Reader, reference: str) -> str:
    rows = reader.engine.rows(f"select value from serve.identifiers where person = {person_of(reference)}")
    return str(rows[0][0])


def without(page: bytes, *texts: str) -> str:
    """A page without what was typed and its token."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.decode())
    for one in texts:
        text = text.replace(one, "")
    return text


def test_a_person_of_the_area_is_found_by_number_and_by_name(
    signed_in: SignedIn, accounts: dict[str, User], reader: Reader
) -> None:
    own = accounts["citizen"].person
    row = reader.snapshot.rows["person"].find([person_of(own) or 0])[0]
    for text in (identifier_of(reader, own), f"{row['surname']} {row['given_name']}"):
        answer = signed_in("social_worker").post("/worker/search/", {"text": text})
        assert f"/worker/family/{own}/" in answer.content.decode(), text
    assert {look.purpose for look in Look.objects.all()} == {"search"}
    assert all(own in look.persons for look in Look.objects.all())


def test_who_lives_elsewhere_is_answered_as_nobody_is(
    signed_in: SignedIn, reader: Reader, elsewhere: str
) -> None:
    client = signed_in("social_worker")
    number, nobody = identifier_of(reader, elsewhere), "000000000000"
    there = client.post("/worker/search/", {"text": number})
    no_one = client.post("/worker/search/", {"text": nobody})
    assert without(there.content, number) == without(no_one.content, nobody)
    assert not Look.objects.exists()


def test_what_is_searched_for_is_not_taken_from_an_address(
    signed_in: SignedIn, accounts: dict[str, User], reader: Reader
) -> None:
    own = accounts["citizen"].person
    answer = signed_in("social_worker").get("/worker/search/", {"text": identifier_of(reader, own)})
    assert own not in answer.content.decode()
    assert 'method="post"' in answer.content.decode()


def test_whoever_an_alert_is_about_and_their_household_are_found_by_number_alone_until_it_ends(
    signed_in: SignedIn, accounts: dict[str, User], reader: Reader, case: Case
) -> None:
    person = person_of(case.person) or 0
    row = reader.snapshot.rows["person"].find([person])[0]
    name, address = f"{row['surname']} {row['given_name']}", row["address"]
    unit = reader.unit_of(person)
    client = signed_in("social_worker")

    def found(text: str) -> set[int]:
        page = client.post("/worker/search/", {"text": text}).content.decode()
        return {person_of(one) or 0 for one in re.findall(r"/worker/family/([\w-]{32})/", page)}

    household = {one.person for one in reader.members(unit)}
    assert person in found(name) and found(address) & household
    raise_alert(case, accounts["social_worker"], "He threatened her")
    assert person not in found(name) and not found(address)
    assert person in found(identifier_of(reader, case.person))
    end_alerts(case, accounts["social_worker"])
    assert person in found(name) and found(address) & household
