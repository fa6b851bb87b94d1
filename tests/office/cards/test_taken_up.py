"""A newly published snapshot is prepared before requests meet it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from familycard.office.access import middleware
from familycard.office.access.models import Look
from familycard.office.cards import current as module
from familycard.office.cards.current import Current, current
from familycard.snapshot.reader import Reader


class Unbegun:
    """A thread that never runs."""

    def start(self) -> None:
        pass


def test_a_newly_published_snapshot_is_prepared_before_it_is_used(
    country: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sorted(folder for folder in country.iterdir() if folder.name.startswith("2025"))[:2]
    for folder in (first, second):
        (tmp_path / folder.name).symlink_to(folder)
    link, seen = tmp_path / "current", list[tuple[str, str]]()
    link.symlink_to(first.name)
    office = Current(tmp_path)
    assert office.reader().as_of.isoformat() == "2025-11-30"

    def prepare(reader: Reader) -> None:
        seen.append((reader.as_of.isoformat(), office.reader().as_of.isoformat()))

    monkeypatch.setattr(module, "_preparations", [prepare])
    link.unlink()
    link.symlink_to(second.name)
    office._opening = second.name
    office._take_up(second.name)
    assert seen == [("2025-12-31", "2025-11-30")], "while the new one is prepared the old one answers"
    assert office.reader().as_of.isoformat() == "2025-12-31"


def test_a_request_ends_with_the_snapshot_with_which_it_began(
    signed_in: Callable[[str], Client], country: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another snapshot is taken up after it is known whom the page is about, and before the page is made."""
    earlier = next(folder for folder in country.iterdir() if folder.name.startswith("2025-11-30"))
    office, other, given = current(), Reader.open(earlier), list[Reader]()

    def decide(*said: object, **more: object) -> object:
        given.append(office.reader())
        monkeypatch.setattr(office, "_reader", other)
        return middleware_decide(*said, **more)

    middleware_decide = middleware.decide
    monkeypatch.setattr(middleware, "decide", decide)
    monkeypatch.setattr(office, "_reader", reader)
    page = signed_in("citizen").get("/my/")
    assert page.status_code == 200 and given == [reader]
    assert Look.objects.latest("sequence").snapshot == reader.snapshot.path.name
    assert office.reader() is other


def test_a_snapshot_whose_pack_says_nothing_for_an_office_is_refused_and_the_last_one_stays(
    country: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sorted(folder for folder in country.iterdir() if folder.name.startswith("2025"))[:2]
    (tmp_path / first.name).symlink_to(first)
    shutil.copytree(second, tmp_path / second.name)
    catalogue = tmp_path / second.name / "catalogue.json"
    kept = json.loads(catalogue.read_text(encoding="utf-8"))
    kept["pack"]["office"] = None
    catalogue.write_text(json.dumps(kept), encoding="utf-8")
    link = tmp_path / "current"
    link.symlink_to(first.name)
    office = Current(tmp_path)
    assert office.rules().terms["claim"].working_days == 15
    link.unlink()
    link.symlink_to(second.name)
    office._opening = second.name
    office._take_up(second.name)
    assert "has no office.yaml" in caplog.text
    begun = list[str]()
    monkeypatch.setattr(module.threading, "Thread", lambda **said: begun.append(said["args"][0]) or Unbegun())
    for _ in range(3):
        assert office.reader().as_of.isoformat() == "2025-11-30"
    assert begun == [], "what could not be opened is not tried again at each request"
    later = module.time.monotonic() + module.AGAIN_AFTER_SECONDS + 1
    monkeypatch.setattr(module.time, "monotonic", lambda: later)
    for _ in range(3):
        office.reader()
    assert begun == [second.name], "but after a while, once"
