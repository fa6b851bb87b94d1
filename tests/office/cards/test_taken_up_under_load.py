"""Another snapshot is published, and recalled, while requests run in several threads: none fails, none says of both."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.test import Client

from familycard.office.cards.current import Current, current
from familycard.snapshot.publish import point_to, recall
from familycard.snapshot.reader import Reader

WAIT_SECONDS, PAUSE_SECONDS, PERSONS = 60, 0.05, 20
NAME = re.compile(r"2025-\d\d-\d\d-[0-9a-f]+")


@dataclass
class Office:
    """The office on a folder of snapshots of its own, the earlier of two being published."""

    snapshots: Path
    names: tuple[str, str]
    office: Current


@pytest.fixture
def office(country: Path, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """This process's own, led to another folder for a while."""
    first, second = sorted(folder for folder in country.iterdir() if folder.name.startswith("2025"))[:2]
    for folder in (first, second):
        shutil.copytree(folder, tmp_path / folder.name, copy_function=os.link)
    point_to(tmp_path, first.name)
    this = current()
    for name, fresh in vars(Current(tmp_path)).items():
        monkeypatch.setattr(this, name, fresh)
    assert this.reader().snapshot.path.name == first.name
    return Office(tmp_path, (first.name, second.name), this)


@dataclass
class Load:
    """Requests that go on in several threads until it is enough."""

    told: list[list[str]] = field(default_factory=lambda: [[] for _ in ASKED])
    enough: threading.Event = field(default_factory=threading.Event)

    def run(self, thread: int) -> None:
        """Ask and ask again; what fails ends the thread and is raised where its result is asked for."""
        for number in itertools.count():
            if self.enough.is_set():
                return
            self.told[thread].append(ASKED[thread](number))
            time.sleep(PAUSE_SECONDS)

    def wait_until_all_are_told(self, name: str) -> None:
        """Return when the last answer of every thread was of a snapshot."""
        end = time.monotonic() + WAIT_SECONDS
        while not all(told and told[-1] == name for told in self.told):
            assert time.monotonic() < end, f"{name} was not taken up"
            time.sleep(0.01)


def page(_: int) -> str:
    """The snapshot of which a page speaks, served through all of the office; no other one is on it."""
    answer = Client().get("/model/")
    assert answer.status_code == 200
    (name,) = set(NAME.findall(answer.content.decode()))
    return name


def card(number: int) -> str:
    """The snapshot by which a person's rights and family are read, as in one request."""
    office = current()
    with office.one_reader():
        reader = office.reader()
        person = number % PERSONS + 1
        assert reader.rights([person]) is not None
        # Long enough for another snapshot to come in the midst of it.
        time.sleep(PAUSE_SECONDS)
        for member in reader.members(reader.unit_of(person)):
            assert member.person
        assert office.reader() is reader
        return reader.snapshot.path.name


ASKED: tuple[Callable[[int], str], ...] = (page, card, page, card)
"""What each thread asks."""


def without_repeats(told: list[str]) -> list[str]:
    return [name for name, _ in itertools.groupby(told)]


@pytest.fixture
def load(office: Office) -> Iterator[Load]:
    """Threads that ask, and whatever of theirs failed."""
    made = Load()
    with ThreadPoolExecutor(len(ASKED)) as threads:
        running = [threads.submit(made.run, thread) for thread in range(len(ASKED))]
        try:
            yield made
        finally:
            made.enough.set()
        for one in running:
            one.result()


def test_it_is_taken_up_and_recalled_without_a_failed_request(office: Office, load: Load) -> None:
    first, second = office.names
    load.wait_until_all_are_told(first)
    point_to(office.snapshots, second)
    load.wait_until_all_are_told(second)
    recall(office.snapshots, back_to=first)
    load.wait_until_all_are_told(first)
    load.enough.set()
    for told in load.told:
        assert without_repeats(told) == [first, second, first], "never back and forth"


def test_one_that_cannot_be_opened_fails_no_request_either(
    office: Office, load: Load, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = office.names
    (office.snapshots / second / "catalogue.json").unlink()
    point_to(office.snapshots, second)
    end = time.monotonic() + WAIT_SECONDS
    while "cannot be opened" not in caplog.text:
        assert time.monotonic() < end
        time.sleep(0.01)
    answered = [len(told) for told in load.told]
    while any(len(told) == before for told, before in zip(load.told, answered, strict=True)):
        assert time.monotonic() < end
        time.sleep(0.01)
    recall(office.snapshots, back_to=first)
    load.enough.set()
    assert {name for told in load.told for name in told} == {first}
