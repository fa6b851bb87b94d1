"""Two snapshots and the steps between them: what data, life and law changed, each by itself."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from dated_town import BORN, COLUMNS, DATED_PACK, LATER, dated_town, marriages, wages
from town import REGISTERS, person, town

from familycard.errors import SnapshotError
from familycard.snapshot.causes import Causes, causes_json, causes_of, only_data
from familycard.snapshot.open import OpenSnapshot, open_snapshot
from familycard.snapshot.steps import steps_between
from familycard.snapshot.told import MIXED, NOT_COVERED, ONE_DAY, OTHER_COLUMNS

POORER_LIMIT = {"scorecards/need.yaml": ("below: 60 EUR", "below: 120 EUR")}
LINE_OF_THE_NEW_YEAR = {"parameters.yaml": ("from: 2026-01-01, value: 100", "from: 2026-01-01, value: 20")}
SMALL_WAGES = {"0001": "200.00"}

Change = tuple[str, str, str, str, str, int, int]


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the town as it usually begins."""
    folder = tmp_path_factory.mktemp("ordinary")
    dated_town(folder)
    return folder


@pytest.fixture
def a(ordinary: Path, tmp_path: Path) -> OpenSnapshot:
    """The usual town, ready to be taken in again in the folder of the test."""
    shutil.copytree(ordinary, tmp_path, symlinks=True, dirs_exist_ok=True)
    return open_snapshot(tmp_path / "snapshots" / "current")


def compared(a: OpenSnapshot, b: OpenSnapshot, work: Path) -> Causes:
    return causes_of(steps_between(a, b, work))


def changed(found: Causes) -> set[Change]:
    return {(c.result, c.before, c.after, c.direction, c.causes, c.people, c.families) for c in found.counts}


def people(found: Causes, result: str) -> set[int]:
    return set(found.table(result)["person"].to_pylist())


def test_a_birth_is_life(tmp_path: Path) -> None:
    a = dated_town(tmp_path, registers={"wages": wages(SMALL_WAGES)})
    b = dated_town(tmp_path, as_of=LATER, registers=BORN | {"wages": wages(SMALL_WAGES)})
    found = compared(a, b, tmp_path / "work")
    assert ("category", "B", "C", "down", "life", 3, 1) in changed(found)
    assert people(found, "category") == {person(a, n) for n in ("0001", "0002", "0003")}
    assert {c.causes for c in found.counts} == {"life"}


def test_a_death_between_the_days_is_life_and_one_before_is_data(a: OpenSnapshot, tmp_path: Path) -> None:
    for day, cause in (("2026-01-20", "life"), ("2025-12-20", "data")):
        rows = REGISTERS["population"].replace("0001,1980-02-01,M,Abel,", f"0001,1980-02-01,M,Abel,{day}")
        b = dated_town(tmp_path, as_of=LATER, registers={"population": rows})
        found = compared(a, b, tmp_path / "work")
        assert [r for r in changed(found) if r[0] == "category"] == [
            ("category", "B", "C", "down", cause, 2, 1)
        ]


def test_a_family_that_moves_up_only_because_rows_were_corrected_is_counted_apart(
    a: OpenSnapshot, tmp_path: Path
) -> None:
    b = dated_town(tmp_path, as_of=LATER, registers={"wages": wages({"0004": "900.00"})})
    found = compared(a, b, tmp_path / "work")
    assert ("category", "C", "A", "up", "data", 3, 1) in changed(found)
    assert only_data(found.counts, "up") == (3, 1)
    assert found.moves()["up"]["life"] == (0, 0)


def test_a_raise_is_life_though_it_looks_the_same_in_the_end(a: OpenSnapshot, tmp_path: Path) -> None:
    b = dated_town(
        tmp_path, as_of=LATER, registers={"wages": wages(months={"2026-01-15": {"0004": "900.00"}})}
    )
    found = compared(a, b, tmp_path / "work")
    assert ("category", "C", "A", "up", "life", 3, 1) in changed(found)
    assert only_data(found.counts, "up") == (0, 0)


