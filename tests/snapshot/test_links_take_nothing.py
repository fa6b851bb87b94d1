"""A row that the model linked and nobody has confirmed takes nothing away: what fails by it cannot be told.

What it gives, it gives; and once a person has confirmed it, it counts like any other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from killing import IS_WHOLE
from linked_town import linked_town, right_of
from town import AS_OF, PACK, REGISTERS, person, town

from familycard.cli.card_json import card_json
from familycard.cli.card_text import card_lines
from familycard.cli.words import Words
from familycard.engine.duck import DuckEngine
from familycard.engine.spark import SparkEngine
from familycard.errors import SnapshotError
from familycard.programmes.explain import ProgrammeResult
from familycard.programmes.unused import WITHOUT_RIGHT
from familycard.snapshot.build import build
from familycard.snapshot.changes import WRONG_FACT, changes
from familycard.snapshot.event.nation import open_nation
from familycard.snapshot.reader import Reader, Right

BY_CLERK = {"decided_by": "A. Clerk"}
SERVICE = "kind: service\n"
CASES = """cases:
  - {{name: yes, as_of: 2025-06-01, facts: {{{yes}}}, expect: {{status: eligible}}}}
  - {{name: no, as_of: 2025-06-01, facts: {{{no}}}, expect: {{status: not_eligible}}}}
  - {{name: limit, as_of: 2025-06-01, facts: {{{yes}}}, expect: {{status: eligible}}}}
  - {{name: silent, as_of: 2025-06-01, facts: {{}}, expect: {{status: cannot_tell}}}}
