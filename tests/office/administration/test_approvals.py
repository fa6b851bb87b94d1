"""What one administrator may not do alone is decided once, by another one, and stands in the record."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from familycard.office.accounts.models import User
from familycard.office.administration import services
from familycard.office.administration.models import Change, Proposal
from familycard.office.administration.record import first_broken

pytestmark = pytest.mark.database


@pytest.fixture
def first(officials: dict[str, User]) -> User:
    return officials["administrator"]


@pytest.fixture
def second(db: None) -> User:
    return User.objects.create(username="second", role="administrator")


@pytest.mark.parametrize("role", sorted(services.NEEDS_TWO))
def test_the_other_one_decides_and_once(first: User, second: User, role: str) -> None:
    made = services.create(first, "e.omarov", role)
    proposal = Proposal.objects.get()
    with pytest.raises(services.NotAllowed):
        services.settle(first, proposal, approve=True)
    made.refresh_from_db()
    assert not made.is_active
    services.settle(second, proposal, approve=False)
    with pytest.raises(services.NotAllowed):
        services.settle(second, proposal, approve=True)
    made.refresh_from_db()
    assert not made.is_active
    assert [change.action for change in Change.objects.order_by("sequence")] == ["created", "refused"]
    assert first_broken() is None


def test_nobody_agrees_to_their_own_account(first: User, second: User) -> None:
    User.objects.filter(pk=second.pk).update(password="argon2$is-some-password")
    second.refresh_from_db()
    assert services.make_link(first, second) is None
    with pytest.raises(services.NotAllowed):
        services.settle(second, Proposal.objects.get(), approve=True)


def test_of_one_account_one_proposal_is_open(first: User) -> None:
    made = services.create(first, "e.omarov", "auditor")
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.create(account=made, proposed_by=first, proposed_at=timezone.now())


def test_a_change_that_fails_leaves_no_word_in_the_record(first: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        services.create(first, "administrator", "analyst")
    assert not Change.objects.exists()
    with pytest.raises(services.NotAllowed):
        services.end(first, first)
    assert not Change.objects.exists() and first_broken() is None


def test_whatever_is_done_to_the_record_is_found(first: User) -> None:
    for name in ("h.omarov", "i.omarov", "j.omarov"):
        services.create(first, name, "steward")
    assert first_broken() is None
    Change.objects.filter(sequence=2).update(account="k.omarov")
    assert first_broken() == 2
    Change.objects.filter(sequence=2).delete()
    assert first_broken() == 2
