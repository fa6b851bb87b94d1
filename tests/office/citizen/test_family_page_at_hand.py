"""The page that most people open: read from rows alone, and a look whoever has no name is logged like any other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from citizens_pages import CitizenIs, Couple

from familycard.engine.duck import DuckEngine
from familycard.office.access.models import Look
from familycard.office.cards.references import reference
from familycard.snapshot.memberships import Member
from familycard.snapshot.reader import Reader


def test_the_family_page_asks_the_engine_nothing(
    couple: Couple, citizen_is: CitizenIs, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    wife = citizen_is(couple.wife)

    class NotAsked:
        """An engine's connection that nobody may use."""

        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"the engine was asked: {name}")

    assert isinstance(reader.engine, DuckEngine)
    monkeypatch.setattr(reader.engine, "connection", NotAsked())
    assert wife.get("/my/family/").status_code == 200


def test_a_look_at_somebody_without_a_name_is_logged(
    couple: Couple, citizen_is: CitizenIs, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = Reader.members

    def nameless(self: Reader, unit: int, kind: str | None = None) -> tuple[Member, ...]:
        return tuple(replace(member, name="") for member in members(self, unit, kind))

    monkeypatch.setattr(Reader, "members", nameless)
    wife = citizen_is(couple.wife)
    assert wife.get("/my/family/").status_code == 200
    assert {reference(couple.wife), reference(couple.child)} <= set(Look.objects.get().persons)
    assert reference(couple.husband) not in Look.objects.get().persons
