"""Aggregates over rows whose keeping or value may be unknown: every combination of up to three rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import combinations_with_replacement, product
from typing import Any

import duckdb
import pytest
from evaluating import SCOPE, aggregating, compiled, connection, run, spark_text, table
from kleene import TRUTHS, both, opposite

from familycard.errors import ExpressionError
from familycard.pack.scope import Name, Scope, scope_of
from familycard.pack.types import INTEGER, MONEY, TEXT, Kind, Type

Rows = Sequence[tuple[bool | None, int | None]]
GROUPS: list[Rows] = [
    group
    for size in (1, 2, 3)
    for group in combinations_with_replacement(list(product(TRUTHS, (1, 2, None))), size)
]
"""(whether the row is kept, its value)."""


def settled(rows: Rows, of_values: Callable[[list[int]], Any]) -> Any:
    """Unknown where a row's keeping or a kept row's value is; else the function of the kept values."""
    kept = [value for keep, value in rows if keep]
    if any(keep is None for keep, _ in rows) or None in kept:
        return None
    return of_values([value for value in kept if value is not None])


def some(conditions: Sequence[bool | None]) -> bool | None:
    return True if True in conditions else None if None in conditions else False


def is_two(value: int | None) -> bool | None:
    return None if value is None else value == 2


REFERENCES: dict[str, Callable[[Rows], Any]] = {
    "sum(a)": lambda rows: settled(rows, lambda v: sum(v) if v else None),
    "min(a)": lambda rows: settled(rows, lambda v: min(v, default=None)),
    "max(a)": lambda rows: settled(rows, lambda v: max(v, default=None)),
    "only(a)": lambda rows: settled(rows, lambda v: v[0] if len(set(v)) == 1 else None),
    "count_distinct(a)": lambda rows: settled(rows, lambda v: len(set(v))),
    "count(a = 2)": lambda rows: settled(rows, lambda v: v.count(2)),
    "count()": lambda rows: settled([(keep, 1) for keep, _ in rows], len),
    "any(a = 2)": lambda rows: some([both(keep, is_two(v)) for keep, v in rows]),
    "all(a = 2)": lambda rows: opposite(some([both(keep, opposite(is_two(v))) for keep, v in rows])),
}


def groups_as_rows(groups: Sequence[Rows]) -> list[dict[str, Any]]:
    return [
        {"group": number, "flag": keep, "a": value, "pay": value}
        for number, group in enumerate(groups)
        for keep, value in group
    ]


@pytest.mark.parametrize("text", sorted(REFERENCES))
def test_an_aggregate_over_a_filter_agrees_with_the_definition(text: str) -> None:
    found = run(compiled(text, aggregating("flag")), groups_as_rows(GROUPS), group_by="group")
    assert found == [REFERENCES[text](group) for group in GROUPS]


@pytest.mark.parametrize("text", sorted(REFERENCES))
def test_an_aggregate_without_a_filter_keeps_every_row(text: str) -> None:
    groups = [group for group in GROUPS if all(keep for keep, _ in group)]
    found = run(compiled(text, aggregating()), groups_as_rows(groups), group_by="group")
    assert found == [REFERENCES[text](group) for group in groups]


def over_no_rows(text: str, scope: Scope) -> Any:
    value = compiled(text, scope)
    connection().register("facts", table([]))
    spark_text(value.sql)
    row = connection().sql(f"select {value.sql} from facts").fetchall()[0]
    return row[0]


@pytest.mark.parametrize("scope", [aggregating(), aggregating("flag")])
def test_zero_rows_count_zero_and_say_nothing_else(scope: Scope) -> None:
    assert {text: over_no_rows(text, scope) for text in REFERENCES} == {
        **dict.fromkeys(("sum(a)", "min(a)", "max(a)", "only(a)")),
        **dict.fromkeys(("count()", "count(a = 2)", "count_distinct(a)"), 0),
        "any(a = 2)": False,
        "all(a = 2)": True,
    }


def test_only_is_unknown_where_rows_disagree_whatever_the_type() -> None:
    rows = [
        {"group": 0, "kind": "flat", "flag": True, "birth": date(2024, 2, 29)},
        {"group": 0, "kind": "flat", "flag": True, "birth": date(2024, 2, 29)},
        {"group": 1, "kind": "flat", "flag": True, "birth": date(2024, 2, 29)},
        {"group": 1, "kind": "house", "flag": False, "birth": date(2023, 2, 28)},
        {"group": 2, "kind": "flat", "flag": None},
        {"group": 2, "kind": None, "flag": False, "birth": date(2023, 2, 28)},
    ]
    found = {t: run(compiled(f"only({t})", aggregating()), rows, "group") for t in ("kind", "flag", "birth")}
    assert found == {
        "kind": ["flat", None, None],
        "flag": [True, None, None],
        "birth": [date(2024, 2, 29), None, None],
    }


def test_one_true_row_settles_any_and_only_a_lone_any_says_so() -> None:
    scope = aggregating("flag")
    assert compiled("any(a = 2)", scope).is_any
    assert compiled("(any(a = 2))", scope).is_any
    for text in ("not any(a = 2)", "all(a = 2)", "any(a = 2) and any(a = 1)", "count() > 0"):
        assert not compiled(text, scope).is_any, text


def test_sums_are_exact_integers_and_overflow_is_an_error() -> None:
    rows = [{"group": 0, "pay": 2**62}, {"group": 0, "pay": -1}, {"group": 0, "pay": 2**62}]
    assert run(compiled("sum(pay)", aggregating()), rows, "group") == [2**63 - 1]
    with pytest.raises(duckdb.Error):
        run(compiled("sum(pay)", aggregating()), [*rows, {"group": 0, "pay": 1}], "group")


def test_aggregates_combine_in_formulas_and_keep_their_types() -> None:
    rows = [{"group": 0, "pay": 1000, "flag": True}, {"group": 0, "pay": 501, "flag": True}]
    scope = aggregating("flag")
    mean = compiled("money_div(sum(pay), 3, half_up)", scope)
    assert (mean.type, run(mean, rows, "group"), mean.names) == (MONEY, [500], {"pay", "flag"})
    assert run(compiled("max(pay) - min(pay) > money '1 KZT'", scope), rows, "group") == [True]
    assert run(compiled("sum(pay * 0.5)", scope), rows, "group") == [7505]
    assert compiled("sum(pay * 0.5)", scope).type == Type(Kind.MONEY, 1)
    assert compiled("count_distinct(kind)", scope).type == INTEGER
    assert compiled("max(kind)", scope).type == TEXT
    assert run(compiled("case when count() > 1 then sum(pay) else min(pay) end", scope), rows, "group") == [
        1501
    ]


def test_a_constant_may_stand_beside_aggregates_but_a_column_may_not() -> None:
    names = {
        "as_of": Name("date '2025-12-31'", Type(Kind.DATE), nullable=False),
        "mrp": Name("393200", MONEY, nullable=False),
        "pay": Name('"pay"', MONEY, per_row=True),
        "ended": Name('"birth"', Type(Kind.DATE), absent='"birth" is null', per_row=True),
    }
    scope = Scope(names.get, aggregates=True)
    assert run(compiled("sum(pay) + mrp", scope), [{"group": 0, "pay": 5}], "group") == [393205]
    assert run(compiled("count(ended is null)", scope), [{"group": 0}], "group") == [1]
    for text in ("sum(pay) + pay", "pay", "ended is null"):
        with pytest.raises(ExpressionError, match="differs from row to row; say which one, as in"):
            compiled(text, scope)


def test_a_filter_that_is_never_unknown_asks_for_no_doubt() -> None:
    sure = scope_of({"a": Name('"a"', INTEGER, nullable=False)})
    scope = Scope(sure.resolve, aggregates=True, row_filter=compiled("a > 1", sure))
    assert "is null" not in compiled("sum(a)", scope).sql
    assert compiled("any(a = 2)", scope).nullable is False


REFUSED = [
    ("sum(kind)", "sums money or numbers, not text"),
    ("sum(flag)", "sums money or numbers, not boolean"),
    ("sum(birth)", "not date"),
    ("sum(share)", "not ratio"),
    ("sum()", "takes one argument, not 0"),
    ("sum(a, b)", "takes one argument, not 2"),
    ("count(a)", "counts rows"),
    ("count(*)", "without the star"),
    ("count(distinct a)", "not allowed"),
    ("min(flag)", "use `any` or `all`"),
    ("any(a)", "takes a condition, not integer"),
    ("all(kind)", "takes a condition, not text"),
    ("sum(max(a))", "cannot stand inside another aggregate"),
    ("any(count() > 1)", "cannot stand inside another aggregate"),
    ("sum(a) over ()", "not allowed"),
    ("sum(a) over (partition by b order by c)", "not allowed"),
    ("sum(a) filter (where flag)", "not allowed"),
    ("sum(a order by b)", "not allowed"),
    ("sum(distinct a)", "not allowed"),
    ("min(a ignore nulls)", "not allowed"),
    ("arg_max(a, b)", "there is no function"),
    ("any_value(a)", "there is no function"),
    ("string_agg(kind, ',')", "there is no function"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_a_misused_aggregate_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        compiled(text, aggregating())
    assert str(refusal.value).startswith("programmes/example.yaml:7: In `")
    assert message in str(refusal.value)


@pytest.mark.parametrize("text", sorted(REFERENCES))
def test_aggregates_are_only_for_a_person_over_rows(text: str) -> None:
    with pytest.raises(ExpressionError, match="only allowed in an indicator's `person:`"):
        compiled(text, SCOPE)
