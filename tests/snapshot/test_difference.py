"""Two snapshots of a town: who changed, and whether life, data or law did."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from town import REGISTERS, person, town

from familycard.errors import SnapshotError
from familycard.snapshot.difference import Difference, change_rows, difference, difference_json
from familycard.snapshot.open import OpenSnapshot, open_snapshot

POORER_LIMIT = {"scorecards/need.yaml": ("below: 60 EUR", "below: 120 EUR")}
LATER = date(2026, 1, 31)


def with_rows(source: str, old: str, new: str) -> dict[str, str]:
    assert old in REGISTERS[source]
    return {source: REGISTERS[source].replace(old, new)}


@pytest.fixture
def before(the_town: OpenSnapshot, tmp_path: Path) -> OpenSnapshot:
    """The town, whose store lies in `tmp_path` too, to be gone on with."""
    shutil.copytree(the_town.path.parents[1], tmp_path, symlinks=True, dirs_exist_ok=True)
    return open_snapshot(tmp_path / "snapshots" / the_town.path.name)


def changed(found: Difference) -> set[tuple[str, str | None, str | None, str, bool, int, int]]:
    counts = (*found.categories, *found.programmes)
    return {(c.result, c.before, c.after, c.cause, c.members_changed, c.people, c.families) for c in counts}


def test_a_corrected_row_is_data(before: OpenSnapshot, tmp_path: Path) -> None:
    after = town(tmp_path, registers=with_rows("wages", "0004,150.00", "0004,900.00"))
    found = difference(before, after)
    assert changed(found) == {
        ("category", "C", "A", "data", False, 3, 1),
        ("child_aid", "eligible", "not_eligible", "data", False, 3, 1),
    }
    assert [c.direction for c in found.programmes] == ["lost"]
    people = {change.person for change in found.persons(result="child_aid")}
    assert people == {person(after, number) for number in ("0004", "0005", "0006")}
    assert (found.people_in_both, found.people_changed, found.people_with_other_members) == (8, 3, 0)


def test_the_same_row_in_a_later_extract_is_life(before: OpenSnapshot, tmp_path: Path) -> None:
    rows = with_rows("wages", "0004,150.00", "0004,900.00")
    found = difference(before, town(tmp_path, registers=rows, extracted_on="2026-01-15"))
    assert {c.cause for c in (*found.categories, *found.programmes)} == {"life"}


def test_a_reform_is_law_for_those_whose_facts_are_equal(before: OpenSnapshot, tmp_path: Path) -> None:
    found = difference(before, town(tmp_path, law=POORER_LIMIT))
    assert changed(found) == {("category", "B", "C", "law", False, 3, 1)}


def test_a_reform_and_a_correction_are_told_apart_by_person(before: OpenSnapshot, tmp_path: Path) -> None:
    rows = with_rows("wages", "0008,400.00", "0008,110.00")
    found = difference(before, town(tmp_path, law=POORER_LIMIT, registers=rows))
    assert changed(found) == {
        ("category", "B", "C", "law", False, 3, 1),
        ("category", "A", "C", "data and law", False, 1, 1),
    }


def test_a_parameter_of_the_new_year_is_law_though_no_file_changed(tmp_path: Path) -> None:
    rows = with_rows("wages", "0001,100.00", "0001,160.00")
    found = difference(town(tmp_path, registers=rows), town(tmp_path, as_of=LATER, registers=rows))
    assert changed(found) == {("child_aid", "not_eligible", "eligible", "law", False, 3, 1)}
    assert found.programmes[0].direction == "gained"


def test_another_title_is_no_law(before: OpenSnapshot, tmp_path: Path) -> None:
    titled = {
        "programmes/child_aid.yaml": ("title: {en: Child aid}", "title: {en: Money for children}"),
        "scorecards/need.yaml": ("title: {en: Need}", "title: {en: Hardship}"),
    }
    rows = with_rows("wages", "0004,150.00", "0004,900.00")
    found = difference(before, town(tmp_path, law=titled, registers=rows))
    assert {c.cause for c in (*found.categories, *found.programmes)} == {"data"}


def test_an_indicator_defined_anew_is_law_and_no_change_of_data(before: OpenSnapshot, tmp_path: Path) -> None:
    stricter = {"indicators/all.yaml": ("gross > money '0 EUR'", "gross > money '250 EUR'")}
    found = difference(before, town(tmp_path, law=stricter))
    assert changed(found) == {("category", "B", "C", "law", False, 3, 1)}


def test_an_age_that_passes_a_limit_is_life(before: OpenSnapshot, tmp_path: Path) -> None:
    found = difference(before, town(tmp_path, as_of=date(2026, 2, 1)))
    (change,) = found.persons(result="youth_pass")
    assert (change.person, change.before, change.after) == (
        person(before, "0008"),
        "eligible",
        "not_eligible",
    )
    assert change.cause == "life"


def test_an_age_is_no_law_though_the_law_changes_too(before: OpenSnapshot, tmp_path: Path) -> None:
    stricter = {"programmes/youth_pass.yaml": ("when: age < 26", "when: age < 26 and age < 11")}
    same_ages = difference(before, town(tmp_path, as_of=LATER, law=stricter))
    assert changed(same_ages) == {("youth_pass", "eligible", "not_eligible", "law", False, 1, 1)}
    older = difference(before, town(tmp_path, as_of=date(2026, 2, 1), law=stricter))
    assert {c.cause for c in older.persons(result="youth_pass")} == {"life and law"}


def test_a_marriage_moves_people_to_a_family_with_other_members(before: OpenSnapshot, tmp_path: Path) -> None:
    rows = {"marriages": REGISTERS["marriages"] + "0007,0008,2025-12-30\n"}
    found = difference(before, town(tmp_path, registers=rows))
    assert changed(found) == {
        ("category", "C", "A", "data", True, 1, 1),
        ("couple_gift", None, "eligible", "data", True, 2, 1),
    }
    assert found.people_with_other_members == 2
    old = person(before, "0007")
    (change,) = found.persons(result="category")
    assert (change.person, change.unit_before, change.unit_after) == (old, old, old)


def test_people_are_followed_when_the_head_changes(before: OpenSnapshot, tmp_path: Path) -> None:
    dead = with_rows("population", "0001,1980-02-01,M,Abel,", "0001,1980-02-01,M,Abel,2025-12-01")
    found = difference(before, town(tmp_path, registers=dead))
    assert found.only_before() == (person(before, "0001"),)
    changes = {(c.person, c.before, c.after, c.members_changed) for c in found.persons(result="category")}
    survivors = [person(before, number) for number in ("0002", "0003")]
    assert changes == {(p, "B", "C", True) for p in survivors}
    assert {c.unit_after for c in found.persons(result="category")} == {survivors[0]}


def test_the_newborn_are_only_in_the_second(before: OpenSnapshot, tmp_path: Path) -> None:
    born = {
        "population": REGISTERS["population"] + "0010,2025-12-30,F,Abel,\n",
        "births": REGISTERS["births"] + "0010,0002\n",
    }
    after = town(tmp_path, registers=born)
    found = difference(before, after)
    assert found.only_after() == (person(after, "0010"),)
    assert (found.people_only_before, found.people_only_after, found.people_in_both) == (0, 1, 8)
    assert found.people_with_other_members == 3


def test_a_new_programme_is_law_for_everybody_who_gains_it(before: OpenSnapshot, tmp_path: Path) -> None:
    after = town(tmp_path)
    pack = after.pack
    lacking = {id_: p for id_, p in pack.programmes.items() if id_ != "youth_pass"}
    earlier = replace(before, catalogue=replace(before.catalogue, pack=replace(pack, programmes=lacking)))
    gained = [c for c in difference(earlier, after).programmes if c.direction == "gained"]
    assert [(c.result, c.before, c.cause, c.people) for c in gained] == [("youth_pass", "absent", "law", 4)]


def test_nothing_differs_from_itself(before: OpenSnapshot) -> None:
    found = difference(before, before)
    assert (found.categories, found.programmes, found.people_changed) == ((), (), 0)


def test_snapshots_of_different_stores_are_not_compared(before: OpenSnapshot, tmp_path: Path) -> None:
    shuffled = dict(REGISTERS)
    lines = shuffled["population"].splitlines()
    lines = [lines[0], *reversed(lines[1:]), "0000,1999-01-01,M,First,"]
    shuffled["population"] = "\n".join(lines) + "\n"
    other = tmp_path / "elsewhere"
    other.mkdir()
    with pytest.raises(SnapshotError, match="one store"):
        difference(before, town(other, registers=shuffled))


def test_the_summary_prints_and_speaks_json(before: OpenSnapshot, tmp_path: Path) -> None:
    found = difference(before, town(tmp_path, law=POORER_LIMIT))
    heads, rows = change_rows((*found.categories, *found.programmes))
    assert rows == [("category", "B", "C", "other", "law", "same members", "3", "1")]
    assert len(heads) == len(rows[0])
    assert json.loads(json.dumps(difference_json(found)))["categories"][0]["cause"] == "law"