"""


def service(id_: str, unit: str, when: str, yes: str, no: str, more: str = SERVICE) -> dict[str, str]:
    """A programme of one condition."""
    text = (
        f"id: {id_}\ntitle: {{en: {id_}}}\nsummary: {{en: {id_}.}}\nlaw: Town law 7\nunit: {unit}\n{more}"
        f'conditions:\n  - {{id: only, when: "{when}", law: Town law 7, label: {{en: Only}}}}\n'
    )
    return {f"programmes/{id_}.yaml": text + CASES.format(yes=yes, no=no)}


MORE = {
    **PACK,
    **service("sick_pass", "person", "is_ill", "is_ill: true", "is_ill: false"),
    **service("sport_pass", "person", "not is_ill", "is_ill: false", "is_ill: true"),
    **service(
        "meal",
        "person",
        "family.income_per_member <= line",
        "family.income_per_member: 5 EUR",
        "family.income_per_member: 500 EUR",
    ),
    **service(
        "coal", "family", "children >= 1", "children: 1, programme.child_aid.received: false", "children: 0",
        SERVICE + "excluded_by: [child_aid]\n",
    ),
    **service("tiny_home", "family", "members <= 2", "members: 1", "members: 3"),
    **service(
        "advice", "family", "programme.child_aid.status <> 'eligible'", "programme.child_aid.status: not_eligible",
        "programme.child_aid.status: eligible",
    ),
}  # fmt: skip
TOP_UP = service(
    "top_up", "family", "income_per_member <= money '300 EUR'", "income_per_member: 5 EUR", "income_per_member: 500 EUR",
    "amount: {monthly: \"money '300 EUR' - income_per_member\", rounding: exact}\n",
)  # fmt: skip
RICHER = {"wages": REGISTERS["wages"] + "0004,600.00,0.00\n"}
"""4, with two children, has one row more, which lifts the family over the line."""
RICHER_BY_LINK = {"wages": {"_row": 5}}


def reader_of(
    folder: Path,
    linked: Mapping[str, Mapping[str, Any]],
    registers: Mapping[str, str] | None = None,
    **more: Any,
) -> Reader:
    return Reader(linked_town(folder, linked, registers, base=MORE, **more))


def explained(reader: Reader, number: str, programme: str) -> ProgrammeResult:
    return reader.explain(right_of(reader, number, programme))


def status(reader: Reader, number: str, programme: str) -> str:
    result = explained(reader, number, programme)
    # What is told of a right, and why, is read from two places.
    assert result.status == right_of(reader, number, programme).status
    return result.status


@pytest.fixture(scope="module")
def richer(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    return reader_of(tmp_path_factory.mktemp("town"), RICHER_BY_LINK, RICHER)


def test_a_row_that_lifts_income_over_the_line_leaves_open_whether_there_is_a_right(richer: Reader) -> None:
    result = explained(richer, "0004", "child_aid")
    assert (result.status, result.amount_minor) == ("cannot_tell", None)
    assert (result.row["child_aid__failed"], result.row["child_aid__unknown"]) == (0, 0b10)
    has_children, is_poor = result.conditions
    assert (has_children.answer, has_children.is_in_doubt) == ("yes", False)
    assert (is_poor.answer, is_poor.is_in_doubt) == ("cannot_tell", True)
    (compared,) = is_poor.compared
    assert (compared.answer, compared.value, compared.threshold) == ("cannot_tell", 25_000, 10_000)
    assert [(link.source, link.row) for link in result.links.all] == [("wages", 5)]
    assert result.links.need_decision


def test_what_a_person_has_confirmed_counts_in_full(tmp_path: Path) -> None:
    reader = reader_of(tmp_path, {"wages": {"_row": 5} | BY_CLERK}, RICHER)
    result = explained(reader, "0004", "child_aid")
    assert (result.status, result.row["child_aid__failed"]) == ("not_eligible", 0b10)
    assert [one.answer for one in result.conditions] == ["yes", "no"]
    assert not any(one.is_in_doubt for one in result.conditions)


def test_an_amount_that_a_row_lowers_is_not_told_until_a_person_has_confirmed_it(tmp_path: Path) -> None:
    for name, by, amount in (("model", {}, None), ("clerk", BY_CLERK, 5_000)):
        linked = {"wages": {"_row": 5} | by}
        reader = Reader(linked_town(tmp_path / name, linked, RICHER, base=PACK | TOP_UP))
        result = explained(reader, "0004", "top_up")
        assert (result.status, result.amount_minor) == ("eligible", amount)
    assert explained(reader, "0007", "top_up").amount_minor is not None


def test_what_was_taken_back_does_not_count(tmp_path: Path) -> None:
    # A row that is taken back is in quarantine again: it is not in the checked load.
    reader = Reader(town(tmp_path, base=MORE))
    assert status(reader, "0004", "child_aid") == "eligible"


def test_what_rests_on_no_linked_row_fails_as_ever(richer: Reader) -> None:
    for number in ("0007", "0008"):
        assert status(richer, number, "child_aid") == "not_eligible"
    assert status(richer, "0004", "youth_pass") == "not_eligible"
    assert status(richer, "0004", "tiny_home") == "not_eligible"


def test_a_condition_that_fails_without_the_row_too_fails(tmp_path: Path) -> None:
    """8 has no children, whatever a linked row says of the wages."""
    reader = reader_of(tmp_path, {"wages": {"_row": 4}})
    result = explained(reader, "0008", "child_aid")
    assert [one.answer for one in result.conditions] == ["no", "cannot_tell"]
    assert result.status == "not_eligible"


def test_what_a_row_gives_it_gives(tmp_path: Path) -> None:
    reader = reader_of(tmp_path, {"diagnoses": {"_row": 1}})
    assert status(reader, "0007", "sick_pass") == "eligible"


def test_what_is_sealed_takes_nothing_either_and_says_nothing(tmp_path: Path) -> None:
    reader = reader_of(tmp_path, {"diagnoses": {"_row": 1}})
    result = explained(reader, "0007", "sport_pass")
    assert result.status == "cannot_tell"
    (condition,) = result.conditions
    assert condition.is_withheld
    assert not condition.is_in_doubt
    assert not result.links.by_name


def test_a_members_row_takes_nothing_from_the_family_nor_from_who_is_in_it(tmp_path: Path) -> None:
    registers = {"wages": REGISTERS["wages"] + "0002,900.00,0.00\n"}
    reader = reader_of(tmp_path, {"wages": {"_row": 5}}, registers)
    assert status(reader, "0001", "child_aid") == "cannot_tell"
    for number in ("0001", "0002", "0003"):
        (right,) = (r for r in reader.rights([person(reader.snapshot, number)]) if r.programme.id == "meal")
        result = reader.explain(right)
        assert result.status == "cannot_tell"
        assert result.conditions[0].is_in_doubt
        assert result.links.need_decision
    assert status(reader, "0008", "meal") == "not_eligible"


def test_a_receipt_told_by_a_linked_row_shuts_nobody_out(tmp_path: Path) -> None:
    reader = reader_of(tmp_path, {"benefits": {"_row": 1}})
    result = explained(reader, "0004", "coal")
    assert result.status == "cannot_tell"
    assert [one.answer for one in result.conditions] == ["yes"]
    assert result.is_exclusion_in_doubt
    assert [(link.source, link.row) for link in result.links.all] == [("benefits", 1)]
    text = printed(reader, "0004", "en")
    assert "Another payment would exclude this, by a row that was linked" in text


def test_a_receipt_that_a_person_has_confirmed_shuts_out(tmp_path: Path) -> None:
    reader = reader_of(tmp_path, {"benefits": {"_row": 1} | BY_CLERK})
    result = explained(reader, "0004", "coal")
    assert (result.status, result.is_exclusion_in_doubt) == ("excluded", False)


@pytest.mark.parametrize(("decided_by", "listed"), [("model", []), ("A. Clerk", ["child_aid"])])
def test_nobody_is_listed_as_paid_without_a_right_by_a_linked_row(
    tmp_path: Path, decided_by: str, listed: list[str]
) -> None:
    registers = {"benefits": REGISTERS["benefits"] + "0008,20.00,\n"}
    reader = reader_of(tmp_path, {"benefits": {"_row": 2, "decided_by": decided_by}}, registers)
    assert status(reader, "0008", "child_aid") == "not_eligible"
    found = reader.engine.rows(f"select programme from {WITHOUT_RIGHT}")
    assert [programme for (programme,) in found] == listed


def test_what_another_programme_gives_by_a_link_takes_nothing_here(tmp_path: Path) -> None:
    """Children make 1's family eligible for the aid only by a linked row of births."""
    reader = reader_of(tmp_path, {"births": {"_row": 1}})
    assert status(reader, "0001", "child_aid") == "eligible"
    assert status(reader, "0001", "advice") == "cannot_tell"
    assert status(reader, "0004", "advice") == "not_eligible"


