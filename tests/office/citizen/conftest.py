"""Families of the made-up country in which somebody has something to hide, and what a citizen's pages say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from citizens_pages import CitizenIs, Couple
from django.test import Client
from django.utils import timezone

from familycard.office.access.middleware import ACTING_FOR
from familycard.office.accounts.models import User
from familycard.office.cards.references import reference
from familycard.snapshot.reader import Reader

NOW = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def couple(reader: Reader) -> Couple:
    """The first couple with a wage, a minor child of both, and nobody else of age in the family."""
    rows = reader.engine.rows(
        """
        select any_value(m.unit) from members_family m join people p using (person)
        group by m.unit
        having count(*) filter (birth_date < date '2000-01-01') = 2 and count(*) between 3 and 5
           and count(*) filter (birth_date > date '2009-01-01') >= 1
           and count(distinct sex) filter (birth_date < date '2000-01-01') = 2
           and count(*) filter (birth_date between date '2000-01-01' and date '2009-01-01') = 0
           and min(wages_month) filter (birth_date < date '2000-01-01') >= 0
        order by m.unit"""
    )
    for (unit,) in rows:
        members = reader.members(unit)
        adults = [m for m in members if m.birth_date and m.birth_date.year < 2000]
        children = [m.person for m in members if m not in adults]
        parents = {adult.person for adult in adults}
        if any(e.tie == "marriage" for a in adults for e in a.evidence) and all(
            both == parents for both in reader.brought_up_by(children).values()
        ):
            sexes = {adult.sex: adult.person for adult in adults}
            return Couple(sexes["F"], sexes["M"], children[0], unit)
    raise AssertionError("the made-up country has no such couple")


@pytest.fixture
def citizen_is(accounts: dict[str, User]) -> CitizenIs:
    """A browser in which the citizen's account is signed in as a person of the registers, acting for another if said."""

    def sign_in(person: int, acting_for: int | None = None) -> Client:
        user = accounts["citizen"]
        User.objects.filter(pk=user.pk).update(person=reference(person))
        client = Client()
        client.force_login(User.objects.get(pk=user.pk), backend=BACKEND)
        if acting_for is not None:
            session = client.session
            session[ACTING_FOR] = reference(acting_for)
            session.save()
        return client

    return sign_in


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Time stands still, so that pages differ by what they say alone."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return NOW
