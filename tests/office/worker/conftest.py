"""A worker who has said why they look at the demonstration's citizen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from familycard.office.accounts.models import User
from familycard.office.casework import services
from familycard.office.casework.models import Case

SignedIn = Callable[[str], Client]


@pytest.fixture
def citizen(accounts: dict[str, User]) -> str:
    """The reference of the citizen."""
    return accounts["citizen"].person


@pytest.fixture
def purposeful(signed_in: SignedIn, citizen: str) -> SignedIn:
    """A browser of a role that has given a purpose for looking at the citizen, in English."""

    def sign_in(role: str) -> Client:
        client = signed_in(role)
        client.cookies["language"] = "en"
        client.post(f"/access/purpose/{citizen}/", {"purpose": "casework", "reason": ""})
        return client

    return sign_in


@pytest.fixture
def case(accounts: dict[str, User], citizen: str) -> Case:
    """The citizen's case, of the demonstration's worker."""
    area = accounts["social_worker"].area_codes()[0]
    return services.open_case(citizen, area, "unused", accounts["social_worker"])


def main_of(page: bytes) -> str:
    """What a page says, without its frame and marks."""
    text = re.sub(r"(?s)^.*<main|</main>.*$", "", page.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


@pytest.fixture
def says() -> Callable[[bytes], str]:
    """What a page says."""
    return main_of
