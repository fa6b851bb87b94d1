"""Keyed references: equal in SQL and in Python, and of no use in another export."""

from __future__ import annotations

from familycard.engine.duck import DuckEngine
from familycard.snapshot.references import export_key, reference, with_references

SECRET = bytes(range(32))


def test_a_whole_table_gets_the_same_references_as_one_person() -> None:
    engine, key = DuckEngine(), export_key(SECRET, "march")
    with_references(
        engine, key, "family", "select range as unit, range + 1 as value from range(300)", "unit", "_out"
    )
    found = engine.rows("select reference, value from _out order by value")
    assert found == [(reference(key, "family", unit), unit + 1) for unit in range(300)]


def test_a_reference_is_sixteen_letters_of_base32() -> None:
    found = reference(export_key(SECRET, "march"), "person", 12)
    assert len(found) == 16 and set(found) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def test_another_export_another_kind_or_another_deployment_gives_another_reference() -> None:
    references = {
        reference(export_key(SECRET, "march"), "person", 12),
        reference(export_key(SECRET, "april"), "person", 12),
        reference(export_key(bytes(32), "march"), "person", 12),
        reference(export_key(SECRET, "march"), "family", 12),
        reference(export_key(SECRET, "march"), "person", 13),
    }
    assert len(references) == 5


def test_the_key_does_not_stay_in_the_engine() -> None:
    engine = DuckEngine()
    with_references(engine, SECRET, "person", "select 1 as person", "person", "_out")
    assert engine.rows("select table_name from information_schema.tables") == [("_out",)]
