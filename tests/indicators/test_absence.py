"""What a person has who has no row, an old extract, a refused row, or is known by a refused row alone.

A town is taken in and built; persons are read from the snapshot.
"""

from __future__ import annotations

from pathlib import Path

from town import REGISTERS, person, town

from familycard.snapshot.open import OpenSnapshot

FRESH = {
    "sources/wages.yaml": (
        "status: active",
        "status: active\nslaProperties: [{property: latency, value: 45, unit: d}]",
    )
}
TOLERANT = ("customProperties:\n  - {property: familycard.owner", "customProperties:\n  - {property: familycard.max_refused, value: '0.9'}\n  - {property: familycard.owner")  # fmt: skip


def of(snapshot: OpenSnapshot, number: str, name: str, table: str = "persons") -> object:
    key = person(snapshot, number)
    return snapshot.engine.rows(f"select {name} from {table} where person = {key}")[0][0]


def test_no_row_means_what_the_indicator_says_in_a_fresh_load_and_nothing_in_a_stale_one(
    tmp_path: Path,
) -> None:
    fresh = town(tmp_path / "fresh", law=FRESH)
    assert (of(fresh, "0001", "wages_month"), of(fresh, "0007", "wages_month")) == (30000, 0)
    assert of(fresh, "0007", "note") is None
    stale = town(tmp_path / "stale", law=FRESH, extracted_on="2025-11-01")
    assert (of(stale, "0001", "wages_month"), of(stale, "0007", "wages_month")) == (30000, None)


def test_where_a_register_was_never_taken_in_everything_of_it_is_unknown(tmp_path: Path) -> None:
    none = town(tmp_path, registers={"wages": "no,such,header\n"})
    assert {of(none, number, "wages_month") for number in ("0001", "0007")} == {None}
    assert none.engine.rows(
        "select count(*) from entitlements_family where child_aid__status = 'eligible'"
    ) == [(0,)]


def test_a_refused_row_makes_a_sum_unknown_and_leaves_an_any_that_one_true_row_settles(
    tmp_path: Path,
) -> None:
    law = {f"sources/{source}.yaml": TOLERANT for source in ("wages", "diagnoses")}
    registers = {
        "wages": REGISTERS["wages"] + "0001,a lot,0.00\n0007,much,0.00\n",
        "diagnoses": "person,code\n0007,A\n0007,\n0001,\n",
    }
    town_ = town(tmp_path, law=law, registers=registers)
    assert {of(town_, number, "wages_month") for number in ("0001", "0007")} == {None}
    assert of(town_, "0004", "wages_month") == 15000
    assert (of(town_, "0007", "is_ill"), of(town_, "0001", "is_ill")) == (True, None)


def test_who_is_known_by_a_refused_row_alone_is_a_member_of_one_family_with_nothing_known(
    tmp_path: Path,
) -> None:
    people = REGISTERS["population"].replace("0008,2000-02-01", "0008,2000-02-31")
    town_ = town(tmp_path, law={"sources/population.yaml": TOLERANT}, registers={"population": people})
    assert [of(town_, "0008", name) for name in ("birth_date", "age", "sex", "is_known")] == [
        None,
        None,
        None,
        False,
    ]
    key = person(town_, "0008")
    assert town_.engine.rows(f"select count(*) from members_family where person = {key}") == [(1,)]
    assert town_.engine.rows(f"select youth_pass__status from entitlements_person where person = {key}") == [
        ("cannot_tell",)
    ]
    assert town_.engine.rows(f"select composition_known from values_family where unit = {key}") == [(False,)]