def test_what_cannot_be_told_of_a_programme_cannot_be_told_of_what_asks_for_it(richer: Reader) -> None:
    result = explained(richer, "0004", "advice")
    assert result.status == "cannot_tell"
    assert not result.conditions[0].is_in_doubt, "it does not fail: the aid itself cannot be told"


def test_a_member_who_is_there_by_a_linked_row_takes_nothing(tmp_path: Path) -> None:
    reader = reader_of(tmp_path, {"births": {"_row": 3}})
    assert status(reader, "0004", "tiny_home") == "cannot_tell"
    assert status(reader, "0001", "tiny_home") == "not_eligible"


def test_a_member_who_is_there_by_what_a_linked_row_says_of_them_takes_nothing(tmp_path: Path) -> None:
    """8 is a grown child of 1, and in the family by the wages alone."""
    registers = {"births": REGISTERS["births"] + "0008,0002\n"}
    law = {
        "units.yaml": (
            "when: age_years(child.birth_date, as_of) < 18",
            "when: age_years(child.birth_date, as_of) < 18 or child.wages_month > money '0 EUR'",
        )
    }
    reader = reader_of(tmp_path, {"wages": {"_row": 4}}, registers, law=law)
    assert status(reader, "0001", "tiny_home") == "cannot_tell"
    assert explained(reader, "0001", "tiny_home").links.need_decision


