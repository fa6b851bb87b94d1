"""Whom Kazakhstan's laws mean by a family, rule by rule, from rows made by hand.

Each test is one rule of art. 120(5) of the Social Code (assistance), of its art. 90 (many
children), of the housing queue or of the card, told as a story of a few persons.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from packs_read import pack_of

from familycard.engine.duck import DuckEngine
from familycard.families.records import UnitInputs
from familycard.families.units import form_units
from familycard.pack.model import Pack

NOW = date(2025, 12, 31)
MOTHER, FATHER, CHILD, SECOND, ELDER, OTHER = 10, 20, 30, 40, 50, 60
FACTS = (
    "is_married", "mother_has_no_rights", "father_has_no_rights", "is_student_full_time", "is_pupil", "is_working",
    "is_pension_age", "is_on_full_state_support", "is_conscript", "is_in_prison",
)  # fmt: skip
TIES = {
    "marriages": ("spouse_1", "spouse_2", "registered_on", "ended_on"),
    "births": ("child", "mother", "father", "born_on"),
    "guardianships": ("ward", "guardian", "kind", "started_on", "ended_on"),
    "child_residence_decisions": ("child", "parent", "decided_on", "ended_on"),
}
ATTRIBUTES = ("birth_date", "sex", "area", "address")


@dataclass
class People:
    """A few persons and the registers' rows about them."""

    pack: Pack
    persons: dict[int, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in TIES})

    def person(self, number: int, age: int, address: str = "home", **facts: Any) -> None:
        birth = date(NOW.year - age, 6, 1)
        known = {"is_known": True, "is_resident": True, "sex": "F", "area": "10"}
        fixed = {"person": number, "birth_date": birth, "address": address}
        self.persons[number] = dict.fromkeys(FACTS, False) | known | fixed | facts

    def birth(self, child: int, mother: int | None, father: int | None = None) -> None:
        born_on = self.persons[child]["birth_date"]
        self.rows["births"].append({"child": child, "mother": mother, "father": father, "born_on": born_on})

    def wedding(self, one: int, two: int, ended_on: date | None = None) -> None:
        row = {"spouse_1": one, "spouse_2": two, "registered_on": date(2010, 1, 1), "ended_on": ended_on}
        self.rows["marriages"].append(row)
        for each in (one, two):
            self.persons[each]["is_married"] |= ended_on is None

    def guard(self, ward: int, guardian: int, kind: str = "guardianship") -> None:
        row = {"ward": ward, "guardian": guardian, "kind": kind, "started_on": date(2020, 1, 1)}
        self.rows["guardianships"].append(row)

    def families(self, kind: str) -> set[tuple[int, ...]]:
        """The units of one kind on the last day of 2025, each as its members."""
        engine = DuckEngine(threads=1)
        _load(
            engine,
            "persons",
            ("person", "is_known", "is_resident", *FACTS, *ATTRIBUTES),
            [*self.persons.values()],
        )
        for source, columns in TIES.items():
            _load(engine, f"rows_{source}", ("_file", "_row", *columns), self.rows[source])
        inputs = UnitInputs("persons", {source: f"rows_{source}" for source in TIES})
        [formed] = form_units(engine, self.pack, [self.pack.units[kind]], inputs, NOW)
        rows = engine.rows(f"select list(person order by person) from {formed.members} group by unit")
        return {tuple(row[0]) for row in rows}


def _type(column: str) -> pa.DataType:
    if column.startswith(("is_", "mother_has", "father_has")):
        return pa.bool_()
    if column.endswith(("_on", "_date")):
        return pa.date32()
    return pa.string() if column in ("sex", "area", "address", "kind") else pa.int64()


