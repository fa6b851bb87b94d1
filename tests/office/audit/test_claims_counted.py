"""Claims and their outcomes: counted by register, without anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from familycard.office.accounts.models import User
from familycard.office.audit.claimed import claims_by_source, human_requests
from familycard.office.claims.models import Claim, HumanRequest

SignedIn = Callable[[str], Client]
NOW = timezone.now()


def claim(person: str, fact: str, state: str, *, days: int | None = None, due: int = 5) -> None:
    Claim.objects.create(
        person=person,
        made_by=person,
        fact=fact,
        source="marriages",
        owner="o",
        contact="c",
        words="The secret of somebody",
        state=state,
        made_at=NOW - timedelta(days=20),
        due_on=timezone.localdate() + timedelta(days=due),
        answered_at=None if days is None else NOW - timedelta(days=20 - days),
    )


def test_claims_are_counted_by_state_term_and_days(signed_in: SignedIn, accounts: dict[str, User]) -> None:
    own = accounts["citizen"].person
    claim(own, "a", "made")
    claim(own, "b", "with_owner", due=-1)
    claim(own, "c", "corrected", days=2)
    claim(own, "d", "confirmed", days=12)
    claim(own, "e", "withdrawn")
    (found,) = claims_by_source()
    assert (found.made, found.waiting, found.overdue) == (5, 2, 1)
    assert (found.corrected, found.confirmed, found.withdrawn) == (1, 1, 1)
    assert (found.days_median, found.days_longest) == (7, 12)
    client = signed_in("auditor")
    client.cookies["language"] = "en"
    shown = client.get("/audit/claims/").content.decode()
    assert "marriages" in shown.lower() and own not in shown and "The secret" not in shown


def test_requests_for_a_human_are_counted(accounts: dict[str, User]) -> None:
    own = accounts["citizen"].person
    for made_by, due, answered in ((own, -1, None), ("3" * 32, 5, None), (own, 5, NOW)):
        HumanRequest.objects.create(
            person=own,
            made_by=made_by,
            words="w",
            made_at=NOW - timedelta(days=4),
            due_on=timezone.localdate() + timedelta(days=due),
            answered_at=answered,
        )
    found = human_requests()
    assert (found.made, found.waiting, found.overdue, found.days_median) == (3, 2, 1, 4)


def test_nobody_else_reads_them(signed_in: SignedIn) -> None:
    for role in ("citizen", "steward", "administrator", "social_worker"):
        assert signed_in(role).get("/audit/claims/").status_code == 403
