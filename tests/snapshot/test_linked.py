"""Whatever rests on a row that was linked says so, and nobody else's values do."""

from __future__ import annotations

import io
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from killing import IS_WHOLE
from linked_town import linked_town, right_of
from rich.console import Console
from town import person

from familycard.cli.card_json import card_json
from familycard.cli.card_text import card_lines
from familycard.cli.words import Words
from familycard.engine.spark import SparkEngine
from familycard.errors import SnapshotError
from familycard.snapshot.linked import names_linked
from familycard.snapshot.open import OpenSnapshot, open_snapshot
from familycard.snapshot.reader import Reader
from familycard.snapshot.rows import LINKED

SAYS = "rests on a row that was linked by name and birth date, not by its identifier"


@pytest.fixture(scope="module")
def wages_linked(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """The wages of 4, alone with two children, name nobody."""
    return Reader(linked_town(tmp_path_factory.mktemp("town"), {"wages": {"_row": 3}}))


def names_that_say_so(reader: Reader, number: str) -> set[str]:
    card = reader.card(reader.unit_of(person(reader.snapshot, number)))
    return {fact.name for fact in card.facts if fact.linked}


def test_each_indicator_of_the_family_says_so_also_through_a_formula(wages_linked: Reader) -> None:
    assert names_that_say_so(wages_linked, "0004") == {"wages_month", "overdue", "income_per_member"}
    card = wages_linked.card(wages_linked.unit_of(person(wages_linked.snapshot, "0004")))
    (link,) = {link for fact in card.facts for link in fact.linked}
    assert (link.source, link.row, str(link.extracted_on), link.percent) == (
        "wages",
        3,
        "2025-12-31",
        "99.87",
    )
    assert link.is_by_model


def test_the_score_and_the_programme_say_so_and_that_a_person_must_decide_first(
    wages_linked: Reader,
) -> None:
    card = wages_linked.card(wages_linked.unit_of(person(wages_linked.snapshot, "0004")))
    assert card.score is not None
    result = wages_linked.explain(right_of(wages_linked, "0004", "child_aid"))
    for links in (card.score.links, result.links):
        assert [(link.source, link.row) for link in links.all] == [("wages", 3)]
        assert links.need_decision


def test_nobody_else_says_so(wages_linked: Reader) -> None:
    reader = wages_linked
    for number in ("0001", "0007", "0008"):
        assert names_that_say_so(reader, number) == set()
        card = reader.card(reader.unit_of(person(reader.snapshot, number)))
        assert card.score is not None
        assert not card.score.links.by_name
        assert not any(result.links.by_name for result in reader.explanations(card.rights))
    # Of the same family, what rests on other registers.
    assert not reader.explain(right_of(reader, "0004", "youth_pass")).links.by_name


def test_of_persons_only_the_linked_one_has_unconfirmed_facts(wages_linked: Reader) -> None:
    snapshot = wages_linked.snapshot
    rests = {"wages_month", "overdue", "income_per_member"}
    assert names_linked(snapshot, person(snapshot, "0004")) == rests
    assert names_linked(snapshot, person(snapshot, "0005")) == frozenset()


def test_what_a_person_has_confirmed_says_so_and_needs_no_further_decision(tmp_path: Path) -> None:
    reader = Reader(linked_town(tmp_path, {"wages": {"_row": 3, "decided_by": "A. Clerk"}}))
    result = reader.explain(right_of(reader, "0004", "child_aid"))
    assert result.links.all
    assert not result.links.need_decision
    assert names_linked(reader.snapshot, person(reader.snapshot, "0004")) == frozenset()


def test_a_tie_that_rests_on_a_linked_row_is_told_of_all_that_the_family_has(tmp_path: Path) -> None:
    reader = Reader(linked_town(tmp_path, {"births": {"_row": 1}}))
    assert names_that_say_so(reader, "0001") >= {"wages_month", "children", "income_per_member"}
    assert names_that_say_so(reader, "0004") == set()
    assert not reader.explain(right_of(reader, "0001", "couple_gift")).links.by_name, (
        "no child is in a couple"
    )


def test_an_indicator_whose_condition_leaves_the_row_out_does_not_rest_on_it(tmp_path: Path) -> None:
    registers = {"wages": "person,gross,overdue\n0004,0.00,7.50\n0004,150.00,0.00\n"}
    reader = Reader(linked_town(tmp_path, {"wages": {"_row": 1}}, registers))
    assert names_that_say_so(reader, "0004") == {"overdue"}


def test_what_is_sealed_says_nothing(tmp_path: Path) -> None:
    reader = Reader(linked_town(tmp_path, {"diagnoses": {"_row": 1}}))
    card = reader.card(reader.unit_of(person(reader.snapshot, "0007")))
    assert names_that_say_so(reader, "0007") == set()
    assert not reader.links_of(person(reader.snapshot, "0007"), reader.pack.indicators).by_name
    assert not any(result.links.by_name for result in reader.explanations(card.rights))


def test_the_terminal_says_so_with_source_date_and_how_sure(wages_linked: Reader) -> None:
    reader = wages_linked
    card = reader.card(reader.unit_of(person(reader.snapshot, "0004")))
    text = printed(reader, card, "en")
    assert (
        f"! {SAYS} (Register of wages, 2025-12-31, #3; how sure 99.87 %, linked automatically 2026-01-01)"
        in text
    )
    assert "a person has to confirm the link" in text
    # Two facts, the score, its line, the programme and its condition.
    assert text.count(SAYS) >= 6
    for language, words in (("ru", "по имени и дате рождения"), ("kk", "аты-жөні мен туған күні бойынша")):
        assert words in printed(reader, card, language)
    other = reader.card(reader.unit_of(person(reader.snapshot, "0008")))
    assert SAYS not in printed(reader, other, "en")


def printed(reader: Reader, card: Any, language: str) -> str:
    console = Console(file=io.StringIO(), width=500)
    for line in card_lines(reader, card, Words(reader.pack, language), explain=True):
        console.print(line, soft_wrap=True)
    return console.file.getvalue()


def test_machines_get_the_link_beside_each_fact_score_and_right(wages_linked: Reader) -> None:
    reader = wages_linked
    shown = card_json(reader, reader.card(reader.unit_of(person(reader.snapshot, "0004"))), explain=True)
    link = {
        "source": "wages", "extracted_on": date(2025, 12, 31), "row": 3, "likelihood_millionths": 998700,
        "by_model": True, "decided_on": date(2026, 1, 1),
    }  # fmt: skip
    facts = {fact["name"]: fact["linked"] for fact in shown["facts"]}
    assert facts["income_per_member"] == [link]
    assert facts["children"] == []
    assert (shown["score"]["linked"], shown["score"]["needs_decision"]) == ([link], True)
    rights = {right["programme"]: right for right in shown["rights"]}
    assert (rights["child_aid"]["linked"], rights["child_aid"]["needs_decision"]) == ([link], True)
    assert (rights["youth_pass"]["linked"], rights["youth_pass"]["needs_decision"]) == ([], False)


def test_where_no_row_was_linked_nothing_is_written(the_town: OpenSnapshot) -> None:
    assert not (the_town.path / LINKED).exists()
    assert not Reader(the_town).has_linked_rows


def test_a_snapshot_that_lost_them_is_not_whole(tmp_path: Path) -> None:
    snapshot = linked_town(tmp_path, {"wages": {"_row": 3}})
    shutil.rmtree(snapshot.path / LINKED)
    with pytest.raises(SnapshotError, match="linked is missing: the snapshot is not whole"):
        open_snapshot(snapshot.path)


@pytest.mark.skipif(not IS_WHOLE, reason="a minute on Spark: FAMILYCARD_CI=whole")
def test_a_build_on_spark_writes_the_same(tmp_path: Path, spark: Any) -> None:
    engine: SparkEngine = spark()
    reader = Reader(linked_town(tmp_path, {"wages": {"_row": 3}, "births": {"_row": 1}}, engine=engine))
    assert names_that_say_so(reader, "0004") == {"wages_month", "overdue", "income_per_member"}
    assert names_that_say_so(reader, "0001") >= {"children"}
