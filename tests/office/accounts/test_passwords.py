"""Passwords: long, not common, otherwise as one likes; taken as typed, changed by whoever knows the old one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from familycard.office import settings as office_settings
from familycard.office.accounts.models import User
from familycard.office.administration import services
from familycard.snapshot.reader import Reader

OLD, NEW = "three unrelated words", "four more unrelated words"
QUICKLY = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CHANGE = "/account/password/change/"


@pytest.fixture
def worker(db: None, reader: Reader, settings: Any) -> User:
    """A worker with a password; how slowly it is hashed is asked where it could be cut."""
    settings.PASSWORD_HASHERS = [*QUICKLY, *settings.PASSWORD_HASHERS]
    cache.clear()
    user = User(username="worker", role="social_worker")
    user.set_password(OLD)
    user.save()
    return user


def signed_in(password: str) -> Client:
    """A browser that has sent a password, with success or without."""
    client = Client()
    client.post("/account/login/", {"login": "worker", "password": password})
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def forms_with_passwords(worker: User) -> dict[str, str]:
    """Each page on which a password is typed."""
    client = signed_in(OLD)
    by = User.objects.create(username="administrator", role="administrator")
    link = services.make_link(by, services.create(by, "a.serikova", "analyst"))
    assert link is not None
    asked = ["/account/login/", link]
    pages = {address: Client().get(address).content.decode() for address in asked}
    own = [CHANGE, "/account/reauthenticate/"]
    return pages | {address: client.get(address).content.decode() for address in own}


@pytest.mark.parametrize(("password", "is_taken"), [("жол тау суы", False), ("жол тау сулы", True)])
def test_one_has_twelve_characters(password: str, is_taken: bool) -> None:
    if is_taken:
        validate_password(password)
    else:
        with pytest.raises(ValidationError, match="12"):
            validate_password(password)


@pytest.mark.parametrize(
    "common",
    [
        "qwertyuiop[]",
        "1q2w3e4r5t6y",
        "Password2024!",
        "qwertyqwerty",
        "123456123456",
        "!monkey12345",
        "ILOVEYOU-2026",
    ],
)
def test_a_common_one_is_refused_plain_and_made_longer(common: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(common)
    assert "password_too_common" in {error.code for error in refused.value.error_list}


@pytest.mark.parametrize(
    "password",
    ["kvjbzrtwmqph", "KVJBZRTWMQPH", "908317264509", "!?)(*&^;:,.<", "құрақ көрпе ою", "🐎🌾🪕🏹🐪🦅" * 2],
)
def test_nobody_is_told_of_which_characters_to_make_one(password: str) -> None:
    validate_password(password)


def test_a_change_needs_the_old_one(worker: User) -> None:
    client = signed_in(OLD)
    for old in ("", "wrong words altogether"):
        client.post(CHANGE, {"oldpassword": old, "password1": NEW, "password2": NEW})
        worker.refresh_from_db()
        assert worker.check_password(OLD), "not changed"
    client.post(CHANGE, {"oldpassword": OLD, "password1": NEW, "password2": NEW})
    assert not is_in(signed_in(OLD)) and is_in(signed_in(NEW))


def test_one_that_is_common_is_refused_where_it_is_set(worker: User) -> None:
    client = signed_in(OLD)
    client.post(CHANGE, {"oldpassword": OLD, "password1": "Password2024!", "password2": "Password2024!"})
    worker.refresh_from_db()
    assert worker.check_password(OLD)


def test_one_is_taken_as_it_was_typed(worker: User, settings: Any) -> None:
    """Neither cut at its end, nor in its length, nor told apart by nothing but case."""
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[len(QUICKLY) :] + QUICKLY
    typed = f"  Қ{'ұ' * 200} "
    client = signed_in(OLD)
    client.post(CHANGE, {"oldpassword": OLD, "password1": typed, "password2": typed})
    assert is_in(signed_in(typed))
    for other in (typed.strip(), typed[:-2], typed.swapcase()):
        assert not is_in(signed_in(other)), other


def test_passwords_are_kept_by_argon2_and_nothing_weaker() -> None:
    assert office_settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert make_password(OLD, hasher="argon2").startswith("argon2$argon2id$")


def test_what_is_typed_is_masked_and_left_to_password_managers(worker: User) -> None:
    found = 0
    for address, page in forms_with_passwords(worker).items():
        for tag in re.findall(r"<input[^>]*name=\"\w*password\w*\"[^>]*>", page):
            found += 1
            assert 'type="password"' in tag and "value=" not in tag, address
            assert re.search(r'autocomplete="(current|new)-password"', tag), address
            assert not re.search(r"maxlength|pattern|readonly|onpaste", tag), address
    assert found == 1 + 2 + 3 + 1


def test_nothing_but_the_password_is_kept_to_know_somebody_by(db: None) -> None:
    """No hint, no secret question, no telephone by which a forgotten one could be had, and no page that asks."""
    own = {field.name for field in User._meta.concrete_fields}
    own -= {field.name for field in AbstractUser._meta.concrete_fields}
    assert own == {"id", "role", "person"}
    for address in ("/account/password/reset/", "/account/signup/", "/account/password/set/"):
        assert Client().get(address).status_code == 404, address
