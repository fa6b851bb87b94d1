"""What is ready before the first request, and that an office without a snapshot starts all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.template import engines

from familycard.office import readiness
from familycard.office.cards.current import Current
from familycard.snapshot.reader import Reader


def test_templates_are_compiled_and_the_snapshot_is_open(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Current(reader.snapshot.path.parent)
    monkeypatch.setattr(readiness, "current", lambda: office)
    readiness.make_ready()
    assert office._reader is not None
    [cached] = engines["django"].engine.template_loaders
    names = {template.name for template in cached.get_template_cache.values() if hasattr(template, "name")}
    assert {"base.html", "citizen/family.html", "components/tag.html"} <= names


def test_an_office_without_a_snapshot_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(readiness, "current", lambda: Current(tmp_path))
    readiness.make_ready()
    assert "No snapshot is published yet" in caplog.text