def test_a_divorce_registered_late_is_data_and_one_between_the_days_is_life(
    a: OpenSnapshot, tmp_path: Path
) -> None:
    for day, cause in (("2025-12-01", "data"), ("2026-01-15", "life")):
        b = dated_town(tmp_path, as_of=LATER, registers={"marriages": marriages(day)})
        found = compared(a, b, tmp_path / "work")
        assert {r for r in changed(found) if r[0] == "category"} == {
            ("category", "B", "A", "up", cause, 1, 1),
            ("category", "B", "C", "down", cause, 2, 1),
        }
        assert ("couple_gift", "eligible", "none", "lost", cause, 2, 2) in changed(found)


def test_a_reform_is_law(a: OpenSnapshot, tmp_path: Path) -> None:
    b = dated_town(tmp_path, as_of=date(2026, 1, 31), law=POORER_LIMIT)
    found = compared(a, b, tmp_path / "work")
    assert changed(found) == {("category", "B", "C", "down", "law", 3, 1)}


def test_a_value_of_the_new_year_is_law_though_the_pack_is_the_same(tmp_path: Path) -> None:
    a = dated_town(tmp_path, law=LINE_OF_THE_NEW_YEAR)
    b = dated_town(tmp_path, as_of=date(2026, 1, 31), law=LINE_OF_THE_NEW_YEAR)
    assert a.pack.digest == b.pack.digest
    found = compared(a, b, tmp_path / "work")
    assert {(c.result, c.direction, c.causes) for c in found.counts} == {("child_aid", "lost", "law")}


def test_a_birthday_is_life(a: OpenSnapshot, tmp_path: Path) -> None:
    b = dated_town(tmp_path, as_of=LATER)
    found = compared(a, b, tmp_path / "work")
    assert changed(found) == {("youth_pass", "eligible", "not_eligible", "lost", "life", 1, 1)}
    assert people(found, "youth_pass") == {person(a, "0008")}


def test_a_correction_and_a_reform_that_both_move_a_family_are_both_named(
    a: OpenSnapshot, tmp_path: Path
) -> None:
    rows = {"wages": wages({"0008": "110.00"})}
    found = compared(
        a, dated_town(tmp_path, as_of=LATER, law=POORER_LIMIT, registers=rows), tmp_path / "work"
    )
    assert {r for r in changed(found) if r[0] == "category"} == {
        ("category", "A", "C", "down", "data and law", 1, 1),
        ("category", "B", "C", "down", "law", 3, 1),
    }
    assert found.moves()["down"]["several"] == (1, 1)


def test_months_that_the_later_load_no_longer_has_are_as_the_earlier_load_said(tmp_path: Path) -> None:
    a = dated_town(tmp_path, covers="{from: 2025-01-01, to: 2025-12-31}")
    rows = {"wages": "\n".join(r for r in wages().splitlines() if "2025-11" not in r) + "\n"}
    b = dated_town(tmp_path, as_of=LATER, registers=rows, covers="{from: 2025-12-01, to: 2026-01-31}")
    steps = steps_between(a, b, tmp_path / "work")
    assert {w.source: w.why for w in steps.earlier_words}["wages"] == NOT_COVERED
    found = causes_of(steps)
    assert {(c.result, c.causes) for c in found.counts} == {("youth_pass", "life")}


