"""Several processes add to the log at once, on a SQLite file or on PostgreSQL: no gap, whole, sealed at its end."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from appending import THREADS

from familycard.office.access.verify_log import main

pytestmark = pytest.mark.database
PROCESSES, LOOKS = 3, 10
POSTGRESQL = os.environ.get("FAMILYCARD_DATABASE", "")


@dataclass
class Office:
    """An office with a database of its own."""

    folder: Path
    database: str
    run: Callable[[str], Any]
    """Does something to the database as its owner could, triggers or not."""

    def command(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start Python with the office's settings."""
        given = {"FAMILYCARD_OFFICE": str(self.folder), "FAMILYCARD_DATABASE": ""}
        if self.database.startswith("postgresql"):
            given["FAMILYCARD_DATABASE"] = self.database
        return subprocess.Popen([sys.executable, *arguments], env={**os.environ, **given})

    def verified(self, capsys: pytest.CaptureFixture[str]) -> tuple[int, Any]:
        """What the auditor's program says."""
        key = self.folder / "key"
        if not key.exists():
            assert self.command("-m", "familycard.office", "access_log_key", str(key)).wait() == 0
        seal = self.folder / "access-log.seal"
        status = main([self.database, "--key", str(key), "--seal", str(seal), "--json"])
        return status, json.loads(capsys.readouterr().out)


@pytest.fixture
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """An office of three processes that have just added to its log, on the database that the tests run on."""
    with ExitStack() as ends:
        if POSTGRESQL:
            made = ends.enter_context(_on_postgresql(tmp_path))
        else:
            file = tmp_path / "office.sqlite3"
            shutil.copyfile(request.getfixturevalue("migrated"), file)
            made = Office(tmp_path, str(file), lambda sql: _sqlite(file, sql))
        adding = [
            made.command(str(Path(__file__).with_name("appending.py")), str(LOOKS)) for _ in range(PROCESSES)
        ]
        assert [process.wait() for process in adding] == [0] * PROCESSES
        yield made


@contextmanager
def _on_postgresql(folder: Path) -> Iterator[Office]:
    """An office on a database of its own, until one leaves."""
    name = f"familycard_log_{os.getpid()}"
    database = f"{POSTGRESQL.rpartition('/')[0]}/{name}"
    with psycopg.connect(POSTGRESQL, autocommit=True, connect_timeout=3) as server:
        server.execute(f"drop database if exists {name}")
        server.execute(f"create database {name}")
        try:
            made = Office(folder, database, lambda sql: _postgresql(database, sql))
            assert made.command("-m", "familycard.office", "migrate", "access", "-v0").wait() == 0
            yield made
        finally:
            server.execute(f"drop database {name} with (force)")


def _sqlite(file: Path, sql: str) -> None:
    with sqlite3.connect(file) as opened:
        opened.executescript(sql)


def _postgresql(database: str, sql: str) -> None:
    with psycopg.connect(database) as opened:
        opened.execute(sql)


def test_several_processes_write_one_chain_and_what_is_done_to_it_is_found(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    looks = PROCESSES * THREADS * LOOKS
    assert office.verified(capsys) == (0, {"is_whole": True, "records": looks, "fault": None})
    with pytest.raises((sqlite3.DatabaseError, psycopg.DatabaseError), match="only added to"):
        office.run("update access_look set reason = 'x' where sequence = 5")
    on = " on access_look" if office.database.startswith("postgresql") else ""
    office.run(f"drop trigger access_look_update{on}")
    office.run("update access_look set reason = 'x' where sequence = 5")
    status, said = office.verified(capsys)
    assert (status, said["fault"]["record"], said["records"]) == (1, 5, 4)


def test_a_file_that_is_no_database_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("00")
    with pytest.raises(SystemExit) as stopped:
        main([str(tmp_path / "none"), "--key", str(tmp_path / "key"), "--seal", str(tmp_path / "seal")])
    assert stopped.value.code == 2
