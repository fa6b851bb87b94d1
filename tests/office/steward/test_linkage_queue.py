"""The queue of rows without a person: names for the pair at hand alone, a decision in the form that intake reads."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from django.conf import settings
from django.test import Client

from familycard.office.access.models import Look
from familycard.office.cards.references import reference
from familycard.office.steward.decisions import file
from familycard.office.steward.models import LinkageDecision
from familycard.snapshot.reader import Reader
from familycard.sources.linkage.review import make_waiting, read_decisions, write_review

SignedIn = Callable[[str], Client]
SHA = "ab" * 32
NAMES = ["Сұлтанбекова", "Жанерке", "Қыдырбайқызы", "1991-02-03"]


@pytest.fixture
def people(reader: Reader) -> list[int]:
    rows = reader.snapshot.engine.rows("select person from people where is_resident order by person limit 3")
    return [int(person) for (person,) in rows]


@pytest.fixture
def review(people: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A review file as `familycard link` itself writes it, with three pairs."""
    made = tmp_path / "review.csv"
    with duckdb.connect() as connection:
        make_waiting(connection)
        connection.execute("create table links (source varchar, sha256 varchar, row bigint, outcome varchar)")
        for place, person in enumerate(people):
            said = {"surname": f"{NAMES[0]}{place}", "given_name": NAMES[1], "birth_date": NAMES[3]}
            columns = ", ".join(said)
            connection.execute(
                f"""insert into waiting (source, sha256, row, person, likelihood_millionths, {columns}, candidate, words)
                values ('grants', ?, ?, ?, ?, ?, ?, ?, ?, 'given name equal')""",
                [SHA, 7 + place, person, 900_000 - place, *said.values(), f"{NAMES[2]}{place}"],
            )
        write_review(connection, made)
    monkeypatch.setattr(settings, "DEPLOYMENT", replace(settings.DEPLOYMENT, review=made, folder=tmp_path))
    return made


def pair(person: int, row: int) -> str:
    return f"/steward/linkage/{reference(person)}/grants/{SHA[:12]}/{row}/"


def test_the_list_names_nobody_and_is_no_look(signed_in: SignedIn, review: Path, people: list[int]) -> None:
    shown = signed_in("steward").get("/steward/linkage/").content.decode()
    assert all(pair(person, 7 + place) in shown for place, person in enumerate(people))
    assert not any(name in shown for name in NAMES)
    assert not Look.objects.exists()


def test_a_pair_shows_its_own_names_alone_and_is_logged(
    signed_in: SignedIn, review: Path, people: list[int]
) -> None:
    shown = signed_in("steward").get(pair(people[1], 8)).content.decode()
    assert f"{NAMES[0]}1" in shown and f"{NAMES[2]}1" in shown
    assert f"{NAMES[0]}0" not in shown and f"{NAMES[2]}2" not in shown
    look = Look.objects.get()
    assert (look.purpose, look.persons) == ("linkage", [reference(people[1])])


def test_decisions_are_taken_back_by_the_command(
    signed_in: SignedIn, review: Path, people: list[int]
) -> None:
    steward = signed_in("steward")
    for place, verdict in enumerate(("same", "not_same", "cannot_tell")):
        answer = steward.post(pair(people[place], 7 + place), {"verdict": verdict, "reason": ""})
        assert answer.status_code == 302
    with duckdb.connect() as connection:
        connection.execute("create table identity as select unnest(?::bigint[]) as person", [people])
        read_decisions(connection, file())
        found = connection.execute("select row, outcome, decided_by from decisions order by row").fetchall()
    assert found == [(7, "linked", "steward"), (8, "declined", "steward")]
    assert file().stat().st_mode & 0o077 == 0, "the file has names: its owner alone may read it"


def test_what_nobody_could_tell_goes_on_waiting_and_what_was_decided_does_not(
    signed_in: SignedIn, review: Path, people: list[int]
) -> None:
    steward = signed_in("steward")
    steward.post(pair(people[0], 7), {"verdict": "cannot_tell"})
    steward.post(pair(people[1], 8), {"verdict": "same"})
    steward.cookies["language"] = "en"
    shown = steward.get("/steward/linkage/").content.decode()
    assert pair(people[0], 7) in shown and "nobody could tell" in shown
    assert pair(people[1], 8) not in shown


def test_the_last_decision_of_a_pair_counts(signed_in: SignedIn, review: Path, people: list[int]) -> None:
    steward = signed_in("steward")
    steward.post(pair(people[0], 7), {"verdict": "same"})
    steward.post(pair(people[0], 7), {"verdict": "cannot_tell"})
    with file().open(encoding="utf-8", newline="") as stream:
        assert {row["decision"] for row in csv.DictReader(stream)} == {""}
    assert LinkageDecision.objects.count() == 2, "nothing is overwritten"


def test_a_pair_that_does_not_wait_is_not_found(signed_in: SignedIn, review: Path, people: list[int]) -> None:
    steward = signed_in("steward")
    assert steward.get(pair(people[0], 8)).status_code == 404
    assert steward.get(pair(people[0], 99)).status_code == 404
    assert not Look.objects.exists()


def test_what_is_no_review_file_is_said(signed_in: SignedIn, review: Path) -> None:
    review.write_text("a,b\n1,2\n")
    steward = signed_in("steward")
    steward.cookies["language"] = "en"
    assert "cannot be read" in steward.get("/steward/linkage/").content.decode()
