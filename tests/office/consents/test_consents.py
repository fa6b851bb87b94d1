"""A consent holds from when it is given until it is withdrawn or ends, for one receiver and one purpose."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from familycard.office.consents.models import Consent
from familycard.office.consents.services import agreed_to_be_seen_by, give, live_consent, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_consent_lives_until_it_is_withdrawn() -> None:
    consent = give("husband", "wife")
    assert live_consent("husband", Consent.FAMILY, "wife") == consent
    assert agreed_to_be_seen_by("wife", ["husband", "son"]) == {"husband"}
    withdraw(consent)
    assert live_consent("husband", Consent.FAMILY, "wife") is None
    assert agreed_to_be_seen_by("wife", ["husband", "son"]) == frozenset()
    assert Consent.objects.get().withdrawn_at is not None, "that it was given stays on record"


def test_it_is_for_one_receiver_and_one_way() -> None:
    give("husband", "wife")
    assert agreed_to_be_seen_by("husband", ["wife"]) == frozenset()
    assert agreed_to_be_seen_by("son", ["husband"]) == frozenset()


def test_a_partner_s_consent_is_for_one_programme_and_shows_no_family_anything() -> None:
    consent = give("husband", "bank", programme="preferential_mortgage")
    assert live_consent("husband", "preferential_mortgage", "bank") == consent
    assert live_consent("husband", "rent_subsidy", "bank") is None
    assert live_consent("husband", "preferential_mortgage", "other bank") is None
    assert live_consent("husband", Consent.FAMILY, "bank") is None
    assert agreed_to_be_seen_by("bank", ["husband"]) == frozenset()


def test_it_ends_when_it_was_to_end() -> None:
    give("husband", "bank", programme="rent_subsidy", until=timezone.now() - timedelta(seconds=1))
    assert live_consent("husband", "rent_subsidy", "bank") is None


def test_giving_twice_is_giving_once() -> None:
    assert give("husband", "wife") == give("husband", "wife")
    assert Consent.objects.count() == 1
