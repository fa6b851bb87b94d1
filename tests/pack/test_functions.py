"""Each function at its edges, against a reference in plain Python that follows the definition."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import pytest
from evaluating import column_of, compiled, value_of, with_leap_day
from hypothesis import given, settings
from hypothesis import strategies as st

from familycard.errors import ExpressionError
from familycard.pack.types import DATE, INTEGER, TEXT

DAYS = st.dates(date(1890, 1, 1), date(2110, 12, 31))
EDGE_BIRTHS = [
    date(y, m, d)
    for y in (1900, 1996, 1999, 2000, 2004, 2007)
    for m, d in [(1, 1), (1, 30), (1, 31), (2, 28), (2, 29), (3, 1), (3, 31), (4, 30), (12, 31)]
    if d <= calendar.monthrange(y, m)[1]
]


def edge_days() -> Iterator[date]:
    """The days round each month's end over nine years, and round 29 February of 1900, 2000 and 2100."""
    for year in (1899, 1900, *range(1999, 2009), 2100):
        for month in range(1, 13):
            first = date(year, month, 1)
            yield from (first + timedelta(days=shift) for shift in (-3, -2, -1, 0, 1))


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def birthday(birth: date, year: int, leap_day: str) -> date:
    if (birth.month, birth.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28) if leap_day == "feb_28" else date(year, 3, 1)
    return birth.replace(year=year)


def age(birth: date, on: date, leap_day: str) -> int:
    years = on.year - birth.year
    return years if birthday(birth, on.year, leap_day) <= on else years - 1


def months_completed(a: date, b: date) -> int:
    if b < a:
        return -months_completed(b, a)
    months = (b.year - a.year) * 12 + b.month - a.month
    return months if months_later(a, months) <= b else months - 1


@pytest.mark.parametrize("leap_day", ["feb_28", "mar_01"])
def test_age_is_the_number_of_birthdays_reached_under_both_rules_for_29_february(leap_day: str) -> None:
    rows = [{"birth": b, "on_day": d} for b, d in product(EDGE_BIRTHS, edge_days())]
    found = column_of("age_years(birth, on_day)", rows, with_leap_day(leap_day))
    assert found == [age(r["birth"], r["on_day"], leap_day) for r in rows]


def test_one_born_on_29_february_turns_18_on_the_day_that_the_pack_says() -> None:
    born = date(2004, 2, 29)
    on = {d: date(2022, *d) for d in [(2, 27), (2, 28), (3, 1)]}
    text = "age_years(birth, on_day)"
    ages = {
        rule: [value_of(text, with_leap_day(rule), birth=born, on_day=d) for d in on.values()]
        for rule in ("feb_28", "mar_01")
    }
    assert ages == {"feb_28": [17, 18, 18], "mar_01": [17, 17, 18]}
    assert value_of(text, with_leap_day("feb_28"), birth=born, on_day=date(2024, 2, 28)) == 19
    assert value_of(text, with_leap_day("feb_28"), birth=born, on_day=date(2024, 2, 29)) == 20


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=200), st.sampled_from(["feb_28", "mar_01"]))
def test_ages_of_any_dates_agree_with_the_definition(pairs: list[tuple[date, date]], leap_day: str) -> None:
    rows = [{"birth": a, "on_day": b} for a, b in pairs]
    found = column_of("age_years(birth, on_day)", rows, with_leap_day(leap_day))
    assert found == [age(a, b, leap_day) for a, b in pairs]


def test_months_between_counts_completed_months_at_every_month_end() -> None:
    rows = [{"from_day": a, "to_day": b} for a, b in product(EDGE_BIRTHS, edge_days())]
    found = column_of("months_between(from_day, to_day)", rows)
    assert found == [months_completed(r["from_day"], r["to_day"]) for r in rows]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=200))
def test_months_between_is_negative_the_other_way_round(pairs: list[tuple[date, date]]) -> None:
    rows = [{"from_day": a, "to_day": b} for a, b in pairs]
    there = column_of("months_between(from_day, to_day)", rows)
    back = column_of("months_between(to_day, from_day)", rows)
    assert there == [-months for months in back] == [months_completed(a, b) for a, b in pairs]


def test_add_months_is_clipped_to_the_last_day_of_the_month() -> None:
    rows = [{"from_day": d, "n": n} for d, n in product(EDGE_BIRTHS, range(-37, 38))]
    found = column_of("add_months(from_day, n)", rows)
    assert found == [months_later(r["from_day"], r["n"]) for r in rows]
    assert value_of("add_months(date '2024-01-31', 1)") == date(2024, 2, 29)
    assert value_of("add_months(date '2023-01-31', 1)") == date(2023, 2, 28)
    assert value_of("add_months(date '2024-02-29', -12)") == date(2023, 2, 28)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(DAYS, st.integers(0, 1200)), min_size=1, max_size=200))
def test_adding_the_completed_months_never_passes_the_day(pairs: list[tuple[date, int]]) -> None:
    rows = [{"from_day": d, "n": n} for d, n in pairs]
    assert column_of("months_between(from_day, add_months(from_day, n))", rows) == [n for _, n in pairs]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=200))
def test_days_between_is_the_difference_of_the_dates(pairs: list[tuple[date, date]]) -> None:
    rows = [{"from_day": a, "to_day": b} for a, b in pairs]
    assert column_of("days_between(from_day, to_day)", rows) == [(b - a).days for a, b in pairs]