def test_a_result_unknown_on_the_way_is_no_move_and_its_cause_is_not_guessed(
    a: OpenSnapshot, tmp_path: Path
) -> None:
    """Another contract names the wages otherwise, so by the earlier law nobody's are known on the later day."""
    renamed = {name: text.replace("gross", "pay") for name, text in DATED_PACK.items()}
    columns = {"wages": tuple(column.replace("gross", "pay") for column in COLUMNS["wages"])}
    rows = {"wages": wages(months={"2026-01-15": {"0004": "900.00"}}).replace("gross", "pay")}
    b = dated_town(tmp_path, as_of=LATER, registers=rows, base=renamed, columns=columns)
    steps = steps_between(a, b, tmp_path / "work")
    assert {(w.step, w.why) for w in steps.earlier_words if w.source == "wages"} == {
        ("data", OTHER_COLUMNS),
        ("life", OTHER_COLUMNS),
    }
    found = causes_of(steps)
    assert {r for r in changed(found) if r[0] == "category"} == {
        ("category", "C", "A", "up", "unclear", 3, 1)
    }
    assert set(found.table("category")["on_the_way"].combine_chunks().flatten().to_pylist()) == {"C", "A-C"}
    assert only_data(found.counts, "up") == (0, 0)


def test_a_person_who_by_todays_data_was_not_yet_born_moves_for_no_cause_that_can_be_told(
    a: OpenSnapshot, tmp_path: Path
) -> None:
    registers = {
        "population": REGISTERS["population"].replace("0006,2020-02-01", "0006,2026-01-05"),
        "wages": wages(months={"2026-01-15": {"0004": "900.00"}}),
    }
    found = compared(a, dated_town(tmp_path, as_of=LATER, registers=registers), tmp_path / "work")
    assert {r for r in changed(found) if r[0] == "category"} == {
        ("category", "C", "A", "up", "data and life", 2, 1),
        ("category", "C", "A", "up", "unclear", 1, 0),
    }


def test_a_list_without_dates_is_never_called_a_correction_unless_its_extract_is_the_same(
    tmp_path: Path,
) -> None:
    """The usual town's wages bear no date: of a later extract nobody can say since when they hold."""
    a = town(tmp_path)
    rows = {"wages": REGISTERS["wages"].replace("0004,150.00", "0004,900.00")}
    for extracted_on, cause in (("2025-12-31", "data"), ("2026-01-15", "life")):
        b = town(tmp_path, registers=rows, extracted_on=extracted_on)
        steps = steps_between(a, b, tmp_path / "work")
        assert {c.causes for c in causes_of(steps).counts} == {cause}
        words = {word.source: word.why for word in steps.earlier_words}
        assert words.get("wages") == (ONE_DAY if cause == "life" else None)


def test_a_move_to_another_area_is_life_and_a_corrected_birth_date_is_data(
    a: OpenSnapshot, tmp_path: Path
) -> None:
    rows = REGISTERS["population"].replace("0008,2000-02-01,M,Earl", "0008,1990-02-01,M,Other")
    b = dated_town(tmp_path, as_of=date(2026, 1, 31), registers={"population": rows})
    steps = steps_between(a, b, tmp_path / "work")
    assert {w.source: w.why for w in steps.earlier_words}["population"] == MIXED
    assert changed(causes_of(steps)) == {("youth_pass", "eligible", "not_eligible", "lost", "data", 1, 1)}
    told_today = next(step.snapshot for step in steps.steps if step.cause == "data")
    told = told_today.engine.rows("select surname, birth_date from persons order by person")
    assert ("Earl", date(1990, 2, 1)) in told


def test_the_steps_compose_for_everybody(tmp_path: Path) -> None:
    a = dated_town(tmp_path, registers={"wages": wages(SMALL_WAGES)})
    registers = BORN | {
        "wages": wages(SMALL_WAGES | {"0008": "110.00"}),
        "marriages": marriages("2025-12-01"),
    }
    b = dated_town(tmp_path, as_of=LATER, law=POORER_LIMIT, registers=registers)
    steps = steps_between(a, b, tmp_path / "work")
    assert [step.cause for step in steps.steps] == ["data", "life", "law"]
    told = [_categories(snapshot) for snapshot in (a, *(step.snapshot for step in steps.steps))]
    expected = {
        p: ([categories.get(p) for categories in told], _causes(p, told))
        for p in told[0].keys() & told[-1].keys()
        if told[0][p] != told[-1][p]
    }
    rows = causes_of(steps).table("category").to_pylist()
    assert {r["person"]: ([r["before"], *r["on_the_way"], r["after"]], r["causes"]) for r in rows} == expected
    assert len({causes for _, causes in expected.values()}) >= 2


