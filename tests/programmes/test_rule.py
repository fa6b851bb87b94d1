"""A rule's status follows its order, its masks follow its conditions, its amount is exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from familycard.engine.duck import DuckEngine
from familycard.errors import ExpressionError
from familycard.pack.model import Amount, Condition, Expression, Pack, Place, Programme
from familycard.pack.scope import Name, Scope, scope_of
from familycard.pack.types import BOOLEAN, MONEY
from familycard.programmes.rule import Rule, rule_of

DAY = date(2025, 6, 1)
TRUTH = (True, False, None)
NAMES = {
    **{name: Name(f'"{name}"', BOOLEAN) for name in ("a", "b", "mine")},
    "paid": Name('"paid"', MONEY),
}
SCOPE: Scope = scope_of(NAMES)


def programme(**changes: object) -> Programme:
    conditions = tuple(Condition(name, Expression(name), {}, "art. 1") for name in ("a", "b"))
    base = Programme("aid", {}, {}, "law", "family", conditions, received="mine", exclusive_with=("rival",))
    return replace(base, **changes)


def shown(value: object) -> str:
    return "null" if value is None else str(value).lower()


def outcome(rule: Rule, *, doubted: Mapping[str, int] | None = None, **facts: object) -> dict[str, object]:
    doubts = doubted or {}
    row = ", ".join(
        [
            f'cast({shown(value)} as {"bigint" if name == "paid" else "boolean"}) as "{name}"'
            for name, value in facts.items()
        ]
        + [f'cast({value} as tinyint) as "{name}"' for name, value in doubts.items()]
    )
    first = ", ".join(f'{sql} as "{name}"' for name, sql in rule.facts(doubts))
    second = ", ".join(f'{sql} as "{name}"' for name, sql in rule.verdict(doubted=doubts))
    query = f"select *, {second} from (select *, {first} from (select {row}))"
    (values,) = DuckEngine(threads=1).arrow(query).to_pylist()
    return dict(values)


def expected_status(a: bool | None, b: bool | None, mine: bool | None, rival: bool | None) -> str:
    if a is False or b is False:
        return "not_eligible"
    if a is None or b is None:
        return "cannot_tell"
    if mine is True or rival is False:
        return "eligible"
    return "excluded" if mine is False and rival is True else "cannot_tell"


@pytest.mark.parametrize(("a", "b", "mine", "rival"), list(product(TRUTH, repeat=4)))
def test_status_and_masks_for_every_combination_of_facts(
    pack: Pack, a: bool | None, b: bool | None, mine: bool | None, rival: bool | None
) -> None:
    rule = rule_of(pack, programme(), SCOPE, DAY)
    got = outcome(rule, a=a, b=b, mine=mine, rival__received=rival)
    assert got["aid__status"] == expected_status(a, b, mine, rival)
    assert got["aid__failed"] == (a is False) * 1 + (b is False) * 2
    assert got["aid__unknown"] == (a is None) * 1 + (b is None) * 2
    assert got["aid__received"] is mine


@pytest.mark.parametrize(
    ("day", "status"),
    [("2024-12-31", "not_in_force"), ("2025-01-01", "eligible"), ("2025-12-31", "eligible"), ("2026-01-01", "not_in_force")],
)  # fmt: skip
def test_a_programme_is_in_force_from_its_first_day_until_its_end(pack: Pack, day: str, status: str) -> None:
    limited = programme(in_force_from=date(2025, 1, 1), in_force_to=date(2026, 1, 1), exclusive_with=())
    got = outcome(rule_of(pack, limited, SCOPE, date.fromisoformat(day)), a=True, b=True, mine=None)
    assert got["aid__status"] == status


@pytest.mark.parametrize(("day", "status"), [("2025-05-31", "eligible"), ("2025-06-01", "not_eligible")])
def test_a_condition_counts_only_while_it_is_in_force_and_keeps_its_bit(
    pack: Pack, day: str, status: str
) -> None:
    first, second = programme().conditions
    dated = programme(conditions=(first, replace(second, from_=date(2025, 6, 1))), exclusive_with=())
    got = outcome(rule_of(pack, dated, SCOPE, date.fromisoformat(day)), a=True, b=False, mine=None)
    assert got["aid__status"] == status
    assert got["aid__failed"] == (2 if status == "not_eligible" else 0)


@pytest.mark.parametrize(
    ("rounding", "text", "paid", "minor"),
    [
        ("up_to_unit", "16.03 * paid", 393200, 6303000),
        ("up_to_unit", "paid", 100, 100),
        ("up_to_unit", "paid", 101, 200),
        ("down_to_unit", "paid", 199, 100),
        ("half_up_to_unit", "paid", 149, 100),
        ("half_up_to_unit", "paid", 150, 200),
        ("exact", "0.001 * paid", 499, 0),
        ("exact", "0.001 * paid", 500, 1),
        ("exact", "paid", 123456789012345, 123456789012345),
    ],
)
def test_amounts_are_rounded_as_the_law_says(
    pack: Pack, rounding: str, text: str, paid: int, minor: int
) -> None:
    paying = programme(
        amount=Amount(Expression(text), "monthly", rounding), exclusive_with=(), received="paid"
    )
    got = outcome(rule_of(pack, paying, SCOPE, DAY), a=True, b=True, paid=paid)
    assert got["aid__amount"] == minor
    assert got["aid__received"] is True


@pytest.mark.parametrize("a", [False, None])
def test_nobody_but_the_eligible_has_an_amount(pack: Pack, a: bool | None) -> None:
    paying = programme(
        amount=Amount(Expression("paid"), "monthly", "exact"), exclusive_with=(), received="paid"
    )
    got = outcome(rule_of(pack, paying, SCOPE, DAY), a=a, b=True, paid=0)
    assert got["aid__amount"] is None
    assert got["aid__received"] is False


def test_a_programme_without_a_register_of_receipt_is_never_said_to_be_received(pack: Pack) -> None:
    got = outcome(rule_of(pack, programme(received=None, exclusive_with=()), SCOPE, DAY), a=True, b=True)
    assert got["aid__received"] is None
    assert got["aid__status"] == "eligible"


def test_an_amount_that_is_not_money_is_refused_with_its_place(pack: Pack) -> None:
    place = Place(str(Path("programmes") / "aid.yaml"), 7)
    wrong = programme(amount=Amount(Expression("4", place), "monthly", "exact"))
    with pytest.raises(ExpressionError, match=r"aid.yaml:7: .*must be money"):
        rule_of(pack, wrong, SCOPE, DAY)


@pytest.mark.parametrize(("a", "b", "doubt"), list(product(TRUTH, TRUTH, range(4))))
def test_what_fails_in_doubt_is_unknown_and_what_holds_stays(
    pack: Pack, a: bool | None, b: bool | None, doubt: int
) -> None:
    rule = rule_of(pack, programme(exclusive_with=()), SCOPE, DAY)
    got = outcome(rule, doubted={"aid__doubt": doubt}, a=a, b=b, mine=None)
    sure_a, sure_b = (None if x is False and doubt & bit else x for x, bit in ((a, 1), (b, 2)))
    assert got["aid__failed"] == (sure_a is False) * 1 + (sure_b is False) * 2
    assert got["aid__unknown"] == (sure_a is None) * 1 + (sure_b is None) * 2
    assert got["aid__status"] == expected_status(sure_a, sure_b, None, False)


@pytest.mark.parametrize(("mine", "rival", "doubts"), list(product(TRUTH, TRUTH, product((0, 1), repeat=2))))
def test_a_receipt_in_doubt_shuts_nobody_out(
    pack: Pack, mine: bool | None, rival: bool | None, doubts: tuple[int, int]
) -> None:
    rule = rule_of(pack, programme(), SCOPE, DAY)
    columns = dict(zip(("aid__receipt_in_doubt", "rival__receipt_in_doubt"), doubts, strict=True))
    got = outcome(rule, doubted=columns, a=True, b=True, mine=mine, rival__received=rival)
    sure_mine = None if mine is False and doubts[0] else mine
    sure_rival = None if rival is True and doubts[1] else rival
    assert got["aid__status"] == expected_status(True, True, sure_mine, sure_rival)
    assert got["aid__received"] is mine
