"""Three-valued logic, types, and what the language refuses, whoever wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from evaluating import PLACE, SCOPE, aggregating, column_of, compiled, run, value_of
from kleene import COMPARED, TRUTHS, at_most, both, either, opposite

from familycard.errors import ExpressionError
from familycard.pack.expression import (
    Name,
    compile_condition,
    compile_expression,
    names_in,
    scope_of,
)
from familycard.pack.model import Expression, Place
from familycard.pack.types import BOOLEAN, DATE, INTEGER, MONEY, RATIO, TEXT, Kind, Type


def test_and_or_not_follow_kleene_s_tables() -> None:
    rows = [{"flag": a, "other": b} for a, b in product(TRUTHS, TRUTHS)]
    assert column_of("flag and other", rows) == [both(r["flag"], r["other"]) for r in rows]
    assert column_of("flag or other", rows) == [either(r["flag"], r["other"]) for r in rows]
    assert column_of("not flag", rows) == [opposite(r["flag"]) for r in rows]
    chained = column_of("flag and other and not flag or other", rows)
    assert chained == [
        either(both(both(r["flag"], r["other"]), opposite(r["flag"])), r["other"]) for r in rows
    ]


@pytest.mark.parametrize("sign", COMPARED)
def test_a_comparison_with_something_unknown_is_unknown(sign: str) -> None:
    pairs = list(product((-1, 0, 2, None), repeat=2))
    expected = [None if a is None or b is None else COMPARED[sign](a, b) for a, b in pairs]
    assert column_of(f"a {sign} b", [{"a": a, "b": b} for a, b in pairs]) == expected


def test_between_is_two_comparisons_joined_by_and() -> None:
    rows = [dict(zip("abc", triple, strict=True)) for triple in product((0, 1, 2, None), repeat=3)]
    expected = [both(at_most(r["b"], r["a"]), at_most(r["a"], r["c"])) for r in rows]
    assert column_of("a between b and c", rows) == expected
    assert column_of("a not between b and c", rows) == [opposite(truth) for truth in expected]


def test_in_takes_literals_and_is_unknown_of_something_unknown() -> None:
    rows = [{"a": 1}, {"a": 3}, {"a": None}]
    assert column_of("a in (1, 2)", rows) == [True, False, None]
    assert column_of("a not in (1, 2)", rows) == [False, True, None]
    assert column_of("kind in ('flat', 'o''clock')", [{"kind": "o'clock"}, {"kind": None}]) == [True, None]
    assert value_of("rate in (0.5, 1)", rate=100) is True
    assert value_of("pay in (money '1 KZT', -money '2 KZT')", pay=-200) is True
    assert value_of("birth in (date '2024-02-29')", birth=date(2024, 2, 29)) is True


def test_a_case_is_unknown_when_a_condition_it_reaches_is() -> None:
    rows = [{"flag": f, "other": o, "a": a} for f, o, a in product(TRUTHS, TRUTHS, (7, None))]

    def reference(row: Mapping[str, Any], default: int | None) -> int | None:
        for condition, value in ((row["flag"], row["a"]), (row["other"], 2)):
            if condition is None:
                return None
            if condition:
                return value
        return default

    text = "case when flag then a when other then 2 else 3 end"
    assert column_of(text, rows) == [reference(row, 3) for row in rows]
    assert column_of(text.replace("else 3", ""), rows) == [reference(row, None) for row in rows]
    assert compiled("case when true then 1 end").nullable, "without else nothing may be reached"
    assert not compiled("case when true then 1 else 2 end").nullable


def test_a_case_aligns_the_types_of_its_branches() -> None:
    text = "case when a = 4 then 16.03 when a = 5 then 20.1 else 4 * a end * money '3932 KZT'"
    value = compiled(text)
    assert value.type == Type(Kind.MONEY, 2)
    assert run(value, [{"a": 4}, {"a": 5}, {"a": 6}]) == [1603 * 393200, 2010 * 393200, 2400 * 393200]


def test_is_null_asks_for_absence_only_where_a_source_can_answer() -> None:
    columns = replace(SCOPE, allow_is_null=True)
    rows = [{"birth": None}, {"birth": date(2024, 1, 1)}]
    assert column_of("birth is null", rows, columns) == [True, False]
    assert column_of("not birth is null", rows, columns) == [False, True]
    assert column_of("birth is not null", rows, columns) == [False, True]
    assert compiled("birth is null", columns).nullable is False
    absent = scope_of({"ended": Name('"birth"', DATE, absent='case when "flag" then "birth" is null end')})
    known = [{"flag": True, "birth": None}, {"flag": None, "birth": None}]
    assert column_of("ended is null", known, absent) == [True, None]
    with pytest.raises(ExpressionError, match="unknown rather than absent"):
        compiled("birth is null")
    for text in ("flag is true", "a + 1 is null", "birth is not true", "birth is 5"):
        with pytest.raises(ExpressionError):
            compiled(text, columns)


def test_precedence_is_that_of_sql() -> None:
    assert value_of("1 + 2 * 3 = 7 and not 1 > 2 or false") is True
    assert value_of("true or false and false") is True
    assert value_of("not true or true") is True
    assert value_of("-a * 2 + 10 - 3 - 2", a=1) == 3


def test_words_are_read_in_any_case_but_names_as_they_are_written() -> None:
    assert value_of("CASE WHEN flag AND NOT FALSE THEN 1 ELSE 2 END", flag=True) == 1
    assert value_of("LEAST(a, 2) + MONEY_DIV(3, 2, down)", a=9) == 3
    assert value_of("birth = DATE '2024-02-29'", birth=date(2024, 2, 29)) is True
    with pytest.raises(ExpressionError, match="`Flag` is not known here. Did you mean `flag`?"):
        compiled("Flag")


def test_the_names_that_an_expression_uses_are_known() -> None:
    text = "a > 1 and kind in ('a') or money_div(pay, b, half_up) > money '1 KZT' and birth < on_day"
    used = {"a", "kind", "pay", "b", "birth", "on_day"}
    assert compiled(text).names == used == names_in(Expression(text))
    dots = "programme.asp.status = 'eligible' and child.birth_date <= period.end"
    names = {
        "programme.asp.status": Name('"p"."status"', TEXT),
        "child.birth_date": Name("c.birth_date", DATE),
        "period.end": Name("date '2025-01-01'", DATE),
    }
    assert compiled(dots, scope_of(names)).names == set(names) == names_in(Expression(dots))


def test_a_result_is_fitted_to_the_type_that_is_needed() -> None:
    scale_3 = Type(Kind.NUMBER, 3)
    assert run(compiled("a", expect=scale_3), [{"a": 2}]) == [2000]
    assert run(compiled("rate", expect=scale_3), [{"rate": 35}]) == [350]
    assert compiled("any(flag)", aggregating(), BOOLEAN).is_any
    for text, expect, message in [
        ("rate", INTEGER, "gives number(2) where integer is needed"),
        ("pay * 0.5", MONEY, "more decimals than money; round it"),
        ("share", scale_3, "gives ratio(4) where number(3) is needed"),
        ("a", MONEY, "gives integer where money is needed"),
        ("a", RATIO, "gives integer where ratio(4) is needed"),
        ("birth", TEXT, "gives date where text is needed"),
    ]:
        with pytest.raises(ExpressionError) as refusal:
            compiled(text, expect=expect)
        assert message in str(refusal.value)
    with pytest.raises(ExpressionError, match="gives integer where boolean is needed"):
        compile_condition(Expression("a", PLACE), SCOPE)


MIXED = [
    ("a / b", "use money_div(a, b, rounding) or ratio(a, b)"),
    ("pay > 100", "write money as money '100 KZT'"),
    ("100 < pay", "write money as money '100 KZT'"),
    ("pay + 1", "integer cannot stand beside money"),
    ("pay * rent", "money cannot be multiplied by money"),
    ("pay * kind", "cannot be multiplied"),
    ("flag * 2", "cannot be multiplied"),
    ("share * 2", "cannot be multiplied"),
    ("share + share", "need numbers or money, not ratio"),
    ("flag + other", "need numbers or money, not boolean"),
    ("birth - on_day", "use days_between, months_between or add_months"),
    ("birth + 1", "integer cannot stand beside date"),
    ("-kind", "needs a number or money, not text"),
    ("-flag", "needs a number or money, not boolean"),
    ("a = kind", "text cannot stand beside integer"),
    ("birth = '2024-01-01'", "text cannot stand beside date"),
    ("flag = 1", "integer cannot stand beside boolean"),
    ("flag < other", "conditions cannot be compared by `<`"),
    ("1 < a < 3", "conditions cannot be compared"),
    ("a and flag", "`a` is integer, where a condition is needed"),
    ("not kind", "`kind` is text, where a condition is needed"),
    ("case when a then 1 else 2 end", "where a condition is needed"),
    ("case when flag then 1 else 'x' end", "text cannot stand beside integer"),
    ("case when flag then pay else 0 end", "integer cannot stand beside money"),
    ("case a when 1 then 2 end", "write `case when"),
    ("share = 0.5", "compared only by `<` and `>=`"),
    ("share <= 0.5", "compared only by `<` and `>=`"),
    ("share > 1", "compared only by `<` and `>=`"),
    ("0.5 < share", "a ratio stands on the left"),
    ("share < share", "compared with a decimal"),
    ("share < pay", "is money"),
    ("share < 0.12345", "a ratio has 4 decimals; `0.12345` has more"),
    ("share between 0.1 and 0.5", "cannot stand beside ratio"),
    ("share between share and share", "two limits"),
    ("flag between other and flag", "two limits"),
    ("a between symmetric 5 and 1", "two limits"),
    ("share in (0.5)", "cannot stand beside ratio"),
    ("a in (b)", "takes a list of literals"),
    ("a in ()", "takes a list of literals"),
    ("a in ('x')", "text cannot stand beside integer"),
    ("ratio(pay, a)", "compares money with money or a number with a number"),
    ("ratio(kind, a)", "argument 1 must be money or integer or number, not text"),
    ("ratio(share, share)", "not ratio"),
    ("money_div(pay, rate, up)", "argument 2 must be integer, not number(2)"),
    ("money_div(pay, pay, up)", "argument 2 must be integer, not money"),
    ("money_div(pay, 3)", "takes 3 arguments, not 2"),
    ("money_div(pay, 3, floor)", "one of half_up, up, down, not `floor`"),
    ("money_div(pay, 3, 'up')", "one of half_up, up, down, not `'up'`"),
    ("money_div(pay, 3, x.up)", "one of half_up, up, down, not `x.up`"),
    ("money_div()", "takes 3 arguments, not 0"),
    ("round_money(a, up)", "argument 1 must be money or number, not integer"),
    ("round_money()", "takes 2 arguments, not 0"),
    ("money '100'", "money is written with its currency: money '100 KZT'"),
    ("money '100 USD'", "money is written with its currency"),
    ("money '1e3 KZT'", "money is written with its currency"),
    ("money '1 000 KZT'", "money is written with its currency"),
    ("money '0.005 KZT'", "has more digits than KZT has"),
    ("money 100", "goes wrong at `100`"),
    ("date '2023-02-29'", "`2023-02-29` is not a date; write YYYY-MM-DD"),
    ("date '20240131'", "is not a date"),
    ("date '2024-W05-5'", "is not a date"),
    ("date ''", "is not a date"),
    ("timestamp '2024-01-01'", "casts are not allowed"),
    ("null", "`null` cannot be written"),
    ("a = null", "`null` cannot be written"),
    ("wages", "`wages` is not known here"),
    ("pay.x", "`pay.x` is not known here"),
    ("on_dya", "Did you mean `on_day`?"),
    ("1e5", "not a plain decimal number"),
    ("5.", "not a plain decimal number"),
    ("", "the expression is empty"),
    ("  \n ", "the expression is empty"),
    ("flag and", "look for a missing operand"),
    ("(a", "look for a missing operand"),
    ("a)", "look for a missing operand"),
    ("case when flag then 1", "`end`"),
    ("a = 'x", "a quotation mark `'` is not closed"),
    ('kind = "flat"', "a text stands in single quotation marks"),
]


@pytest.mark.parametrize(("text", "message"), MIXED)
def test_every_misuse_is_refused_with_its_place_and_what_to_do(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as refusal:
        compiled(text)
    said = str(refusal.value)
    assert said.startswith("programmes/example.yaml:7: In `")
    assert message in said
    assert (refusal.value.file, refusal.value.line) == ("programmes/example.yaml", 7)


def test_an_error_about_a_folded_text_stays_on_one_line_and_short() -> None:
    text = "flag\n  and " + " and ".join(["other"] * 100) + "\n  and oops"
    with pytest.raises(ExpressionError) as refusal:
        compiled(text)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 300
    with pytest.raises(ExpressionError, match=r"^In `oops`"):
        compile_expression(Expression("oops", Place()), SCOPE)