def _categories(snapshot: OpenSnapshot) -> dict[int, str]:
    return dict(
        snapshot.engine.rows("select person, category from members_family join scores_need using (unit)")
    )


def _causes(person: int, told: list[dict[int, str]]) -> str:
    steps = zip(("data", "life", "law"), told, told[1:], strict=False)
    return " and ".join(cause for cause, before, after in steps if before[person] != after[person])


def test_nothing_is_built_that_cannot_matter(a: OpenSnapshot, tmp_path: Path) -> None:
    assert steps_between(a, a, tmp_path / "work").steps == ()
    assert causes_of(steps_between(a, a, tmp_path / "work")).counts == ()
    b = dated_town(tmp_path, law=POORER_LIMIT)
    assert [step.cause for step in steps_between(a, b, tmp_path / "work").steps] == ["law"]
    assert not (tmp_path / "work").exists()


def test_the_store_is_read_as_it_was_and_not_as_it_is(a: OpenSnapshot, tmp_path: Path) -> None:
    b = dated_town(tmp_path, registers={"wages": wages({"0004": "900.00"})})
    dated_town(tmp_path, registers={"wages": wages({"0004": "150.00", "0008": "20.00"})})
    found = compared(a, b, tmp_path / "work")
    assert {r for r in changed(found) if r[0] == "category"} == {("category", "C", "A", "up", "data", 3, 1)}


def test_another_version_of_the_software_is_a_step_of_its_own(a: OpenSnapshot, tmp_path: Path) -> None:
    by_another = {**a.manifest, "code": {"version": "0", "digest": "another"}}
    steps = steps_between(replace(a, manifest=by_another), a, tmp_path / "work")
    assert [step.cause for step in steps.steps] == ["software"]


def test_the_later_snapshot_must_not_speak_of_an_earlier_day(a: OpenSnapshot, tmp_path: Path) -> None:
    b = dated_town(tmp_path, as_of=LATER)
    with pytest.raises(SnapshotError, match="name the earlier snapshot first"):
        steps_between(b, a, tmp_path / "work")


def test_the_summary_speaks_json_and_names_nobody(a: OpenSnapshot, tmp_path: Path) -> None:
    b = dated_town(tmp_path, registers={"wages": wages({"0004": "900.00"})})
    said = json.loads(json.dumps(causes_json(compared(a, b, tmp_path / "work"))))
    assert said["moves"]["category"]["up"]["data"] == {"people": 3, "families": 1}
    assert said["steps"] == ["data"]
    assert "person" not in said


def test_the_same_registers_extracted_later_hold_no_correction(a: OpenSnapshot, tmp_path: Path) -> None:
    found = compared(a, dated_town(tmp_path, as_of=LATER), tmp_path / "work")
    assert {count.causes for count in found.counts} == {"life"}


def test_letters_of_another_scale_are_neither_higher_nor_lower(a: OpenSnapshot, tmp_path: Path) -> None:
    finer = {
        "scorecards/need.yaml": (
            "{C: {below: 400}, B: {below: 550}, A: {}}\ncategory_labels: {",
            "{D: {below: 400}, C: {below: 450}, B: {below: 550}, A: {}}\ncategory_labels: {D: {en: Poorest}, ",
        )
    }
    b = dated_town(tmp_path, law=finer)
    found = compared(a, b, tmp_path / "work")
    assert changed(found) == {("category", "C", "D", "other", "law", 4, 2)}
    assert found.moves() == {}