def test_a_marriage_by_a_linked_row_takes_nobody_from_a_family_whose_members_can_be_told(
    tmp_path: Path,
) -> None:
    """2 is married to 1; a later row says to 8. Which of the two stands is open, and so who belongs together."""
    registers = {"marriages": REGISTERS["marriages"] + "0002,0008,2020-05-01\n"}
    linked = {"marriages": {"_row": 2}}
    reader = reader_of(tmp_path / "linked", linked, registers)
    for number in ("0001", "0002", "0008"):
        assert status(reader, number, "tiny_home") == "cannot_tell"
    confirmed = reader_of(tmp_path / "confirmed", {"marriages": {"_row": 2} | BY_CLERK}, registers)
    assert status(confirmed, "0001", "tiny_home") == "eligible"
    assert status(confirmed, "0002", "tiny_home") == "not_eligible"


def test_a_marriage_by_a_linked_row_joins_where_it_parts_nobody(tmp_path: Path) -> None:
    reader = reader_of(tmp_path, {"marriages": {"_row": 1}})
    card = reader.card(reader.unit_of(person(reader.snapshot, "0001")))
    assert (len(card.members), card.composition_known) == (3, True)


ILL = {"diagnoses": REGISTERS["diagnoses"] + "0005,A\n"}


@pytest.mark.parametrize(
    "units",
    [
        ("parentage: true", "unless: child.is_ill\n      parentage: true"),
        ("as_of) < 18\n", "as_of) < 18 and not child.is_ill\n"),
    ],
)
def test_nobody_leaves_a_family_by_a_linked_row(tmp_path: Path, units: tuple[str, str]) -> None:
    """5 lives with 4 and 6, unless a diagnosis says otherwise."""
    law = {"units.yaml": units}
    reader = reader_of(tmp_path / "linked", {"diagnoses": {"_row": 2}}, ILL, law=law)
    for number in ("0004", "0005", "0006"):
        assert status(reader, number, "child_aid") == "cannot_tell"
    confirmed = reader_of(tmp_path / "confirmed", {"diagnoses": {"_row": 2} | BY_CLERK}, ILL, law=law)
    card = confirmed.card(confirmed.unit_of(person(confirmed.snapshot, "0004")))
    assert (len(card.members), card.composition_known) == (2, True)


def test_nobody_is_shut_out_of_a_couple_by_a_linked_row(tmp_path: Path) -> None:
    law = {"units.yaml": ("max_members: 2\n  ties", "max_members: 2\n  excludes: is_ill\n  ties")}
    registers = {"diagnoses": REGISTERS["diagnoses"] + "0001,A\n"}
    reader = reader_of(tmp_path / "linked", {"diagnoses": {"_row": 2}}, registers, law=law)
    for number in ("0001", "0002"):
        (right,) = of_couples(reader, number)
        assert right.status == "cannot_tell"
    confirmed = reader_of(tmp_path / "confirmed", {"diagnoses": {"_row": 2} | BY_CLERK}, registers, law=law)
    assert not of_couples(confirmed, "0001")
    assert not of_couples(confirmed, "0002")


def of_couples(reader: Reader, number: str) -> list[Right]:
    rights = reader.rights([person(reader.snapshot, number)])
    return [right for right in rights if right.programme.id == "couple_gift"]


def test_an_unused_right_that_cannot_be_told_is_not_counted(richer: Reader, the_town: Any) -> None:
    reader = Reader(the_town)
    # 4 receives the aid; nothing else of the family changed.
    for one in (reader, richer):
        card = one.card(one.unit_of(person(one.snapshot, "0004")))
        assert card.unused_monthly_minor == 0


def test_events_are_not_followed_over_rows_that_nobody_has_confirmed(richer: Reader, tmp_path: Path) -> None:
    with pytest.raises(
        SnapshotError, match="rows of wages were linked to people and nobody has confirmed it"
    ):
        open_nation(richer.snapshot.path, tmp_path)


def test_events_are_followed_over_rows_that_somebody_has_confirmed(tmp_path: Path) -> None:
    reader = reader_of(tmp_path, {"wages": {"_row": 5} | BY_CLERK}, RICHER)
    assert open_nation(reader.snapshot.path, tmp_path).ties