def _load(engine: DuckEngine, table: str, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    numbered = [{"_file": 0, "_row": place, **row} for place, row in enumerate(rows, 1)]
    data = {c: pa.array([row.get(c) for row in numbered], type=_type(c)) for c in columns}
    engine.register("_load", pa.table(data))
    engine.make(table, "select * from _load")
    engine.connection.unregister("_load")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of("kz")


@pytest.fixture
def people(pack: Pack) -> People:
    """A mother, a father and their child of ten at one address, without a marriage."""
    people = People(pack)
    people.person(MOTHER, 40)
    people.person(FATHER, 41, sex="M")
    people.person(CHILD, 10)
    people.birth(CHILD, MOTHER, FATHER)
    return people


TOGETHER = {(MOTHER, FATHER, CHILD)}
APART = {(MOTHER, CHILD), (FATHER,)}
ALL_KINDS = ("family", "asp_family", "many_children_family")


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_partners_with_a_common_child_at_one_address_are_one_family(people: People, kind: str) -> None:
    assert people.families(kind) == TOGETHER
    people.persons[FATHER]["address"] = "elsewhere"
    assert people.families(kind) == APART


def test_partners_without_a_common_child_are_not_seen(people: People) -> None:
    people.person(OTHER, 39, sex="M")
    assert (OTHER,) in people.families("asp_family")


def test_the_queue_knows_spouses_and_minors_and_no_partners(people: People) -> None:
    assert people.families("housing_family") == APART
    people.wedding(MOTHER, FATHER)
    people.person(SECOND, 19, is_student_full_time=True)
    people.birth(SECOND, MOTHER, FATHER)
    assert people.families("housing_family") == {*TOGETHER, (SECOND,)}


def test_a_spouse_registered_elsewhere_is_of_the_assisted_family_only_while_somebody_works(
    people: People,
) -> None:
    people.wedding(MOTHER, FATHER)
    people.persons[FATHER]["address"] = "elsewhere"
    assert people.families("family") == TOGETHER
    assert people.families("asp_family") == APART
    people.persons[FATHER]["is_working"] = True
    assert people.families("asp_family") == TOGETHER


@pytest.mark.parametrize("why", ["is_on_full_state_support", "is_conscript", "is_in_prison"])
def test_who_is_supported_fully_serves_or_sits_is_out_of_the_assisted_family(
    people: People, why: str
) -> None:
    people.persons[FATHER][why] = True
    assert people.families("asp_family") == {(MOTHER, CHILD)}


@pytest.mark.parametrize("learns", ["is_pupil", "is_student_full_time"])
def test_a_minor_registered_elsewhere_for_school_or_college_stays_in_the_assisted_family(
    people: People, learns: str
) -> None:
    people.persons[CHILD]["address"] = "boarding school"
    assert people.families("asp_family") == {(MOTHER, FATHER), (CHILD,)}
    people.persons[CHILD][learns] = True
    assert people.families("asp_family") == TOGETHER


@pytest.mark.parametrize("kind", ALL_KINDS)
@pytest.mark.parametrize(("age", "belongs"), [(22, True), (23, False)])
def test_a_full_time_student_belongs_to_its_parents_until_23_wherever_it_lives(
    people: People, kind: str, age: int, belongs: bool
) -> None:
    people.person(SECOND, age, "dormitory", is_student_full_time=True)
    people.birth(SECOND, MOTHER)
    assert ((SECOND,) in people.families(kind)) is not belongs


def test_kin_and_affinity_at_one_address_are_one_assisted_family(people: People) -> None:
    """A grandmother by her daughter, and the daughter's husband by marriage."""
    people.wedding(MOTHER, FATHER)
    people.person(ELDER, 70, is_pension_age=True)
    people.birth(MOTHER, ELDER)
    assert people.families("asp_family") == {(MOTHER, FATHER, CHILD, ELDER)}
    people.persons[ELDER]["address"] = "elsewhere"
    assert people.families("asp_family") == {*TOGETHER, (ELDER,)}


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_a_ward_is_with_its_guardian(people: People, kind: str) -> None:
    people.person(ELDER, 60)
    people.guard(CHILD, ELDER)
    assert people.families(kind) == {(MOTHER, FATHER), (CHILD, ELDER)}


@pytest.mark.parametrize("kind", ["family", "many_children_family", "housing_family"])
def test_a_court_says_with_whom_a_child_lives_whatever_the_address(people: People, kind: str) -> None:
    people.persons[FATHER]["address"] = "elsewhere"
    people.rows["child_residence_decisions"].append(
        {"child": CHILD, "parent": FATHER, "decided_on": date(2024, 5, 1)}
    )
    assert people.families(kind) == {(MOTHER,), (FATHER, CHILD)}


@pytest.mark.parametrize("kind", [*ALL_KINDS, "housing_family"])
def test_a_parent_without_rights_has_no_child(people: People, kind: str) -> None:
    people.persons[FATHER]["address"] = "elsewhere"
    people.persons[CHILD]["mother_has_no_rights"] = True
    assert (MOTHER,) in people.families(kind)


def test_a_child_on_full_state_support_is_not_counted_among_many_children(people: People) -> None:
    people.persons[CHILD]["is_on_full_state_support"] = True
    assert people.families("many_children_family") == {(MOTHER, FATHER)}


def test_a_stepchild_counts_where_it_lives_and_not_with_the_other_parent(people: People) -> None:
    people.persons[FATHER]["address"] = "elsewhere"
    people.person(OTHER, 45, sex="M")
    people.wedding(MOTHER, OTHER)
    assert people.families("many_children_family") == {(MOTHER, CHILD, OTHER), (FATHER,)}


def test_a_minor_elsewhere_counts_on_the_card_and_not_among_many_children(people: People) -> None:
    people.persons[CHILD]["address"] = "grandmother's"
    assert people.families("family") == TOGETHER
    assert people.families("many_children_family") == {(MOTHER, FATHER), (CHILD,)}


def test_a_grown_child_and_a_lone_elder_join_the_card_by_parentage_and_address(people: People) -> None:
    people.person(SECOND, 25)
    people.birth(SECOND, MOTHER, FATHER)
    people.person(ELDER, 70, is_pension_age=True)
    people.birth(MOTHER, ELDER)
    assert people.families("family") == {(MOTHER, FATHER, CHILD, SECOND, ELDER)}
    for each in (SECOND, ELDER):
        people.persons[each]["address"] = "elsewhere"
    assert people.families("family") == {*TOGETHER, (SECOND,), (ELDER,)}


def test_a_shared_address_alone_makes_no_family_but_a_household(people: People) -> None:
    people.person(OTHER, 30)
    assert all((OTHER,) in people.families(kind) for kind in (*ALL_KINDS, "housing_family"))
