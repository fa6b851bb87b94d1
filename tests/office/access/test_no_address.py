"""No page that anybody opens about a person has an address: hiding the confidential ones alone would point at them."""

from __future__ import annotations

import pytest
from django.test import Client
from objects_of_the_office import MAKERS
from test_matrix import ENDS_THE_SESSION, Asked, SignedIn, address, granted

from familycard.office.access.table import table
from familycard.office.accounts.models import User
from familycard.office.cards.references import person_of
from familycard.snapshot.reader import Reader

ABOUT_PERSONS_MIN = {"citizen": 12, "social_worker": 12, "supervisor": 15, "auditor": 1}
"""Pages of a role that are about persons: so many answered, so the test has looked."""


def admitted(client: Client, person: str) -> None:
    """Say why a worker looks."""
    client.post(f"/access/purpose/{person}/", {"purpose": "casework", "reason": ""})


@pytest.mark.parametrize("role", ABOUT_PERSONS_MIN)
def test_no_page_has_an_address(
    role: str, signed_in: SignedIn, accounts: dict[str, User], reader: Reader
) -> None:
    own = Asked("own", accounts["citizen"].person, is_citizens_own=True, is_in_the_area=True)
    for make in MAKERS.values():
        make(own.person)
    row = reader.snapshot.rows["person"].find([person_of(own.person) or 0])[0]
    assert len(row["address"]) > 5
    browser, seen, found = signed_in(role), 0, []
    admitted(browser, own.person)
    for name, page in table().pages.items():
        if not granted(role, name) or name in ENDS_THE_SESSION or not page.purpose:
            continue
        answer = browser.get(address(name, own))
        seen += answer.status_code == 200
        if row["address"] in b"".join(answer).decode():
            found.append(name)
    assert found == [] and seen >= ABOUT_PERSONS_MIN[role], seen
