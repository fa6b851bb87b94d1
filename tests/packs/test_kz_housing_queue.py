"""The audit of Kazakhstan's housing queue asks about those about whom there is something to ask, and about nobody else.

The examples are the known hard ones: shares, sold homes, unsafe homes, an award that lasts, an orphan in service.
"""

from __future__ import annotations

from datetime import date

import pytest
from packs_read import pack_of

from familycard.engine.duck import DuckEngine
from familycard.pack.model import Case, Condition, Pack, Programme
from familycard.programmes.cases import evaluate_case

NOW = date(2025, 12, 31)
ASKED, NOT_ASKED, UNKNOWN = "eligible", "not_eligible", "cannot_tell"

HOME = {
    "in_housing_queue": "true",
    "dwelling_share": "0",
    "dwelling_share_5_years": "0",
    "emergency_dwellings": "0",
    "lives_in_unsafe_building": "false",
}
GROUP = {
    "many_children_family.children_counted": "0",
    "awards_first_kind": "false",
    "awards_higher_kind": "false",
    "family.disabled_children": "0",
    "family.members_of_group_1_or_2": "0",
    "has_group_1_or_2": "false",
    "is_pension_age": "false",
    "age": "40",
    "is_conscript": "false",
    "is_married": "false",
}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of("kz")


def _asked(pack: Pack, check_id: str, facts: dict[str, str], as_of: date = NOW) -> str:
    """What a check says of facts: it is put as the only condition of a programme, which a case can be asked of."""
    check = pack.checks[check_id]
    condition = Condition("asked", check.when, check.title, "none")
    question = Programme(
        "question", check.title, check.title, "none", check.unit, (condition,), kind="service"
    )
    return evaluate_case(pack, question, Case("question", as_of, facts, {}), DuckEngine(threads=1)).status


@pytest.mark.parametrize(
    ("check", "changes", "expected"),
    [
        ("queue_owns_dwelling", {"dwelling_share": "1"}, ASKED),
        ("queue_owns_dwelling", {"dwelling_share": "0.2"}, ASKED),
        ("queue_owns_dwelling", {"dwelling_share": "0.143"}, NOT_ASKED),
        ("queue_owns_dwelling", {"dwelling_share": "1", "emergency_dwellings": "1"}, NOT_ASKED),
        ("queue_owns_dwelling", {"dwelling_share": "2", "emergency_dwellings": "1"}, ASKED),
        ("queue_owns_dwelling", {"dwelling_share": "1", "lives_in_unsafe_building": "true"}, NOT_ASKED),
        ("queue_owns_dwelling", {"dwelling_share": "1", "in_housing_queue": "false"}, NOT_ASKED),
        ("queue_owned_in_5_years", {"dwelling_share_5_years": "1"}, ASKED),
        ("queue_owned_in_5_years", {"dwelling_share_5_years": "0.143"}, NOT_ASKED),
        ("queue_owned_in_5_years", {}, NOT_ASKED),
        ("queue_small_share", {"dwelling_share": "0.143", "dwelling_share_5_years": "0.143"}, ASKED),
        ("queue_small_share", {"dwelling_share": "0.2", "dwelling_share_5_years": "0.2"}, NOT_ASKED),
    ],
)
def test_what_a_family_owns_or_owned(pack: Pack, check: str, changes: dict[str, str], expected: str) -> None:
    assert _asked(pack, check, {**HOME, **changes}) == expected


@pytest.mark.parametrize(
    ("category", "changes", "expected"),
    [
        ("many_children", {"many_children_family.children_counted": "4"}, NOT_ASKED),
        ("many_children", {"many_children_family.children_counted": "3"}, ASKED),
        (
            "many_children",
            {"many_children_family.children_counted": "1", "awards_higher_kind": "true"},
            NOT_ASKED,
        ),
        ("disabled_child_family", {"family.disabled_children": "1"}, NOT_ASKED),
        ("disabled_child_family", {"family.members_of_group_1_or_2": "1"}, NOT_ASKED),
        ("disabled_child_family", {}, ASKED),
        ("orphan", {"age": "28"}, NOT_ASKED),
        ("orphan", {"age": "29"}, ASKED),
        ("orphan", {"age": "29", "is_conscript": "true"}, NOT_ASKED),
        ("age_pensioner", {"is_pension_age": "true"}, NOT_ASKED),
        ("age_pensioner", {}, ASKED),
        ("lone_parent", {"is_married": "true"}, ASKED),
        ("combat_veteran", {}, NOT_ASKED),
        ("general", {}, NOT_ASKED),
    ],
)
def test_whether_the_group_is_still_confirmed(
    pack: Pack, category: str, changes: dict[str, str], expected: str
) -> None:
    facts = {**GROUP, "housing_queue_category": category, **changes}
    assert _asked(pack, "queue_category_lost", facts) == expected


def test_a_district_of_another_region_is_asked_about_and_another_district_of_the_same_is_not(
    pack: Pack,
) -> None:
    facts = {"in_housing_queue": "true", "housing_queue_area": "7511"}
    assert _asked(pack, "queue_registered_elsewhere", {**facts, "area": "7513"}) == NOT_ASKED
    assert _asked(pack, "queue_registered_elsewhere", {**facts, "area": "1932"}) == ASKED


def test_a_move_within_a_big_city_is_asked_about_there_only(pack: Pack) -> None:
    facts = {"in_housing_queue": "true", "registered_for_years": "false"}
    assert _asked(pack, "queue_registered_under_3_years", {**facts, "area": "7511"}) == ASKED
    assert _asked(pack, "queue_registered_under_3_years", {**facts, "area": "1110"}) == NOT_ASKED


def test_half_a_year_abroad_or_a_record_of_leaving_is_asked_about(pack: Pack) -> None:
    facts = {"in_housing_queue": "true"}
    assert _asked(pack, "queue_emigrated", {**facts, "abroad_since": "2025-06-30"}) == ASKED
    assert _asked(pack, "queue_emigrated", {**facts, "abroad_since": "2025-07-01"}) == UNKNOWN
    assert _asked(pack, "queue_emigrated", {**facts, "left_on_date": "2024-01-01"}) == ASKED


def test_nobody_is_asked_about_what_no_register_says(pack: Pack) -> None:
    without_home = {name: value for name, value in HOME.items() if not name.startswith("dwelling_share")}
    assert _asked(pack, "queue_owns_dwelling", without_home) == UNKNOWN
    assert _asked(pack, "queue_died", {"in_housing_queue": "true"}) == UNKNOWN


def test_neither_welfare_nor_a_diagnosis_reaches_a_score_through_the_queue(pack: Pack) -> None:
    """What the queue's register and its neighbours hold is permitted to no score."""
    for source in (
        "housing_queue",
        "border_crossings",
        "housing_savings",
        "residence_permits",
        "kandas_certificates",
    ):
        assert [c.name for c in pack.sources[source].columns if "score" in c.uses] == []
