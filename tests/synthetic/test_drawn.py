"""Registers drawn from a file: who has rows, what stands in each kind of column, and how often."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from familycard.pack.contract import Column, Source
from familycard.pack.model import Pack
from familycard.pack.types import BOOLEAN, DATE, INTEGER, MONEY, TEXT, Kind, Type
from familycard.synthetic.block import make_block
from familycard.synthetic.drawn import draw_registers
from familycard.synthetic.emit import Table, number_texts, to_arrow
from familycard.synthetic.made import Made, make_registers
from familycard.synthetic.people import birthday
from familycard.synthetic.register_file import read_register
from familycard.synthetic.tables import NEVER, NOBODY, read_tables
from familycard.synthetic.traits import TRAITS, Traits

PEOPLE, SEED = 8_000, 5


@pytest.fixture(scope="module")
def made(kz: Pack) -> Made:
    return make_registers(make_block(read_tables(kz.path), PEOPLE, SEED, 0, 1), SEED)


@pytest.fixture(scope="module")
def traits(made: Made) -> Traits:
    return Traits(made)


def column(name: str, type_: Type = TEXT, **rules: Any) -> Column:
    return Column(name, name, type_, **rules)


SELF = column("person", identifies="iin", required=True)
GROUP = "groups: [{who: 'true'}]\n"


def contract(*columns: Column, key: tuple[str, ...] = ()) -> Source:
    return Source("aids", "Aids", Path("aids.yaml"), "csv", "aids*.csv", (SELF, *columns), primary_key=key)


@pytest.fixture
def draw(kz: Pack, made: Made, tmp_path: Path) -> Any:
    def drawn(source: Source, text: str, of: Made = made) -> Table:
        file = tmp_path / "aids.yaml"
        file.write_text(text, encoding="utf-8")
        return draw_registers({"aids": read_register(file, source, kz)}, of)["aids"]

    return drawn


def one(draw: Any, type_: Type, how: str, **rules: Any) -> Any:
    """The values of one column `x`, one row for every resident."""
    source = contract(column("x", type_, **rules))
    return draw(source, f"{GROUP}columns:\n  person: {{person: self}}\n  x: {how}\n")["x"]


def days_ago(made: Made, values: Any) -> Any:
    return made.block.tables.last_day - np.asarray(values)


def test_only_those_for_whom_the_condition_is_true_have_rows(draw: Any, traits: Traits) -> None:
    text = "groups: [{who: 'is_disabled and age >= 18'}]\ncolumns: {person: {person: self}}\n"
    expected = np.flatnonzero(traits["is_disabled"] & (traits["age"] >= 18))
    assert draw(contract(), text)["person"].tolist() == expected.tolist()


def test_a_share_and_a_share_by_age_are_kept(draw: Any, traits: Traits) -> None:
    text = "groups: [{who: 'true', share: 0.25}]\ncolumns: {person: {person: self}}\n"
    assert len(draw(contract(), text)["person"]) == pytest.approx(PEOPLE / 4, rel=0.06)
    by_age = "[{from: 0, value: 0}, {from: 18, value: 1}, {from: 60, value: 0.5}]"
    text = f"groups: [{{who: 'true', by_age: {by_age}}}]\ncolumns: {{person: {{person: self}}}}\n"
    age = traits["age"][draw(contract(), text)["person"]]
    assert age.min() == 18
    assert ((age >= 18) & (age < 60)).sum() == ((traits["age"] >= 18) & (traits["age"] < 60)).sum()
    assert (age >= 60).sum() == pytest.approx((traits["age"] >= 60).sum() / 2, rel=0.15)


def test_a_share_too_small_for_anybody_still_gives_one_row(draw: Any, traits: Traits) -> None:
    text = "groups: [{who: is_disabled, share: 0.0000001}]\ncolumns: {person: {person: self}}\n"
    person = draw(contract(), text)["person"]
    assert len(person) == 1
    assert traits["is_disabled"][person].all()


def test_groups_add_rows_and_set_columns(draw: Any, traits: Traits) -> None:
    groups = (
        "groups:\n  - {who: 'age >= 60', rows: {least: 1, most: 3}, set: {x: old}}\n  - {who: is_raiser}\n"
    )
    text = f"{groups}columns: {{person: {{person: self}}, x: {{value: parent}}}}\n"
    table = draw(contract(column("x")), text)
    x = np.array(table["x"].to_pylist())
    counts = np.bincount(table["person"][x == "old"], minlength=PEOPLE)
    assert set(counts[traits["age"] >= 60]) == {1, 2, 3}
    assert counts[traits["age"] < 60].sum() == 0
    assert (x == "parent").sum() == traits["is_raiser"].sum()


@pytest.mark.parametrize(
    ("rows", "first", "count"), [("months", "2025-01", 12), ("{months: 4}", "2025-09", 4)]
)
def test_rows_of_months(draw: Any, rows: str, first: str, count: int) -> None:
    text = f"groups: [{{who: is_head, rows: {rows}}}]\ncolumns: {{person: {{person: self}}, m: {{month: row}}}}\n"
    table = draw(contract(column("m", DATE)), text)
    months = table["m"].astype("datetime64[D]").astype(str)
    assert min(months) == f"{first}-01"
    assert max(months) == "2025-12-01"
    assert len(months) == count * len(set(table["person"]))


def test_years_count_back(draw: Any) -> None:
    text = "groups: [{who: is_head, rows: 3}]\ncolumns: {person: {person: self}, y: {year: row}}\n"
    assert draw(contract(column("y", INTEGER)), text)["y"][:6].tolist() == [2025, 2024, 2023] * 2


def test_dates_lie_in_their_span_and_after_birth(draw: Any, made: Made) -> None:
    ago = days_ago(made, one(draw, DATE, "{date: {days_ago: [30, 1800]}}"))
    old = made.block.people.age >= 5
    assert (ago[old].min(), ago[old].max()) == (30, 1800)
    assert (ago <= made.block.tables.last_day - made.block.people.born).all()
    ahead = -days_ago(made, one(draw, DATE, "{date: {days_ahead: [10, 1000]}}"))
    assert (ahead.min(), ahead.max()) == (10, 1000)


def test_a_date_is_kept_after_a_birthday(draw: Any, made: Made) -> None:
    day = one(draw, DATE, "{date: {days_ago: [30, 9000]}, not_before_age: 18}")
    adult = made.block.people.age >= 18
    assert (day >= birthday(made.block.people.born, 18))[adult].all()
    assert (day <= made.block.tables.last_day).all()


def test_a_date_after_another_is_blank_where_that_is(draw: Any) -> None:
    columns = "person: {person: self}, a: {date: {days_ago: [1, 900]}, blank: 0.5}, b: {date: {after: a, days: [90, 95]}}"
    table = draw(contract(column("a", DATE), column("b", DATE)), f"{GROUP}columns: {{{columns}}}\n")
    blank = table["a"] == NEVER
    assert blank.mean() == pytest.approx(0.5, abs=0.03)
    assert (table["b"][blank] == NEVER).all()
    assert set((table["b"] - table["a"])[~blank]) == set(range(90, 96))


def test_numbers_money_and_truths(draw: Any) -> None:
    assert set(one(draw, INTEGER, "{integer: {least: 1, most: 3}}")) == {1, 2, 3}
    number = one(draw, Type(Kind.NUMBER, 2), "{number: {least: 0.5, most: 2.0}}")
    assert (number.min(), number.max()) == (50, 200)
    money = one(draw, MONEY, "{money: {median: 45000, deviation: 0.4, least: 20000, most: 90000}}")
    assert (money.min(), money.max()) == (2_000_000, 9_000_000)
    assert np.median(money) == pytest.approx(4_500_000, rel=0.03)
    assert one(draw, BOOLEAN, "{yes: 0.3}").mean() == pytest.approx(0.3, abs=0.02)


def test_picks_follow_their_weights(draw: Any) -> None:
    picked = one(draw, TEXT, "{pick: {a: 1, b: 3}}", allowed=("a", "b")).to_pylist()
    assert picked.count("b") / PEOPLE == pytest.approx(0.75, abs=0.02)
    assert set(one(draw, INTEGER, "{pick: {7: 1, 9: 1}}")) == {7, 9}


def test_codes_are_unique_in_the_whole_country(draw: Any, kz: Pack) -> None:
    tables = read_tables(kz.path)
    codes: list[str] = []
    for number in range(2):
        block = make_registers(make_block(tables, 3_000, SEED, number, 2), SEED)
        text = f"{GROUP}columns: {{person: {{person: self}}, x: {{code: {{prefix: H, digits: 5}}}}}}\n"
        codes += draw(contract(column("x")), text, block)["x"].to_pylist()
    assert len(set(codes)) == 6_000
    assert {len(code) for code in codes} == {6}


def test_persons_are_tied_to_whom_the_group_speaks_of(draw: Any, made: Made, traits: Traits) -> None:
    words = ("mother", "father", "spouse", "raiser", "head", "child", "other")
    sources = contract(*(column(word, identifies="iin") for word in words))
    columns = ", ".join(f"{word}: {{person: {word}}}" for word in ("self", *words)).replace(
        "self:", "person:", 1
    )
    table = draw(sources, f"{GROUP}columns: {{{columns}}}\n")
    block, everyone = made.block, np.arange(PEOPLE)
    assert ((table["mother"] != NOBODY) == traits["has_mother"]).all()
    assert ((table["father"] != NOBODY) == traits["has_father"]).all()
    assert (table["spouse"] == block.kin.spouse).all()
    assert (table["raiser"] == block.raiser).all()
    assert ((table["head"] == everyone) == traits["is_head"]).all()
    assert (block.homes.core[table["head"]] == block.homes.core).all()
    known = table["child"] >= 0
    assert (known == (traits["family_children"] > 0)).all()
    assert (traits["age"][table["child"][known]] == traits["youngest_age"][known]).all()
    assert (table["other"] != everyone).all()


def test_a_row_without_a_person_that_the_contract_requires_is_left_out(draw: Any, traits: Traits) -> None:
    text = f"{GROUP}columns: {{person: {{person: self}}, x: {{person: mother}}}}\n"
    assert len(draw(contract(column("x", identifies="iin")), text)["x"]) == PEOPLE
    required = draw(contract(column("x", identifies="iin", required=True)), text)["x"]
    assert len(required) == traits["has_mother"].sum()


def test_of_rows_with_one_key_the_first_is_kept(draw: Any, traits: Traits) -> None:
    groups = "groups: [{who: is_raiser, set: {x: a}}, {who: is_raiser, set: {x: b}}]\n"
    text = f"{groups}columns: {{person: {{person: self}}}}\n"
    raisers = traits["is_raiser"].sum()
    assert draw(contract(column("x"), key=("person",)), text)["x"].to_pylist() == ["a"] * raisers
    assert len(draw(contract(column("x"), key=("person", "x")), text)["x"]) == 2 * raisers


@pytest.mark.parametrize(
    ("type_", "how"),
    [
        (TEXT, "{value: a, blank: 0.4}"),
        (INTEGER, "{value: 3, blank: 0.4}"),
        (MONEY, "{value: 100 KZT, blank: 0.4}"),
        (Type(Kind.NUMBER, 2), "{number: {least: 1, most: 2}, blank: 0.4}"),
        (BOOLEAN, "{yes: 0.5, blank: 0.4}"),
        (DATE, "{value: 2025-03-01, blank: 0.4}"),
    ],
)
def test_blanks_are_sent_as_blanks(draw: Any, made: Made, type_: Type, how: str) -> None:
    source = contract(column("x", type_))
    table = draw(source, f"{GROUP}columns: {{person: {{person: self}}, x: {how}}}\n")
    sent = to_arrow(source, table, number_texts(made.block.persons.number), 2)["x"]
    assert sent.null_count / PEOPLE == pytest.approx(0.4, abs=0.03)


@pytest.mark.parametrize("name", TRAITS)
def test_each_trait_is_of_its_type_and_holds_for_some_but_not_for_all(traits: Traits, name: str) -> None:
    values, type_ = traits[name], TRAITS[name].type
    assert len(values) == PEOPLE
    kinds = {Kind.BOOLEAN: "bool", Kind.TEXT: "string"}
    array = values if isinstance(values, pa.Array) else pa.array(values)
    assert str(array.type) == kinds.get(type_.kind, "int64")
    assert len(array.unique()) > 1


def test_the_same_seed_draws_the_same_and_a_register_more_changes_nothing(
    draw: Any, kz: Pack, made: Made, tmp_path: Path
) -> None:
    text = f"{GROUP}columns: {{person: {{person: self}}, x: {{yes: 0.5}}}}\n"
    source = contract(column("x", BOOLEAN))
    first = draw(source, text)
    file = tmp_path / "aids.yaml"
    register = read_register(file, source, kz)
    both = draw_registers({"aaa": register, "aids": register}, made)
    assert both["aids"]["x"].tolist() == first["x"].tolist()
    other = make_registers(made.block, SEED + 1)
    assert draw(source, text, other)["x"].tolist() != first["x"].tolist()
