"""Searching a town by expressions."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from made_up import MadeUp
from town import person

from familycard.engine.column_file import ColumnFile, write_columns
from familycard.engine.interface import SHORT_COLUMNS
from familycard.errors import ExpressionError, SnapshotError, UsageError
from familycard.pack.types import Kind
from familycard.snapshot.names import SearchName, search_names
from familycard.snapshot.open import OpenSnapshot, open_snapshot
from familycard.snapshot.search_rows import search_rows
from familycard.snapshot.segment import find
from familycard.snapshot.write import MANIFEST


def test_families_are_found_by_an_expression_of_their_indicators(the_town: OpenSnapshot) -> None:
    found = find(the_town, "children >= 1 and income_per_member < money '60 EUR'")
    assert (found.level, found.is_true, found.is_unknown, found.everyone) == ("family", 1, 0, 4)
    assert found.table().to_pylist() == [
        {"unit": person(the_town, "0004"), "children": 2, "income_per_member": 5000}
    ]


def test_what_is_unknown_is_counted_and_not_listed(the_town: OpenSnapshot) -> None:
    found = find(the_town, "note = 'paid by post'")
    assert (found.is_true, found.is_unknown) == (0, 4), (
        "a child has no note, so the family's only note is unknown"
    )
    alone = find(the_town, "note = 'paid by post'", level="person")
    assert (alone.is_true, alone.is_unknown, alone.everyone) == (1, 7, 8)


def test_persons_are_found_by_their_own_facts_and_those_of_their_family(the_town: OpenSnapshot) -> None:
    found = find(the_town, "age < 18 and family.income_per_member < line", level="person")
    people = [row["person"] for row in found.table().to_pylist()]
    assert people == sorted(person(the_town, number) for number in ("0005", "0006"))


def test_a_programmes_outcome_can_be_asked_for(the_town: OpenSnapshot) -> None:
    found = find(the_town, "programme.child_aid.status = 'eligible' and not programme.child_aid.received")
    assert [row["unit"] for row in found.table().to_pylist()] == [1]
    assert find(the_town, "programme.child_aid.received", level="person").is_true == 3


def test_the_card_itself_can_be_asked_for(the_town: OpenSnapshot) -> None:
    assert find(the_town, "card.category = 'C'").is_true == 2
    assert find(the_town, "card.score < 400 and card.unused_count = 0").is_true == 2
    assert find(the_town, "card.unused_monthly >= money '10 EUR'", level="person").is_true == 3


def test_columns_can_be_chosen_and_rows_limited(the_town: OpenSnapshot) -> None:
    table = find(the_town, "members >= 1").table(["card.category", "wages_month"], limit=2)
    assert table.column_names == ["unit", "card.category", "wages_month"]
    assert table.num_rows == 2


def test_a_misspelt_name_is_answered_with_the_near_one(the_town: OpenSnapshot) -> None:
    with pytest.raises(ExpressionError, match="Did you mean `children`"):
        find(the_town, "childen >= 1")
    with pytest.raises(UsageError, match="no column of family"):
        find(the_town, "children >= 1").table(["surnam"])
    with pytest.raises(UsageError, match="choose one of family, couple, person"):
        find(the_town, "children >= 1", level="village")


def test_nobody_is_listed_by_what_is_sealed(the_town: OpenSnapshot) -> None:
    with pytest.raises(SnapshotError, match="`is_ill` is sealed"):
        find(the_town, "is_ill", level="person")
    with pytest.raises(SnapshotError, match="sealed"):
        find(the_town, "age > 3 or family.is_ill", level="person")
    assert not {name for name in search_names(the_town, "person") if "is_ill" in name}


def test_an_expression_cannot_smuggle_sql(the_town: OpenSnapshot) -> None:
    for text in ("children >= 1) or (true", "(select true)", "children >= 1; drop view persons"):
        with pytest.raises(ExpressionError):
            find(the_town, text)


def test_every_name_offered_can_be_used(the_town: OpenSnapshot) -> None:
    for level in ("family", "couple", "person"):
        names = list(search_names(the_town, level))
        assert (
            find(the_town, "age >= 0" if level == "person" else "members >= 0", level=level)
            .table(names)
            .num_rows
        )


def test_persons_are_listed_by_what_a_programme_says_of_their_family(the_town: OpenSnapshot) -> None:
    family = find(the_town, "programme.child_aid.status = 'eligible'")
    persons = find(the_town, "programme.child_aid.status = 'eligible' and age >= 0", level="person")
    units = {row["unit"] for row in family.table().to_pylist()}
    listed = ", ".join(map(str, units))
    of_units = the_town.engine.rows(f"select person from members_family where unit in ({listed}) order by 1")
    assert [row["person"] for row in persons.table().to_pylist()] == [person for (person,) in of_units]


def test_tables_that_stand_side_by_side_give_what_joins_by_key_give(country: MadeUp) -> None:
    snapshot = open_snapshot(country.snapshot)
    [programme, *_] = [p.id for p in snapshot.pack.programmes.values() if p.unit == "person"]
    for level, expression, joined in (
        (
            "family",
            "children >= 1 and card.score < 500 and card.unused_count >= 1",
            (
                "from values_family f join scores_need s using (unit) left join unused u using (unit)"
                " where f.children >= 1 and s.score < 500 and u.unused_count >= 1"
            ),
        ),
        (
            "person",
            (
                f"age >= 18 and family.children >= 2 and programme.{programme}.status <> 'eligible'"
                " and card.category = 'C'"
            ),
            (
                "from persons p join members_family m using (person) join values_family f on f.unit = m.unit"
                " join scores_need s on s.unit = m.unit join entitlements_person e using (person)"
                " where p.is_resident and p.age >= 18 and f.children >= 2 and s.category = 'C'"
                f" and nullif(e.{programme}__status, 'cannot_tell') <> 'eligible'"
            ),
        ),
    ):
        found = find(snapshot, expression, level=level)
        key = "unit" if level == "family" else "person"
        rows = snapshot.engine.rows(
            f"select {'f.unit' if key == 'unit' else 'p.person'} as k {joined} order by k"
        )
        assert [row[key] for row in found.table().to_pylist()] == [k for (k,) in rows]
        assert found.is_true == len(rows) > 20


SIGNS = ("=", "<>", "<", "<=", ">", ">=")


@pytest.fixture(scope="module", params=["as built", "in many frames", "of an older version"])
def snapshot(
    request: pytest.FixtureRequest, country: MadeUp, tmp_path_factory: pytest.TempPathFactory
) -> OpenSnapshot:
    """The country with its columns as a build writes them, in frames of few rows, and without any."""
    if request.param == "as built":
        return open_snapshot(country.snapshot)
    copy = tmp_path_factory.mktemp("copy") / "snapshot"
    shutil.copytree(country.snapshot, copy, symlinks=False)
    for path in copy.rglob(SHORT_COLUMNS):
        if request.param == "in many frames":
            in_small_frames(path)
        else:
            path.unlink()
    if request.param == "of an older version":
        manifest = json.loads((copy / MANIFEST).read_text())
        del manifest["short_columns"]
        (copy / MANIFEST).write_text(json.dumps(manifest))
    return open_snapshot(copy)


def in_small_frames(path: Path) -> None:
    """Write a file of columns anew, in frames of a few hundred rows."""
    file = ColumnFile(path)
    whole = pa.table(
        {
            field.name: pa.chunked_array([short.array(field.type) for short in file[field.name]])
            for field in file.schema
            if field.name in file
        }
    )
    batches = [whole.slice(at, FRAME_ROWS) for at in range(0, whole.num_rows, FRAME_ROWS)]
    path.unlink()
    write_columns(batches, frozenset(whole.column_names), path)


FRAME_ROWS = 331


@pytest.mark.parametrize("level", ["family", "asp_family", "person"])
def test_bitmaps_count_what_the_rows_themselves_say(snapshot: OpenSnapshot, level: str) -> None:
    chance = random.Random(level)
    names = [name for name in search_names(snapshot, level).values() if name.type.kind is not Kind.RATIO]
    met = 0
    for _ in range(CONDITIONS):
        text = condition_of(chance, snapshot, names, depth=chance.randint(0, 2))
        found = find(snapshot, text, level=level)
        rows = search_rows(snapshot.pack, level, found.rests_on)
        [expected] = snapshot.engine.rows(
            "select count(*) filter (where c), count(*) filter (where c is null), count(*)"
            f" from (select {found.condition} as c from ({rows}))"
        )
        assert (found.is_true, found.is_unknown, found.everyone) == expected, text
        met += 0 < found.is_true < found.everyone
    assert met > CONDITIONS // 4, "conditions that nobody or everybody meets tell little"


CONDITIONS = 60
DAYS = ("0001-01-01", "1969-12-31", "1990-05-17", "2020-01-01", "9999-12-31")


def condition_of(chance: random.Random, snapshot: OpenSnapshot, names: list[SearchName], depth: int) -> str:
    """A random condition over names: comparisons with a value that somebody has or with another name, combined."""
    if depth:
        sides = [condition_of(chance, snapshot, names, depth - 1) for _ in range(2)]
        joined = f" {chance.choice(['and', 'or'])} ".join(f"({side})" for side in sides)
        return chance.choice([joined, f"not ({joined})"])
    name = chance.choice(names)
    if name.type.kind is Kind.BOOLEAN:
        return chance.choice([name.name, f"not {name.name}"])
    alike = [other for other in names if other.type == name.type]
    if chance.random() < 0.2:
        return f"{name.name} {chance.choice(SIGNS)} {chance.choice(alike).name}"
    value, other = (some_value(chance, snapshot, name) for _ in range(2))
    if chance.random() < 0.1:
        return f"{name.name} in ({value}, {other})"
    if chance.random() < 0.1:
        return f"{name.name} between {value} and {other}"
    if chance.random() < 0.1:
        return f"{name.name} {chance.choice(SIGNS)} case when {name.name} > {value} then {other} else {value} end"
    if chance.random() < 0.2 and name.type.kind is Kind.DATE:
        return f"age_years({name.name}, as_of) {chance.choice(SIGNS)} {chance.choice([-1, 0, 18, 63])}"
    if chance.random() < 0.2 and name.type.kind in (Kind.INTEGER, Kind.MONEY):
        return f"{name.name} * 3 {chance.choice(SIGNS)} {chance.choice(alike).name} + {value}"
    return chance.choice([f"{name.name} {chance.choice(SIGNS)} {value}", f"{value} < {name.name}"])


def some_value(chance: random.Random, snapshot: OpenSnapshot, name: SearchName) -> str:
    """A value as expressions write it."""
    number = chance.choice([-(10**12), -7, -1, 0, 1, 2, 3, 10, 255, 256, 1_000, 65_536, 100_000, 10**12])
    match name.type.kind:
        case Kind.TEXT:
            return chance.choice(
                ["'A'", "'E'", "'F'", "'eligible'", "'not_eligible'", "'cannot_tell'", "''", "'10'"]
            )
        case Kind.DATE:
            return chance.choice(["as_of", *(f"date '{day}'" for day in DAYS)])
        case Kind.MONEY:
            return f"money '{number} {snapshot.pack.currency}'"
    return str(number)
