"""Points, sums, bounds and categories on rows made by hand, against sums made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from packs_read import pack_of

from familycard.engine.duck import DuckEngine
from familycard.engine.interface import Engine
from familycard.pack.model import Adjustment, Bin, Expression, Override, Pack, Scorecard, Term
from familycard.scoring.points import range_of
from familycard.scoring.score import score_query

TERMS = (
    Term("income", {}, {}, bins="income_to_line", bin_points=(Bin("0.5", -70), Bin("1", -50), Bin(None, 30))),
    Term("kind", {}, {}, values="family_type", value_points={"lone_elder": -20}, otherwise=5),
    Term("land", {}, {}, when=Expression("children >= 1 and income_to_line < 1"), points=15),
    Term(
        "crowd", {}, {}, table=("children", "elders"), rows=("1", "3"), columns=("1",),
        grid=((0, 1), (-10, -11), (-30, -31)),
    ),
)  # fmt: skip
CARD = Scorecard(
    id="made", title={}, unit="family", provenance={}, base=100, terms=TERMS,
    adjustments=(Adjustment("poor", Expression("income_to_line < 0.5"), {}, at_most=30),),
    categories=(("B", 60), ("A", None)), category_labels={},
)  # fmt: skip


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of("kz")


def score(engine: Engine, pack: Pack, income: str, kind: str, children: str, elders: str) -> dict[str, Any]:
    """The score of one family; values as SQL, a ratio in ten-thousandths."""
    rows = (
        f"(select 1::bigint as unit, {income}::bigint as income_to_line, {kind}::varchar as family_type,"
        f" {children}::bigint as children, {elders}::bigint as elders, 3::bigint as members)"
    )
    [found] = engine.arrow(score_query(pack, CARD, rows, date(2025, 12, 31))).to_pylist()
    return dict(found)


def test_points_of_all_four_kinds_of_terms_add_up_to_the_score(each_engine: Engine, pack: Pack) -> None:
    found = score(each_engine, pack, "9999", "'lone_elder'", "2", "0")
    assert [found[f"{t.id}__points"] for t in TERMS] == [-50, -20, 15, -10]
    assert found["score"] == 100 - 50 - 20 + 15 - 10 == found["lowest"] == found["highest"]
    assert (found["category"], found["adjustment"]) == ("B", 0)


def test_a_value_on_a_cut_off_falls_into_the_bin_above(each_engine: Engine, pack: Pack) -> None:
    assert score(each_engine, pack, "5000", "'other'", "0", "0")["income__points"] == -50
    assert score(each_engine, pack, "4999", "'other'", "0", "0")["income__points"] == -70
    assert score(each_engine, pack, "10000", "'other'", "3", "1")["crowd__points"] == -31


def test_a_cap_prints_as_an_adjustment_so_that_the_sum_still_is_the_score(
    each_engine: Engine, pack: Pack
) -> None:
    found = score(each_engine, pack, "100", "'other'", "1", "0")
    points = sum(found[f"{t.id}__points"] for t in TERMS)
    assert found["score"] == 30 == 100 + points + found["adjustment"]
    assert found["adjustment"] == -10


def test_unknown_values_widen_the_score_and_leave_the_category_open(each_engine: Engine, pack: Pack) -> None:
    found = score(each_engine, pack, "null", "'other'", "0", "0")
    assert found["income__points"] is None
    assert found["score"] is None
    assert (found["lowest"], found["highest"]) == (min(30, 100 - 70 + 5), 100 + 30 + 5)
    assert (found["category"], found["category_lowest"], found["category_highest"]) == (None, "B", "A")


def test_an_unknown_that_cannot_change_the_category_leaves_it_standing(
    each_engine: Engine, pack: Pack
) -> None:
    found = score(each_engine, pack, "100", "null", "1", "0")
    assert found["category"] == "B"
    assert found["lowest"] <= 30


@pytest.mark.parametrize(
    ("term", "expected"),
    list(zip(TERMS, [(-70, 30), (-20, 5), (0, 15), (-31, 1)], strict=True)),
    ids=lambda x: str(x)[:12],
)
def test_the_range_of_a_term_is_the_least_and_the_most_it_can_give(
    term: Term, expected: tuple[int, int]
) -> None:
    assert range_of(term) == expected


def grid_points(pack: Pack, dwelling: str, children: str, term: Term) -> int | None:
    rows = (
        f"(select 1::bigint as unit, {dwelling}::boolean as owns_no_dwelling, {children}::bigint as children)"
    )
    card = replace(CARD, terms=(term,), adjustments=())
    [found] = DuckEngine(threads=1).arrow(score_query(pack, card, rows, date(2025, 12, 31))).to_pylist()
    assert found["score"] == (None if found["grid__points"] is None else 100 + found["grid__points"])
    points: int | None = found["grid__points"]
    return points


GRID = Term(
    "grid", {}, {}, table=("owns_no_dwelling", "children"), rows=("false",), columns=("1", "3"),
    grid=((1, 2, 3), (4, 5, 6)), missing_row=(7, 8, 9), missing_column=(10, 11), missing=12,
)  # fmt: skip


@pytest.mark.parametrize(
    ("dwelling", "children", "points"),
    [
        ("false", "0", 1), ("false", "3", 3), ("true", "1", 5), ("null", "0", 7), ("null", "2", 8), ("null", "9", 9),
        ("false", "null", 10), ("true", "null", 11), ("null", "null", 12),
    ],
)  # fmt: skip
def test_a_grid_lists_values_and_has_a_line_for_the_unknown_of_each(
    pack: Pack, dwelling: str, children: str, points: int
) -> None:
    assert grid_points(pack, dwelling, children, GRID) == points


def test_a_grid_without_such_a_line_stays_open_where_it_is_needed(pack: Pack) -> None:
    open_row = replace(GRID, missing_row=(), missing=None)
    assert grid_points(pack, "null", "0", open_row) is None
    assert grid_points(pack, "true", "null", open_row) == 11
    assert range_of(replace(GRID, override=Override({}, at_least=3, at_most=9))) == (3, 9)


def test_the_unknown_has_points_where_the_card_says_so_and_experts_limit_them_too(pack: Pack) -> None:
    term = Term("grid", {}, {}, bins="children", bin_points=(Bin("1", 9), Bin(None, -9)), missing=4)
    assert [grid_points(pack, "true", children, term) for children in ("0", "2", "null")] == [9, -9, 4]
    limited = replace(term, override=Override({}, at_least=-5, at_most=2))
    assert [grid_points(pack, "true", children, limited) for children in ("0", "2", "null")] == [2, -5, 2]
    by_value = Term(
        "grid", {}, {}, values="owns_no_dwelling", value_points={"true": -7, "false": 3}, missing=1
    )
    assert [grid_points(pack, dwelling, "0", by_value) for dwelling in ("true", "false", "null")] == [
        -7,
        3,
        1,
    ]
