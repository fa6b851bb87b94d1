"""Nobody is given a password: a link that cannot be guessed lets the owner set one, once, within three days."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.management import call_command
from django.test import Client

from familycard.errors import UsageError
from familycard.office.accounts.models import User
from familycard.office.administration import services
from familycard.office.administration.models import Change

pytestmark = pytest.mark.database
SAID = {"new_password1": "жолбарыс-таулы-71", "new_password2": "жолбарыс-таулы-71"}


@pytest.fixture
def worker(db: None) -> User:
    """A worker of whom an administrator has just made the account."""
    by = User.objects.create(username="administrator", role="administrator")
    return services.create(by, "a.serikova", "social_worker")


def link_of(worker: User) -> str:
    made = services.make_link(User.objects.get(username="administrator"), worker)
    assert made is not None
    return made


def test_a_link_works_for_three_days_and_no_longer(worker: User, monkeypatch: pytest.MonkeyPatch) -> None:
    link, made = link_of(worker), datetime.now()
    for days, status in ((2.9, 200), (3.1, 404)):
        later = made + timedelta(days=days)
        monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda _, later=later: later)
        assert Client().get(link).status_code == status


def test_a_link_works_once_and_a_newer_one_voids_it(worker: User) -> None:
    first, second = link_of(worker), link_of(worker)
    assert first != second and Client().get(first).status_code == 404
    assert Client().post(second, SAID).status_code == 302
    assert Client().get(second).status_code == Client().post(second, SAID).status_code == 404
    assert link_of(worker) != second, "made anew, even at the same moment"


def test_a_link_of_another_office_or_with_another_letter_opens_nothing(
    worker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_of(worker)
    digit = "0" if link[-2] != "0" else "1"
    assert Client().get(f"{link[:-2]}{digit}/").status_code == 404
    monkeypatch.setattr("django.conf.settings.SECRET_KEY", "another office's")
    monkeypatch.setattr("django.contrib.auth.tokens.default_token_generator._secret", None)
    assert Client().get(link).status_code == 404


def test_the_first_two_administrators_are_made_on_the_server(db: None) -> None:
    for name in ("first", "second"):
        said = StringIO()
        call_command("first_administrator", name, stdout=said)
        user = User.objects.get(username=name)
        assert user.role == "administrator" and not user.has_usable_password()
        assert Client().post(said.getvalue().strip(), SAID).status_code == 302
    with pytest.raises(UsageError, match="two administrators already"):
        call_command("first_administrator", "third")
    made = Change.objects.filter(account="first").order_by("sequence").values_list("action", "by")
    assert list(made) == [
        ("created", services.BY_THE_SERVER),
        ("link_made", services.BY_THE_SERVER),
        ("password_set", "first"),
    ]


def test_a_name_is_given_once(db: None) -> None:
    User.objects.create(username="first", role="analyst")
    with pytest.raises(UsageError, match="choose another name"):
        call_command("first_administrator", "first")
