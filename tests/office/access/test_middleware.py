"""Before a view: sign in, role, scope, purpose. After it: the log."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client

from familycard.office.accounts.models import User

SignedIn = Callable[[str], Client]


def words(page: bytes) -> str:
    """A page without what differs in any two answers: its address and its token against forgery."""
    return re.sub(r'name="(next|csrfmiddlewaretoken)" value="[^"]*"', "", page.decode())


def test_the_start_page_is_for_everyone(signed_in: SignedIn) -> None:
    answer = signed_in("anonymous").get("/")
    assert answer.status_code == 200
    assert "ойдан шығарылған" in answer.content.decode(), "every page says that the data are made up"


def test_who_has_not_signed_in_is_asked_to(signed_in: SignedIn, elsewhere: str) -> None:
    answer = signed_in("anonymous").get(f"/access/purpose/{elsewhere}/")
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/account/login/")


def test_a_person_of_another_area_is_as_absent_as_nobody(signed_in: SignedIn, elsewhere: str) -> None:
    worker = signed_in("social_worker")
    outside = worker.get(f"/access/purpose/{elsewhere}/")
    nobody = worker.get("/access/purpose/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/")
    assert (outside.status_code, nobody.status_code) == (404, 404)
    assert words(outside.content) == words(nobody.content)


def test_a_worker_gives_the_purpose_for_a_person_of_their_area(
    signed_in: SignedIn, accounts: dict[str, User]
) -> None:
    own = accounts["citizen"].person
    worker = signed_in("social_worker")
    assert worker.get(f"/access/purpose/{own}/").status_code == 200
    answer = worker.post(f"/access/purpose/{own}/?next=/licences/", {"purpose": "visit", "reason": ""})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/licences/")
    assert worker.session["purposes"][own][:2] == ["visit", ""]


def test_the_way_on_stays_here(signed_in: SignedIn, accounts: dict[str, User]) -> None:
    own = accounts["citizen"].person
    answer = signed_in("social_worker").post(
        f"/access/purpose/{own}/?next=https://example.org/", {"purpose": "visit"}
    )
    assert answer.headers["Location"] == "/"


def test_the_page_of_another_role_says_so(signed_in: SignedIn, elsewhere: str) -> None:
    assert signed_in("analyst").get(f"/access/purpose/{elsewhere}/").status_code == 403


def test_an_address_that_is_not_in_the_table_does_not_exist(signed_in: SignedIn) -> None:
    assert signed_in("administrator").get("/account/signup/").status_code == 404
