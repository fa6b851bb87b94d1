"""Each place of a pack has the names of docs/pack-format.md, typed, and no others."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from familycard.pack.loader import load_pack
from familycard.pack.scopes import (
    column,
    person_scope,
    programme_scope,
    scorecard_scope,
    source_scope,
    statistic_scope,
    tie_scope,
    unit_scope,
)
from familycard.pack.types import BOOLEAN, INTEGER, MONEY, TEXT

DAY = date(2025, 6, 1)


def test_a_dotted_name_is_a_column_joined_by_two_underscores() -> None:
    assert column("child.birth_date") == '"child__birth_date"'
    assert column("programme.asp.status") == '"asp__status"'
    assert column("wages") == '"wages"'


def test_what_is_counted_over_members_is_a_yes_or_no_of_each_person(small_pack: Path) -> None:
    pack = load_pack(small_pack)
    person, unit = person_scope(pack, DAY).resolve("children"), unit_scope(pack, DAY).resolve("children")
    assert person is not None and person.type == BOOLEAN
    assert unit is not None and unit.type == INTEGER


@pytest.mark.parametrize("name", ["birth_date", "wages_month", "mrp", "line", "as_of", "is_child"])
def test_a_person_has_attributes_and_indicators(small_pack: Path, name: str) -> None:
    assert person_scope(load_pack(small_pack), DAY).resolve(name) is not None


@pytest.mark.parametrize("name", ["wages_per_member", "members", "person", "child.birth_date"])
def test_a_person_has_nothing_of_a_unit(small_pack: Path, name: str) -> None:
    assert person_scope(load_pack(small_pack), DAY).resolve(name) is None


@pytest.mark.parametrize("name", ["birth_date", "is_child", "programme.other_aid.status"])
def test_a_unit_has_nothing_of_a_person_nor_of_programmes(small_pack: Path, name: str) -> None:
    assert unit_scope(load_pack(small_pack), DAY).resolve(name) is None


def test_a_scorecard_does_not_see_where_a_family_lives(small_pack: Path) -> None:
    scope = scorecard_scope(load_pack(small_pack), DAY)
    assert scope.resolve("area") is None
    assert scope.resolve("children") is not None


def test_a_source_has_its_columns_the_attributes_of_its_persons_and_the_period(small_pack: Path) -> None:
    pack = load_pack(small_pack)
    scope = source_scope(pack, pack.sources["births"], DAY, "previous_year")
    for name in ("born_on", "mother", "mother.died_on", "child.sex", "period.start", "mrp", "as_of"):
        assert scope.resolve(name) is not None, name
    for name in ("died_on", "wages_month", "line", "mother.wages_month"):
        assert scope.resolve(name) is None, name
    end = scope.resolve("period.end")
    assert end is not None and end.sql == "date '2024-12-31'"
    mother = scope.resolve("mother")
    assert mother is not None and mother.type == INTEGER


def test_a_tie_sees_both_roles_the_row_and_the_address(small_pack: Path) -> None:
    pack = load_pack(small_pack)
    tie = pack.units["family"].ties[0]
    scope = tie_scope(pack, tie, tie.mappings[0], DAY)
    for name in ("child.birth_date", "parent.is_child", "child.children", "born_on", "same_address", "via"):
        assert scope.resolve(name) is not None, name
    counted = scope.resolve("child.children")
    assert counted is not None and counted.type == BOOLEAN


def test_a_programme_sees_the_outcome_of_others(small_pack: Path) -> None:
    scope = programme_scope(load_pack(small_pack), "family", DAY)
    types = [scope.resolve(f"programme.other_aid.{part}") for part in ("status", "amount", "received")]
    assert [name.type for name in types if name] == [TEXT, MONEY, BOOLEAN]


def test_a_persons_programme_sees_the_persons_unit(small_pack: Path) -> None:
    scope = programme_scope(load_pack(small_pack), "person", DAY)
    for name in ("family.wages_per_member", "family.members", "family.area", "programme.other_aid.status"):
        assert scope.resolve(name) is not None, name
    assert scope.resolve("family.mrp") is None
    assert scope.resolve("wages_per_member") is None


def test_a_statistic_sees_only_those_before_it(small_pack: Path) -> None:
    pack = load_pack(small_pack)
    first, second = pack.statistics.values()
    assert statistic_scope(pack, first, DAY).resolve("statistic.median_line") is None
    line = statistic_scope(pack, second, DAY).resolve("statistic.median_line")
    assert line is not None and line.type == MONEY
