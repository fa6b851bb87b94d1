"""What cards are read from is what the tables hold, and explanations are what the expressions give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from made_up import MadeUp
from town import town

from familycard.engine.interface import ROWS_BY_KEY
from familycard.errors import SnapshotError
from familycard.indicators.tables import (
    FAULTS,
    PERSONS,
    entitlements,
    members,
    scores,
    subject_key,
    tie_evidence,
    unit_values,
)
from familycard.pack.comparisons import comparisons
from familycard.pack.expression import compile_condition, compile_expression
from familycard.pack.model import Programme
from familycard.pack.scopes import programme_scope
from familycard.programmes.evaluate import programmes_of, rules_of, subject_rows, subjects_of
from familycard.programmes.explain import CANNOT_TELL, NO, YES, ProgrammeResult
from familycard.programmes.unused import UNUSED
from familycard.snapshot.evidence import read_load
from familycard.snapshot.reader import Reader
from familycard.snapshot.rows import of_evidence, of_members, of_scores, unit_column

EVERY = 40
"""One of so many families is looked at."""


@pytest.fixture(scope="module")
def reader(country: MadeUp) -> Reader:
    return Reader.open(country.snapshot)


@pytest.fixture(scope="module")
def units(reader: Reader) -> list[int]:
    table = unit_values(reader.pack.card_unit)
    return [unit for (unit,) in reader.engine.rows(f"select unit from {table} order by unit")][::EVERY]


def rows_of(reader: Reader, query: str, order: str) -> list[dict[str, Any]]:
    return list(reader.engine.arrow(f"select * from ({query}) order by {order}").to_pylist())


def test_the_rows_of_everybody_are_those_of_the_tables(reader: Reader) -> None:
    pack, rows = reader.pack, reader.snapshot.rows
    tables = {of_members(kind): (f"select * from {members(kind)}", "unit, person") for kind in pack.units}
    order = "unit, one, two, tie, mapping, file, row"
    tables |= {of_evidence(kind): (f"select * from {tie_evidence(kind)}", order) for kind in pack.units}
    tables |= {of_scores(card): (f"select * from {scores(card)}", "unit") for card in pack.scorecards}
    tables |= {"unused": (f"select * from {UNUSED}", "unit")}
    for kind in pack.units:
        joined = f" join {entitlements(kind)} using (unit)" if kind in subjects_of(pack) else ""
        tables[kind] = f"select * from {unit_values(kind)}{joined}", "unit"
    for name, (query, by) in tables.items():
        expected = rows_of(reader, query, by)
        keys = {row["unit"] for row in expected}
        assert rows[name].find(keys) == expected, name
        assert len(expected) > 5


def test_a_persons_row_has_the_person_the_results_and_the_units(reader: Reader) -> None:
    pack, file = reader.pack, reader.snapshot.rows["person"]
    joins = f" join {entitlements('person')} e on e.person = p.person"
    names = [f'"{kind}".unit as "{unit_column(kind)}"' for kind in pack.units]
    joins += "".join(
        f' left join {members(kind)} "{kind}" on "{kind}".person = p.person' for kind in pack.units
    )
    everything = f"select p.* exclude (person), e.*, {', '.join(names)} from {PERSONS} p{joins}"
    expected = rows_of(reader, everything, "person")[::EVERY]
    found = file.find(row["person"] for row in expected)
    assert len(found) == len(expected) > 50
    for row, whole in zip(found, expected, strict=True):
        assert row == {name: whole[name] for name in row}
    wanted = {f"{p.id}__status" for p in programmes_of(pack, "person")} | {"birth_date", "surname"}
    assert wanted <= set(file.schema.names)


def test_a_fault_is_found_by_each_person_whom_it_is_about(reader: Reader) -> None:
    file = reader.snapshot.rows[FAULTS]
    faults = rows_of(reader, f"select * from {FAULTS}", "all")
    assert any(fault["other"] is not None for fault in faults)
    for fault in faults[::EVERY]:
        for person in {fault["person"], fault["other"]} - {None}:
            assert {**fault, "of_person": person} in file.find([person])


def test_both_parents_bring_a_minor_up_and_who_cares_instead_of_them(reader: Reader) -> None:
    pack, as_of = reader.pack, reader.as_of
    for source in ("births", "guardianships", "child_residence_decisions"):
        read_load(reader.snapshot, pack.sources[source], reader.snapshot.catalogue.loads[source])
    # The pack's sources and conditions, written out for who is neither married nor under a court's decision.
    minors = (
        f"from checked_births b join {PERSONS} p on p.person = b.child"
        f" where p.birth_date > date '{as_of.year - 18}-{as_of:%m-%d}' and not p.is_married"
        " and not p.mother_has_no_rights and not p.father_has_no_rights and b.mother is not null and b.father is not null"
        " and b.child not in (select child from checked_child_residence_decisions)"
    )
    guarded = "select ward from checked_guardianships"
    couples = reader.engine.rows(
        f"select b.child, b.mother, b.father {minors} and b.child not in ({guarded})"
    )
    found = reader.brought_up_by(child for child, _, _ in couples)
    assert len(couples) > 100
    assert all(found[child] == {mother, father} for child, mother, father in couples)
    in_care = reader.engine.rows(
        f"select ward, guardian from checked_guardianships where ended_on is null and guardian is not null"
        f" and ward in (select b.child {minors})"
    )
    assert in_care
    assert all(guardian in reader.brought_up_by([ward])[ward] for ward, guardian in in_care)
    grown_up = reader.engine.rows(f"select min(person) from {PERSONS} where birth_date < date '2000-01-01'")
    assert reader.brought_up_by([grown_up[0][0]]) == {grown_up[0][0]: frozenset()}


def test_a_few_columns_of_a_row_are_those_of_the_whole(reader: Reader) -> None:
    file, persons = reader.snapshot.rows["person"], range(200)
    unit = unit_column(reader.pack.card_unit)
    for names in (("person", "surname"), (unit,), (unit, "birth_date", "is_resident")):
        found = file.find(persons, names)
        whole = [{name: row[name] for name in ("person", *names)} for row in file.find(persons)]
        assert found == whole


def test_all_explanations_at_once_say_what_plain_queries_of_the_tables_say(
    reader: Reader, units: list[int]
) -> None:
    rights = [right for unit in units for right in reader.card(unit).rights]
    results = reader.explanations(rights)
    assert len(results) == len(rights) > 1_000
    by_programme: dict[str, dict[int, ProgrammeResult]] = {}
    for right, result in zip(rights, results, strict=True):
        assert (result.programme, result.key) == (right.programme, right.key)
        assert (result.status, result.amount_minor) == (right.status, right.amount_minor)
        by_programme.setdefault(right.programme.id, {})[right.key] = result
    compared = 0
    for id_, of_keys in by_programme.items():
        compared += compare(reader, reader.pack.programmes[id_], of_keys)
    assert compared > 10_000


def compare(reader: Reader, programme: Programme, results: dict[int, ProgrammeResult]) -> int:
    """Each condition and comparison against the same expression over the tables; how many they were."""
    pack, key = reader.pack, subject_key(programme.unit)
    scope = programme_scope(pack, programme.unit, reader.as_of)
    [rule] = [r for r in rules_of(pack, programme.unit, reader.as_of) if r.programme is programme]
    count = 0
    for place, of_rule in enumerate(rule.conditions):
        parts = [compile_condition(of_rule.condition.when, scope).sql]
        for one in comparisons(of_rule.condition.when):
            parts += [compile_condition(one.whole, scope).sql, compile_expression(one.value, scope).sql]
            parts.append(compile_expression(one.threshold, scope).sql if one.threshold else "null")
        keys = ", ".join(map(str, results))
        rows = subject_rows(pack, programme.unit, rule.names)
        for found in reader.engine.rows(
            f"select {key}, {', '.join(parts)} from ({rows}) where {key} in ({keys})"
        ):
            condition = results[found[0]].conditions[place]
            assert condition.answer == {True: YES, False: NO, None: CANNOT_TELL}[found[1]]
            sides = [found[at : at + 3] for at in range(2, len(found), 3)]
            if condition.is_withheld:
                continue
            assert len(sides) == len(condition.compared)
            for (holds, value, threshold), shown in zip(sides, condition.compared, strict=True):
                assert shown.answer == {True: YES, False: NO, None: CANNOT_TELL}[holds]
                assert (shown.value, shown.threshold) == (value, threshold)
                count += 1
    return count


def test_lost_rows_are_missed_when_the_snapshot_is_opened(tmp_path: Path) -> None:
    built = town(tmp_path)
    (built.path / "persons" / ROWS_BY_KEY).unlink()
    with pytest.raises(SnapshotError, match=r"by-key\.rows is missing.*build it again"):
        Reader.open(built.path)
