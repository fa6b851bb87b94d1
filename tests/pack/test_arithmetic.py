"""Sums, products and divisions are exact to the minor unit, or they are errors."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

import duckdb
import pytest
from evaluating import TYPES, column_of, compiled, run, value_of
from hypothesis import given, settings
from hypothesis import strategies as st

from familycard.errors import ExpressionError
from familycard.pack.arithmetic import floor_divide, rounded_divide, unscaled
from familycard.pack.scope import Compiled
from familycard.pack.types import INTEGER, MONEY, RATIO, Kind, Type

BIGGEST = 2**63 - 1
MONEYS = st.integers(-(10**14), 10**14)
NEAR_ZERO = st.integers(-30, 30)


def rounded(value: Fraction, rounding: str) -> int:
    """The definition: up to +∞, down to −∞, halves away from 0."""
    if rounding == "up":
        return math.ceil(value)
    if rounding == "down":
        return math.floor(value)
    magnitude = math.floor(abs(value) + Fraction(1, 2))
    return -magnitude if value < 0 else magnitude


@pytest.mark.parametrize("rounding", ["half_up", "up", "down"])
def test_every_rounding_of_every_small_quotient(rounding: str) -> None:
    pairs = [(a, b) for a in range(-25, 26) for b in range(-7, 8)]
    rows = [{"pay": a, "b": b} for a, b in pairs]
    expected = [rounded(Fraction(a, b), rounding) if b else None for a, b in pairs]
    assert column_of(f"money_div(pay, b, {rounding})", rows) == expected


@pytest.mark.parametrize("divisor", [1, 2, 3, 7, 100, -3])
@pytest.mark.parametrize("rounding", ["half_up", "up", "down"])
def test_a_divisor_that_is_written_out_rounds_as_one_in_a_column(divisor: int, rounding: str) -> None:
    rows = [{"pay": a} for a in (*range(-12, 13), 10**14 + 1, -(10**14) - 1)]
    value = compiled(f"money_div(pay, {divisor}, {rounding})")
    assert run(value, rows) == [rounded(Fraction(row["pay"], divisor), rounding) for row in rows]


def test_money_divided_by_zero_is_unknown() -> None:
    assert value_of("money_div(pay, 0, down)", pay=5) is None
    assert value_of("ratio(a, 0)", a=5) is None
    assert value_of("ratio(pay, money '0 KZT')", pay=5) is None


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(MONEYS | NEAR_ZERO, st.integers(-2000, 2000)), min_size=1, max_size=100),
    st.sampled_from(["half_up", "up", "down"]),
)
def test_an_exact_product_is_rounded_once(pairs: list[tuple[int, int]], rounding: str) -> None:
    rows = [{"pay": a, "rate": r} for a, r in pairs]
    found = column_of(f"round_money(pay * rate, {rounding})", rows)
    assert found == [rounded(Fraction(a * r, 100), rounding) for a, r in pairs]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(MONEYS | NEAR_ZERO, NEAR_ZERO, NEAR_ZERO), min_size=1, max_size=100),
    st.sampled_from(["half_up", "up", "down"]),
)
def test_a_scaled_product_divided_is_rounded_once(triples: list[tuple[int, int, int]], rounding: str) -> None:
    rows = [{"pay": a, "rate": r, "b": b} for a, r, b in triples]
    found = column_of(f"money_div(pay * rate, b, {rounding})", rows)
    assert found == [rounded(Fraction(a * r, 100 * b), rounding) if b else None for a, r, b in triples]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(MONEYS | NEAR_ZERO, MONEYS | NEAR_ZERO), min_size=1, max_size=100))
def test_a_ratio_is_rounded_down_whatever_the_signs(pairs: list[tuple[int, int]]) -> None:
    rows = [{"pay": a, "rent": b} for a, b in pairs]
    expected = [math.floor(Fraction(a * 10_000, b)) if b else None for a, b in pairs]
    assert column_of("ratio(pay, rent)", rows) == expected


def test_a_ratio_of_numbers_of_different_scales() -> None:
    pairs = [(a, b) for a in (-7, -1, 0, 1, 3, 1000) for b in (-150, -1, 0, 1, 33, 250)]
    rows = [{"a": a, "rate": b} for a, b in pairs]
    assert column_of("ratio(a, rate)", rows) == [
        math.floor(Fraction(a * 10_000 * 100, b)) if b else None for a, b in pairs
    ]
    assert value_of("ratio(a, 3)", a=300_000) == 1_000_000_000, "no 32-bit arithmetic"


def test_a_ratio_is_compared_exactly_at_its_limit() -> None:
    assert [value_of("share < 0.6", share=s) for s in (5999, 6000, 6001)] == [True, False, False]
    assert [value_of("share >= 1", share=s) for s in (9999, 10_000)] == [False, True]
    assert value_of("ratio(pay, rent) < 1", pay=99_999, rent=100_000) is True
    assert value_of("ratio(pay, rent) >= 1", pay=100_000, rent=100_000) is True


def test_the_law_s_example_comes_out_to_the_minor_unit() -> None:
    """20.04 MRP of 3,932 KZT are 78,797.28 KZT."""
    value = compiled("20.04 * money '3932 KZT'")
    assert value.type == Type(Kind.MONEY, 2)
    assert run(value, [{}]) == [787_972_800]
    whole = unscaled(value, "up", whole_units_digits=2)
    assert (whole.type, run(whole, [{}])) == (MONEY, [7_879_800])


@pytest.mark.parametrize("rounding", ["half_up", "up", "down"])
def test_whole_units_of_money_are_rounded_like_everything_else(rounding: str) -> None:
    for scale in (0, 2):
        value = Compiled('"pay"', Type(Kind.MONEY, scale), frozenset({"pay"}))
        rows = [{"pay": a * 10**scale // 4} for a in range(-900, 901, 50)]
        expected = [rounded(Fraction(r["pay"], 100 * 10**scale), rounding) * 100 for r in rows]
        assert run(unscaled(value, rounding, whole_units_digits=2), rows) == expected
    unchanged = Compiled('"pay"', MONEY)
    assert unscaled(unchanged, rounding) is unchanged


def test_sums_align_their_scales() -> None:
    value = compiled("a + rate - 0.125 + factor * rate")
    assert value.type == Type(Kind.NUMBER, 4)
    assert run(value, [{"a": 3, "rate": 150, "factor": -25}]) == [30000 + 15000 - 1250 - 3750]
    assert value_of("a - b - c", a=10, b=3, c=2) == 5
    assert value_of("a - (b - c)", a=10, b=3, c=2) == 9
    assert value_of("- -a - -5 - (-(-2))", a=1) == 4


def test_products_scale_and_type() -> None:
    assert compiled("pay * 2").type == MONEY
    assert compiled("1.5 * pay * rate").type == Type(Kind.MONEY, 3)
    assert compiled("a * b").type == INTEGER
    assert compiled("a * rate").type == Type(Kind.NUMBER, 2)
    assert compiled("ratio(a, b)").type == RATIO
    assert value_of("100000 * 100000") == 10**10, "no 32-bit arithmetic"
    assert value_of("2000000000 + 2000000000") == 4 * 10**9


OVERFLOWING = [
    ("a + 1", BIGGEST),
    ("a - -1", BIGGEST),
    ("-a - 2", BIGGEST),
    ("a * 2", BIGGEST),
    ("pay * 16.03", BIGGEST // 100),
    ("a = rate", BIGGEST),
    ("a < 0.5", BIGGEST),
    ("ratio(pay, money '1 KZT')", BIGGEST // 9999),
    ("ratio(a, 0.0001)", 10**15),
    ("money_div(pay, 3, half_up)", BIGGEST),
    ("add_months(birth, a)", 2**31),
    ("add_months(birth, a)", 2**31 - 1),
]


@pytest.mark.parametrize(("text", "number"), OVERFLOWING)
def test_a_result_beyond_64_bits_is_an_error_never_a_wrong_number(text: str, number: int) -> None:
    with pytest.raises(duckdb.Error):
        value_of(text, a=number, pay=number, rate=100, birth=date(2024, 1, 31))


BIG = st.integers(-BIGGEST, BIGGEST) | st.integers(BIGGEST - 3, BIGGEST) | st.integers(2**30, 2**33)
EXACT = {
    "a + b": lambda a, b: a + b,
    "a - b": lambda a, b: a - b,
    "a * b": lambda a, b: a * b,
    "-a": lambda a, b: -a,
    "money_div(a, b, half_up)": lambda a, b: rounded(Fraction(a, b), "half_up") if b else None,
    "money_div(a, b, up)": lambda a, b: rounded(Fraction(a, b), "up") if b else None,
    "money_div(a, b, down)": lambda a, b: rounded(Fraction(a, b), "down") if b else None,
    "ratio(a, b)": lambda a, b: math.floor(Fraction(a * 10_000, b)) if b else None,
}


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(EXACT)), BIG, BIG | NEAR_ZERO)
def test_near_the_limit_a_result_is_exact_or_an_error(text: str, a: int, b: int) -> None:
    try:
        found = value_of(text, a=a, b=b)
    except duckdb.Error:
        return
    assert found == EXACT[text](a, b)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(-(10**17), 10**17), st.integers(1, 10**9)), min_size=1, max_size=100))
def test_divisions_far_inside_the_limit_are_never_errors(pairs: list[tuple[int, int]]) -> None:
    rows = [{"a": a, "b": b} for a, b in pairs]
    for rounding in ("half_up", "up", "down"):
        found = column_of(f"money_div(a, b, {rounding})", rows)
        assert found == [rounded(Fraction(a, b), rounding) for a, b in pairs]


def test_a_number_too_large_to_keep_is_refused_when_the_pack_is_read() -> None:
    for text in (
        "a = 9223372036854775808",
        "rate < 99999999999999999999999.5",
        "rate < 9223372036854775807",
        "pay = money '92233720368547758.08 KZT'",
        "pay = money '1234567890123456789012345678901.55 KZT'",
        "a * 0.0000000000000000000000000000000000000001 = 1",
    ):
        with pytest.raises(ExpressionError, match="too large to keep exactly"):
            compiled(text)
    assert value_of("a = 9223372036854775807", a=BIGGEST) is True


def test_the_texts_of_division_mean_floor_on_both_signs() -> None:
    assert TYPES["a"] == INTEGER
    for a, b in [(7, 2), (-7, 2), (-8, 2), (0, 3), (-1, 3)]:
        assert run(Compiled(floor_divide(f"({a})", str(b)), INTEGER), [{}]) == [a // b]
        assert run(Compiled(rounded_divide(f"({a})", str(b), "up"), INTEGER), [{}]) == [-(-a // b)]