def test_the_terminal_says_that_a_person_has_to_decide_first(richer: Reader) -> None:
    for language, words in (
        ("en", "This would not be met, by a row that was linked by name and birth date"),
        ("ru", "сначала решение должен принять человек"),
        ("kk", "алдымен адам шешім қабылдауы керек"),
    ):
        # Of the aid, and of the meal that all three are told of on one line.
        assert printed(richer, "0004", language).count(words) == 2
    lines = printed(richer, "0004", "en").splitlines()
    place = next(n for n, line in enumerate(lines) if "? Poor" in line)
    assert "would not be met" in lines[place + 1]
    assert "? Income per member: [bold]250 EUR" in lines[place + 2]


def printed(reader: Reader, number: str, language: str) -> str:
    """The lines of a card about what a family has a right to."""
    card = reader.card(reader.unit_of(person(reader.snapshot, number)))
    return "\n".join(
        str(line) for line in card_lines(reader, card, Words(reader.pack, language), explain=True)
    )


def test_machines_get_it_beside_the_condition(richer: Reader) -> None:
    card = richer.card(richer.unit_of(person(richer.snapshot, "0004")))
    rights = {right["programme"]: right for right in card_json(richer, card, explain=True)["rights"]}
    aid = rights["child_aid"]
    assert (aid["status"], aid["needs_decision"], aid["exclusion_in_doubt"]) == ("cannot_tell", True, False)
    assert [(c["id"], c["answer"], c["in_doubt"]) for c in aid["conditions"]] == [
        ("has_children", "yes", False),
        ("is_poor", "cannot_tell", True),
    ]


def test_what_would_fail_by_a_linked_row_can_be_contested(tmp_path: Path) -> None:
    law = {
        "indicators/all.yaml": (
            'formula: "money_div(wages_month, members, down)"',
            'formula: "money_div(wages_month, members, down)", disputable: true',
        )
    }
    reader = reader_of(tmp_path, RICHER_BY_LINK, RICHER, law=law)
    found = changes(reader.snapshot.catalogue, explained(reader, "0004", "child_aid"))
    assert [(one.kind, one.fact and one.fact.name) for one in found] == [(WRONG_FACT, "income_per_member")]


def digests(path: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((path / "manifest.json").read_text(encoding="utf-8"))["digests"]
    return found


def test_where_nothing_is_linked_by_the_model_alone_the_tables_are_those_of_rows_that_name_their_person(
    tmp_path: Path,
) -> None:
    confirmed = linked_town(tmp_path / "linked", {"wages": {"_row": 5} | BY_CLERK}, RICHER, base=MORE)
    named = town(tmp_path / "named", registers=RICHER, base=MORE)
    assert digests(confirmed.path) == digests(named.path)


def test_the_same_build_twice_in_one_engine_forgets_what_was_in_doubt(tmp_path: Path) -> None:
    engine = DuckEngine()
    doubted = linked_town(tmp_path / "one", RICHER_BY_LINK, RICHER, engine=engine)
    first = town(tmp_path / "two", registers=RICHER)
    again = build(first.pack, tmp_path / "two" / "store", AS_OF, tmp_path / "out", engine=engine)
    assert digests(again.path) == digests(first.path)
    assert digests(again.path) != digests(doubted.path)


@pytest.mark.skipif(not IS_WHOLE, reason="minutes on Spark: FAMILYCARD_CI=whole")
def test_a_build_on_spark_leaves_open_the_same(tmp_path: Path, spark: Any) -> None:
    linked = {**RICHER_BY_LINK, "births": {"_row": 1}, "benefits": {"_row": 1}, "diagnoses": {"_row": 2}}
    registers = {**RICHER, **ILL}
    law = {"units.yaml": ("as_of) < 18\n", "as_of) < 18 and not child.is_ill\n")}
    here = reader_of(tmp_path / "here", linked, registers, law=law)
    engine: SparkEngine = spark()
    there = reader_of(tmp_path / "there", linked, registers, law=law, engine=engine)
    assert digests(here.snapshot.path) == digests(there.snapshot.path)
    assert status(there, "0004", "child_aid") == "cannot_tell"
