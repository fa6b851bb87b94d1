"""An office on a made-up country of three thousand, and somebody signed in in each role."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client, TransactionTestCase
from made_up import MadeUp
from packs_read import pack_of

from familycard.office.access.guard import lifted
from familycard.office.access.roles import CITIZEN, ROLES
from familycard.office.accounts.demonstration import demonstration_accounts
from familycard.office.accounts.models import User
from familycard.office.cards.current import Current, current
from familycard.office.cards.references import person_of, reference
from familycard.office.cards.subjects import subject_of
from familycard.pack.office import OfficeRules
from familycard.snapshot.reader import Reader

SignedIn = Callable[[str], Client]


@pytest.fixture(scope="session")
def migrated(of_all_processes: Path) -> Path:
    """A SQLite file with all tables of an office and no rows, made once: its migrations take ten seconds."""
    folder = of_all_processes / "migrated"
    folder.mkdir(exist_ok=True)
    file = folder / "whole.sqlite3"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            given = {"FAMILYCARD_OFFICE": str(folder), "FAMILYCARD_DATABASE": ""}
            command = [sys.executable, "-m", "familycard.office", "migrate", "-v0"]
            subprocess.run(command, env={**os.environ, **given}, check=True)
            made = folder / "office.sqlite3"
            with closing(sqlite3.connect(made)) as database:
                # A copy in memory could not be opened otherwise.
                database.execute("pragma journal_mode = delete")
            made.rename(file)
    return file


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Lay what is migrated into the database in memory that Django is about to migrate for this process."""
    if connection.vendor != "sqlite":
        yield
        return
    in_memory = connection.creation._get_test_db_name()
    with closing(sqlite3.connect(in_memory, uri=True)) as database:
        with closing(sqlite3.connect(request.getfixturevalue("migrated"))) as whole:
            whole.backup(database)
        yield


@pytest.fixture(scope="session", autouse=True)
def _a_test_may_empty_its_log() -> Iterator[None]:
    """Who commits is cleaned up after by emptying all tables, which the log's guard refuses, and has no seal."""
    empty = TransactionTestCase._fixture_teardown

    def emptied(case: TransactionTestCase) -> None:
        with lifted(connection):
            empty(case)
        Path(settings.ACCESS_LOG_SEAL).unlink(missing_ok=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptied)
        yield


@pytest.fixture(scope="session")
def country(made_up_country: MadeUp) -> Path:
    """The folder of the country's snapshots, which the office of this process reads."""
    # Another process of these tests may have made the link.
    with suppress(FileExistsError):
        settings.DEPLOYMENT.snapshots.symlink_to(made_up_country.snapshots)
    return made_up_country.snapshots


@pytest.fixture(scope="session")
def reader(country: Path) -> Reader:
    """The published snapshot, as this process has it open."""
    return current().reader()


@pytest.fixture
def accounts(db: None, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> dict[str, User]:
    """The demonstration's users by role; the citizen lives in the social worker's district."""
    monkeypatch.setattr(User, "set_password", lambda user, password: user.set_unusable_password())
    demonstration_accounts(reader, is_made_up=True, password="never typed")
    return {user.role: user for user in User.objects.all()}


@cache
def _rules() -> OfficeRules:
    rules = pack_of("kz").office
    assert rules is not None
    return rules


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> OfficeRules:
    """The law and the working days of the country, for a test of the database that needs no snapshot."""
    monkeypatch.setattr(Current, "rules", lambda _: _rules())
    return _rules()


@pytest.fixture
def officials(db: None) -> dict[str, User]:
    """An account of each role, of nobody in a snapshot."""
    made = (User(username=role, role=role, person="C" * 32 if role == CITIZEN else "") for role in ROLES)
    return {user.role: user for user in User.objects.bulk_create(made)}


@pytest.fixture
def signed_in(accounts: dict[str, User]) -> SignedIn:
    """A browser in which the role's account is signed in; `anonymous` is nobody."""

    def sign_in(role: str) -> Client:
        client = Client()
        if role != "anonymous":
            client.force_login(accounts[role], backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def elsewhere(reader: Reader, accounts: dict[str, User]) -> str:
    """The reference of somebody who lives in another region than the demonstration's workers serve."""
    region = accounts["supervisor"].area_codes()[0]
    rows = reader.snapshot.engine.rows(
        f"select min(person) from people where is_resident and not starts_with(area, '{region}')"
    )
    found = subject_of(reference(int(rows[0][0])))
    assert found is not None
    return found.reference


@pytest.fixture
def neighbour(reader: Reader, accounts: dict[str, User]) -> str:
    """The reference of somebody of another family than the citizen's, in the district that the worker serves."""
    citizen = person_of(accounts["citizen"].person)
    district = accounts["social_worker"].area_codes()[0]
    rows = reader.snapshot.engine.rows(
        f"""
        select min(person) from people join members_family using (person)
        where is_resident and starts_with(area, '{district}')
          and unit != (select unit from members_family where person = {citizen})"""
    )
    return reference(int(rows[0][0]))
