"""Every page asks the database a bounded number of questions, however much there is to show."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from objects_of_the_office import MAKERS
from test_matrix import ENDS_THE_SESSION, Asked, SignedIn, address, granted

from familycard.office.access.log import append
from familycard.office.access.roles import ANONYMOUS, ROLES
from familycard.office.access.table import table
from familycard.office.accounts.models import User
from familycard.office.cards.references import reference
from familycard.snapshot.reader import Reader

QUERIES_MAX = 40
MANY = 12


def furnish(persons: list[str], looked_at: str, worker: User) -> None:
    """An object of each kind about each person, and looks of a worker at one of them."""
    for person in persons:
        for make in MAKERS.values():
            make(person)
        row = {"user": worker.pk, "name": "worker", "role": worker.role, "page": "worker:family"}
        append([looked_at], **row, purpose="visit", reason="A visit is due.", snapshot="s")


@pytest.fixture
def neighbours(reader: Reader, accounts: dict[str, User]) -> list[str]:
    """The citizen and others who live in the worker's district."""
    district = accounts["social_worker"].area_codes()[0]
    rows = reader.engine.rows(
        f"select person from people where is_resident and starts_with(area, '{district}') order by person limit {MANY}"
    )
    assert len(rows) == MANY
    return [accounts["citizen"].person, *(reference(int(person)) for (person,) in rows)]


@pytest.mark.parametrize("role", [ANONYMOUS, *ROLES])
def test_many_objects_take_no_more_questions_than_a_page_may_ask(
    role: str, signed_in: SignedIn, accounts: dict[str, User], neighbours: list[str]
) -> None:
    own = Asked("own", accounts["citizen"].person, is_citizens_own=True, is_in_the_area=True)
    furnish(neighbours, own.person, accounts["social_worker"])
    browser, beyond = signed_in(role), list[str]()
    browser.raise_request_exception = False
    for name in table().pages:
        if not granted(role, name) or name in ENDS_THE_SESSION:
            continue
        place = address(name, own)
        browser.get(place)
        with CaptureQueriesContext(connection) as asked:
            browser.get(place)
        if len(asked) > QUERIES_MAX:
            beyond.append(f"{name}: {len(asked)}")
    assert beyond == []
