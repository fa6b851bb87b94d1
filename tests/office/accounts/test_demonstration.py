"""In a made-up country whatever needs two people can be tried: there are two of those whom it needs."""

from __future__ import annotations

import pytest
from oauth2_provider.models import Application

from familycard.errors import UsageError
from familycard.office.access.roles import ROLES
from familycard.office.accounts.demonstration import demonstration_accounts, second_accounts
from familycard.office.accounts.models import User
from familycard.office.administration import services
from familycard.office.administration.models import Proposal
from familycard.office.api.models import Partner
from familycard.office.cards.lists import totals
from familycard.snapshot.reader import Reader


def test_a_second_worker_serves_another_district_of_the_region(
    reader: Reader, accounts: dict[str, User]
) -> None:
    made = second_accounts(reader, "never typed")
    assert [account.name for account in made] == ["second_administrator", "second_social_worker"]
    (own,), (other,) = (
        accounts["social_worker"].area_codes(),
        User.objects.get(username=made[1].name).area_codes(),
    )
    assert not own.startswith(other) and not other.startswith(own)
    (region,) = accounts["supervisor"].area_codes()
    assert other.startswith(region) and own.startswith(region)
    assert sum(totals(reader, [other]).values()), "somebody waits there"


def test_a_second_administrator_agrees_to_what_the_first_one_proposes(
    reader: Reader, accounts: dict[str, User]
) -> None:
    second_accounts(reader, "never typed")
    new = services.create(accounts["administrator"], "new.auditor", "auditor")
    services.settle(User.objects.get(username="second_administrator"), Proposal.objects.get(), approve=True)
    new.refresh_from_db()
    assert new.is_active


def test_made_again_they_are_the_same_accounts(reader: Reader, accounts: dict[str, User]) -> None:
    for _ in range(2):
        second_accounts(reader, "never typed")
    assert User.objects.count() == len(ROLES) + 2


def test_real_data_get_no_accounts(db: None, reader: Reader) -> None:
    with pytest.raises(UsageError, match="made-up"):
        demonstration_accounts(reader, is_made_up=False)
    assert not User.objects.exists()


def test_an_office_begins_without_accounts(db: None) -> None:
    """Nobody's default name opens it: neither a human's nor a machine's."""
    assert not User.objects.exists() and not Partner.objects.exists() and not Application.objects.exists()
