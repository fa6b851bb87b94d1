"""Cases are run through the rule itself, and a wrong expectation is told in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from familycard.engine.duck import DuckEngine
from familycard.pack.model import Case, Pack
from familycard.programmes.cases import CaseResult, run_case, run_cases

FOUR = {"children": "4", "wages_per_member": "0", "area": "10", "programme.other_aid.received": "false"}


def result(pack: Pack, facts: Mapping[str, str | None], expect: Mapping[str, Any]) -> CaseResult:
    case = Case("A made-up case", date(2025, 6, 1), facts, expect)
    return run_case(pack, pack.programmes["many_children"], case, DuckEngine(threads=1))


def test_every_case_of_the_small_pack_passes(pack: Pack) -> None:
    results = run_cases(pack)
    assert len(results) == 10
    assert [r.differences for r in results if not r.is_passed] == []


def test_a_wrong_status_is_told_with_its_reasons(pack: Pack) -> None:
    told = result(pack, {**FOUR, "children": "3"}, {"status": "eligible"})
    assert told.differences == ("expected eligible, got not_eligible (failed: four)",)


def test_a_wrong_amount_is_told_in_money(pack: Pack) -> None:
    told = result(pack, FOUR, {"status": "eligible", "amount": 6302999})
    assert told.differences == ("expected 63029.99 KZT, got 63030.00 KZT",)


def test_wrong_conditions_are_told_by_their_ids(pack: Pack) -> None:
    told = result(pack, {"children": "3"}, {"status": "not_eligible", "unknown": ["four"], "failed": []})
    assert told.differences == (
        "expected failed: none; got four",
        "expected unknown: four; got below_line",
    )


def test_a_fact_that_nothing_means_is_refused_with_a_suggestion(pack: Pack) -> None:
    told = result(pack, {"childrn": "3"}, {"status": "cannot_tell"})
    assert told.verdict is None and "did you mean `children`?" in told.differences[0]


def test_a_parameter_is_no_fact_of_a_case(pack: Pack) -> None:
    told = result(pack, {"mrp": "1 KZT"}, {"status": "cannot_tell"})
    assert told.verdict is None and "`mrp` is no fact" in told.differences[0]


def test_a_fact_of_the_wrong_type_is_refused(pack: Pack) -> None:
    told = result(pack, {"wages_per_member": "100"}, {"status": "cannot_tell"})
    assert told.verdict is None and "`100` is not money" in told.differences[0]


def test_an_unstated_receipt_of_a_rival_leaves_the_case_open_and_says_so(pack: Pack) -> None:
    facts = {key: fact for key, fact in FOUR.items() if not key.startswith("programme.")}
    told = result(pack, facts, {"status": "eligible"})
    assert "state `programme.other_aid.received`" in told.differences[0]


def test_its_own_receipt_may_be_stated_instead_of_the_indicator(pack: Pack) -> None:
    facts = {**FOUR, "programme.other_aid.received": "true", "programme.many_children.received": "true"}
    assert result(pack, facts, {"status": "eligible"}).is_passed
    facts["programme.many_children.received"] = "false"
    assert result(pack, facts, {"status": "excluded"}).is_passed


def test_a_case_of_a_pack_with_another_law_fails(pack: Pack) -> None:
    programme = pack.programmes["many_children"]
    first, second = programme.conditions
    changed = replace(programme, conditions=(replace(first, when=second.when), second))
    changed_pack = replace(pack, programmes={**pack.programmes, programme.id: changed})
    assert not all(r.is_passed for r in run_cases(changed_pack))
