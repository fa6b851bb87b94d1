"""A pack is loaded strictly: every fault stops it, with file, line and what to do."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from familycard.errors import PackError
from familycard.pack.loader import digest, load_pack
from familycard.pack.types import MONEY, Kind, Type

Break = Callable[[str, str, str], Path]

FAULTS = [
    # file, what stands there, what is put instead, the line named, what is said
    ("pack.yaml", "country: KZ", "country: Kazakhstan", 3, "two letters of ISO 3166"),
    ("pack.yaml", "country: KZ", "country: KZ\ncountry: KZ", 4, "`country` stands here twice"),
    ("pack.yaml", "languages: [en, kk]", "languages: [en, en]", 4, "each language once"),
    ("pack.yaml", "kk: Кішкене ел", "ru: Страна", 2, "`ru` is not among the pack's languages"),
    ("pack.yaml", ", kk: Кішкене ел", "", 2, "`title` has no text in `kk`"),
    ("pack.yaml", "leap_day: mar_01", "leap_day: mar_02", 9, "use one of feb_28, mar_01"),
    ("pack.yaml", "'^[0-9]{12}$'", "'^[0-9'", 7, "not a regular expression"),
    ("pack.yaml", "checksum: kz_iin", "checksum: luhn", 7, "use one of none, kz_iin"),
    ("pack.yaml", "source: population", "source: people", None, "no contract sources/people.yaml"),
    ("pack.yaml", 'is null"}', 'is null", confidential_address: sex}', None, "is no yes or no indicator of a person"),
    ("pack.yaml", 'is null"}', 'is null", confidential_address: wages_month}', None, "is no yes or no indicator"),
    ("pack.yaml", "card: {unit: family", "card: {unit: clan", None, "`clan` is no kind of unit"),
    ("pack.yaml", "id: small", "id: Small", 1, "lower_snake_case"),
    ("pack.yaml", "id: small", "id: [small", None, "not YAML"),
    ("units.yaml", "started: born_on", "begun: born_on", 13, "`begun` is not a key here"),
    ("units.yaml", "started: born_on", "started: sex", 5, "no date column of births"),
    ("units.yaml", "{source: births, child: child, parent: mother", "{source: births, child: child, parent: born_on", 5,
     "`born_on` is no identifying column of births"),
    ("units.yaml", "{source: births, child: child, parent: mother", "{source: birth, child: child, parent: mother", 5,
     "no contract sources/birth.yaml"),
    ("units.yaml", "between: [child, parent]", "between: [child]", 7, "must name two roles"),
    ("units.yaml", "between: [person, anchor]", "between: [person, host]", 17, "between: [person, anchor]"),
    ("units.yaml", "- id: grown_child", "- id: grown__child", 16, "not an id"),
    ("parameters.yaml", "value: 3932 KZT", "value: 3932 EUR", 4, "not in the pack's currency"),
    ("parameters.yaml", "value: 3932 KZT", "value: 3932.005 KZT", 4, "more than 2 decimal digits"),
    ("parameters.yaml", "value: 3932 KZT", "value: 3932", 5, "one value is integer, this one money"),
    ("parameters.yaml", "value: 3932 KZT", "value: 3_932 KZT", 4, "is no value"),
    ("parameters.yaml", "value: 0.7", "value: 7e-1", 14, "is no value"),
    ("parameters.yaml", "from: 2025-01-01, value", "from: 2025-02-30, value", 4, "is not a date"),
    ("parameters.yaml", "from: 2026-01-01, value: 4325", "from: 2025-01-01, value: 4325", 5, "two values"),
    ("parameters.yaml", "to: 2025-07-01", "to: 2024-07-01", 14, "`to` is not after `from`"),
    ("parameters.yaml", "mrp:", "children:", 7, "`children` is already a parameter"),
    ("indicators/economic.yaml", "type: ratio", "type: float", 22, "use one of money, integer"),
    ("indicators/economic.yaml", "no_rows: 0", "no_rows: 0.5", 11, "`0.5` is not money"),
    ("indicators/economic.yaml", "  no_rows: 0\n", "", 1, "what the absence of a row means"),
    ("indicators/economic.yaml", "from: wages", "from: wage", 1, "no contract sources/wage.yaml"),
    ("indicators/economic.yaml", "from: wages", "from: wages\n  by: gross", 1, "no identifying column of wages"),
    ("indicators/economic.yaml", "formula: money_div(wages_month", "unit: sum\n  formula: money_div(wages_month", 18,
     "no meaning at `level: unit`"),
    ("indicators/family.yaml", "- id: children", "- id: wages_month", 7, "already stands in"),
    ("indicators/family.yaml", "- id: children", "- id: members", 7, "reserved name"),
    ("indicators/family.yaml", "- id: children", "- id: birth_date", 7, "column of the people source"),
    ("indicators/family.yaml", "type: integer", "type: boolean", 13, "`unit: count` gives integer"),
    ("indicators/family.yaml", "measured_in: persons", "measured: persons", 11, "did you mean `measured_in`?"),
    ("scorecards/need.yaml", "unit: family", "unit: clan", None, "of clan, not family"),
    ("scorecards/need.yaml", "base: 500", "base: 500.5", 5, "not a whole number"),
    ("scorecards/need.yaml", ", {points: 60}", "", 7, "the last is open"),
    ("scorecards/need.yaml", "bins: wages_to_line", "bins: is_child", 7, "`is_child` is no indicator of units"),
    ("scorecards/need.yaml", "A: {}, ", "", 11, "exactly one category"),
    ("scorecards/need.yaml", "C: {below: 450}", "C: {below: 350}", 11, "two categories have the same `below`"),
    ("scorecards/need.yaml", "A: {en: Well off, kk: Ауқатты}, ", "", 12, "exactly the categories"),
    ("scorecards/need.yaml", "at_most: 400, ", "", 10, "either `at_most` or `at_least`"),
    ("programmes/many_children.yaml", "id: many_children", "id: many", 1, "stands in many_children.yaml"),
    ("programmes/many_children.yaml", "unit: family", "unit: clan", 1, "neither `person` nor a kind of unit"),
    ("programmes/many_children.yaml", "received: benefit_month", "received: children", 1, "money or boolean"),
    ("programmes/many_children.yaml", "[other_aid]", "[another]", 1, "`another` is no other programme"),
    ("programmes/many_children.yaml", "failed: [below_line]", "failed: [line]", 19, "`line` is no condition"),
    ("programmes/many_children.yaml", "status: eligible", "status: granted", 18, "use one of eligible"),
    ("programmes/many_children.yaml", "amount: 63030 KZT", "amount: 63030", 18, "is not money"),
    ("programmes/many_children.yaml", "rounding: up_to_tenge", "rounding: up", 11, "use one of up_to_unit"),
    ("programmes/many_children.yaml", "id: below_line", "id: four", 7, "condition `four` stands there twice"),
    ("checks.yaml", "shows: [wages_month", "shows: [children_month", 1, "no indicator of person"),
    ("statistics.yaml", "weight: members", "weight: is_child", 2, "no indicator of family"),
    ("statistics.yaml", "share: 0.6, ", "", 1, "has no `share`"),
    ("statistics.yaml", "share: 0.6", "share: 0.66667", 1, "more than 4 decimal digits"),
    ("areas.csv", "1035,10,", "1035,11,", 3, "its parent `11` is no area"),
    ("areas.csv", "1035,10,", "10,10,", 3, "stands here twice"),
    ("areas.csv", "1035,10,Semey,", "1035,10,", 3, "3 cells, the header has 4"),
    ("sources/wages.yaml", "value: money}", "value: euros}", 26, "money"),
    ("sources/population.yaml", "name: sex", "name: gender", None, "no column `sex`"),
    ("sources/births.yaml", "value: iin}", "value: inn}", None, "pack.yaml does not name"),
    ("office.yaml", "month: 1, day: 1", "month: 2, day: 30", 10, "no day 30 of month 2"),
    ("office.yaml", "known_years: [2025]", "known_years: [now]", 8, "`now` is not a whole number"),
    ("office.yaml", "working_days: 15", "working_days: 0", 4, "one working day or more"),
    ("office.yaml", "working_days: 15", "days: 15", 4, "`days` is not a key here"),
    ("office.yaml", "on: 2025-06-06", "on: 2025-06-31", 12, "is not a date"),
    ("office.yaml", "{kk: Денсаулық", "{ru: Денсаулық", 16, "`ru` is not a key here"),
    ("office.yaml", "longest_years: 3", "longest_years: 0", 14, "give it one year or more, not 0"),
    ("office.yaml", "unsaid_years: 1", "unsaid_years: 4", 14, "would hold longer than one that does"),
    ("office.yaml", "  proxy:", "  friend:", 14, "`friend` is not a key here"),
    ("office.yaml", "need: economic", "need: money", 7, "use one of economic"),
    ("office.yaml", "complaint:", "complaints:", 5, "did you mean `complaint`?"),
    ("office.yaml", "purposes:", "purpose:", 2, "did you mean `purposes`?"),
    ("indicator.yaml", "", "- id: lost", None, "no file of this name belongs to a pack"),
    ("programmes/rule.py", "", "print()", None, "a pack holds no Python"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "line", "said"), FAULTS)
def test_a_fault_is_named_with_file_and_line(
    broken: Break, file: str, old: str, new: str, line: int | None, said: str
) -> None:
    folder = broken(file, old, new)
    with pytest.raises(PackError) as raised:
        load_pack(folder)
    assert said in raised.value.message
    assert raised.value.file is not None
    if line is not None:
        assert raised.value.line == line, raised.value
        assert raised.value.located().startswith(str(folder))


def test_the_small_pack_is_read_whole(small_pack: Path) -> None:
    pack = load_pack(small_pack)
    assert (pack.id, pack.languages, pack.currency, pack.minor_digits) == ("small", ("en", "kk"), "KZT", 2)
    assert list(pack.sources) == ["births", "population", "wages"]
    assert list(pack.indicators) == [
        *("wages_month", "wages_per_member", "wages_to_line", "benefit_month"),
        *("is_child", "children"),
    ]
    assert pack.areas["1035"] == {"en": "Semey", "kk": "Семей"}
    assert [tie.id for tie in pack.units["family"].ties] == ["minor_child"]
    assert pack.office is not None
    # New Year's Day is a Wednesday, so it stays; the term begins on the day after.
    assert pack.office.due_on("claim", date(2024, 12, 31)) == date(2025, 1, 22)
    assert pack.office.owners["Ministry of Health"] == {
        "en": "Ministry of Health",
        "kk": "Денсаулық сақтау министрлігі",
    }


def test_decimals_and_money_are_exact(small_pack: Path) -> None:
    parameters = load_pack(small_pack).parameters
    assert parameters["line"].type == MONEY
    assert [value.value for value in parameters["line"].values] == [4261500, 4300050]
    assert parameters["factor"].type == Type(Kind.NUMBER, 1)
    assert [value.value for value in parameters["factor"].values] == [7, 10]


def test_categories_ascend_whatever_their_order_in_the_file(small_pack: Path) -> None:
    assert load_pack(small_pack).scorecards["need"].categories == (("E", 350), ("C", 450), ("A", None))


def test_a_programme_keeps_its_cases_as_written(small_pack: Path) -> None:
    programme = load_pack(small_pack).programmes["many_children"]
    assert programme.amount is not None and programme.amount.rounding == "up_to_unit"
    assert programme.in_force_from == date(2025, 1, 1)
    assert programme.cases[0].facts["wages_per_member"] == "42614.99 KZT"
    assert programme.cases[0].expect == {"status": "eligible", "amount": 6303000}
    assert programme.cases[0].place.line == 15


def test_a_yaml_boolean_or_norway_is_only_text(broken: Break) -> None:
    folder = broken("pack.yaml", "country: KZ", "country: NO")
    assert load_pack(folder).country == "NO"


def test_the_digest_follows_every_file_and_nothing_else(small_pack: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(small_pack, copy)
    assert digest(copy) == digest(small_pack) == load_pack(copy).digest
    assert re.fullmatch("[0-9a-f]{64}", digest(copy))
    (copy / ".swp").write_text("an editor's")
    assert digest(copy) == digest(small_pack)
    (copy / "checks.yaml").rename(copy / "README.md")
    assert digest(copy) != digest(small_pack)


def test_a_folder_without_a_pack_says_so(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="holds no pack.yaml"):
        load_pack(tmp_path)
    with pytest.raises(PackError, match="no such folder"):
        load_pack(tmp_path / "nowhere")


def test_an_alias_that_contains_itself_is_refused(broken: Break) -> None:
    folder = broken("checks.yaml", "shows: [wages_month, birth_date]", "shows: &a [wages_month, *a]")
    with pytest.raises(PackError, match=r"alias|YAML"):
        load_pack(folder)