def test_make_date_knows_no_30_february_and_never_cuts_a_number_short() -> None:
    def reference(year: int, month: int, day: int) -> date | None:
        try:
            return date(year, month, day)
        except ValueError:
            return None

    triples = list(
        product(
            (-5, 0, 1, 99, 1900, 2000, 2023, 2024, 9999, 12025),
            (-1, 0, 1, 2, 12, 13, 113),
            (-1, 0, 1, 28, 29, 30, 31, 32, 111),
        )
    )
    rows = [{"year": y, "month": m, "day": d} for y, m, d in triples]
    assert column_of("make_date(year, month, day)", rows) == [reference(*t) for t in triples]
    assert value_of("make_date(2024, 2, 29)") == date(2024, 2, 29)


def test_parts_of_a_date() -> None:
    days = [date(1, 1, 1), date(1999, 12, 31), date(2024, 2, 29), date(9999, 12, 31)]
    rows = [{"on_day": d} for d in days]
    assert column_of("year_of(on_day)", rows) == [d.year for d in days]
    assert column_of("month_of(on_day)", rows) == [d.month for d in days]


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.integers(0, 15)), min_size=1, max_size=100))
def test_drop_right_drops_characters_not_bytes(pairs: list[tuple[str, int]]) -> None:
    rows = [{"kind": text, "n": n} for text, n in pairs]
    assert column_of("drop_right(kind, n)", rows) == [text[: max(len(text) - n, 0)] for text, n in pairs]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=100))
def test_starts_with_takes_its_pattern_literally(pairs: list[tuple[str, str]]) -> None:
    pairs = [*pairs, ("a%b", "a%"), ("ab", "a%"), ("ab", "a_"), ("ab", ""), ("Құқық", "Құ")]
    rows = [{"kind": text, "code": start} for text, start in pairs]
    assert column_of("starts_with(kind, code)", rows) == [text.startswith(start) for text, start in pairs]


@pytest.mark.parametrize("function", ["least", "greatest"])
def test_least_and_greatest_are_unknown_when_any_argument_is(function: str) -> None:
    reference = min if function == "least" else max
    triples = list(product((-1, 0, 2, None), repeat=3))
    rows = [dict(zip("abc", triple, strict=True)) for triple in triples]
    expected = [None if None in triple else reference(triple) for triple in triples]
    assert column_of(f"{function}(a, b, c)", rows) == expected
    assert compiled(f"{function}(1, 2)").nullable is False


def test_least_and_greatest_align_scales_and_take_dates_and_texts() -> None:
    assert value_of("least(rate, 1)", rate=99) == 99
    assert value_of("greatest(rate, 1)", rate=99) == 100
    assert value_of("greatest(pay, money '0 KZT')", pay=-5) == 0
    assert value_of("least(birth, date '2000-01-01')", birth=date(2001, 1, 1)) == date(2000, 1, 1)
    assert value_of("greatest(kind, 'b')", kind="a") == "b"


UNARY_UNKNOWN = [
    "age_years(birth, on_day)",
    "months_between(from_day, to_day)",
    "days_between(from_day, to_day)",
    "add_months(from_day, n)",
    "make_date(year, month, day)",
    "ratio(a, b)",
    "money_div(pay, b, half_up)",
    "drop_right(kind, n)",
    "starts_with(kind, code)",
    "year_of(on_day)",
    "month_of(on_day)",
]
ALL_KNOWN = {
    **dict.fromkeys(("birth", "on_day", "from_day", "to_day"), date(2024, 2, 29)),
    **dict.fromkeys(("a", "b", "n", "month", "day"), 1),
    "year": 2024,
    "pay": 100,
    "kind": "x",
    "code": "x",
}


@pytest.mark.parametrize("text", UNARY_UNKNOWN)
def test_a_function_of_something_unknown_is_unknown(text: str) -> None:
    value = compiled(text)
    assert value.nullable
    assert value_of(text, **ALL_KNOWN) is not None
    for name in value.names:
        assert value_of(text, **(ALL_KNOWN | {name: None})) is None, name


def test_results_have_the_types_that_the_format_promises() -> None:
    assert compiled("age_years(birth, on_day)").type == INTEGER
    assert compiled("add_months(birth, 3)").type == DATE
    assert compiled("drop_right(kind, 2)").type == TEXT


MISUSED = [
    ("age_years(birth)", "takes 2 arguments, not 1"),
    ("age_years(birth, 2024)", "argument 2 must be date, not integer"),
    ("age_years(birth, on_day, on_day)", "takes 2 arguments, not 3"),
    ("months_between(a, b)", "argument 1 must be date"),
    ("days_between(birth, '2024-01-01')", "argument 2 must be date, not text"),
    ("add_months(birth, rate)", "argument 2 must be integer, not number(2)"),
    ("make_date(2024, 1)", "takes 3 arguments, not 2"),
    ("make_date(2024, 1, '1')", "argument 3 must be integer, not text"),
    ("least(a)", "takes 2 or more arguments, not 1"),
    ("least()", "takes 2 or more arguments, not 0"),
    ("greatest(a, pay)", "money cannot stand beside integer"),
    ("greatest(flag, other)", "joined by `and` or `or`"),
    ("drop_right(a, 2)", "argument 1 must be text"),
    ("starts_with(kind)", "takes 2 arguments, not 1"),
    ("year_of(kind)", "argument 1 must be date, not text"),
    ("year_of()", "takes 1 argument, not 0"),
    ("agge_years(birth, on_day)", "Did you mean `age_years`?"),
    ("now()", "there is no function `now`"),
]


@pytest.mark.parametrize(("text", "message"), MISUSED)
def test_a_misused_function_is_refused_with_its_place_and_its_signature(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        compiled(text)
    assert str(refusal.value).startswith("programmes/example.yaml:7: In `")
    assert message in str(refusal.value)
