"""Values written out in an expression."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from evaluating import SCOPE, compiled, run, value_of
from hypothesis import given, settings
from hypothesis import strategies as st

from familycard.errors import ExpressionError
from familycard.pack.types import BOOLEAN, DATE, INTEGER, MONEY, TEXT, Kind, Type


def test_literals_of_every_type() -> None:
    expected: list[tuple[str, Any, Type]] = [
        ("4", 4, INTEGER),
        ("-4", -4, INTEGER),
        ("007", 7, INTEGER),
        ("0.350", 350, Type(Kind.NUMBER, 3)),
        (".5", 5, Type(Kind.NUMBER, 1)),
        ("true", True, BOOLEAN),
        ("'o''clock'", "o'clock", TEXT),
        ("''", "", TEXT),
        ("'Құқық; -- /* \" {# ≥'", 'Құқық; -- /* " {# ≥', TEXT),
        ("'back\\slash'", "back\\slash", TEXT),
        ("date '2024-02-29'", date(2024, 2, 29), DATE),
        ("money '100 KZT'", 10_000, MONEY),
        ("money'-0.50 KZT'", -50, MONEY),
        ("MONEY  '1.5000 KZT'", 150, MONEY),
        ("-money '3 KZT'", -300, MONEY),
    ]
    for text, value, type_ in expected:
        found = compiled(text)
        assert (run(found, [{}]), found.type, found.nullable) == ([value], type_, False), text


def test_a_text_that_speaks_of_money_is_left_alone() -> None:
    assert value_of("kind = 'has money ' and code = 'x'", kind="has money ", code="x") is True
    assert value_of("kind = 'money ''1 KZT'''", kind="money '1 KZT'") is True


def test_the_pack_s_currency_and_digits_rule_its_money() -> None:
    yen = replace(SCOPE, currency="JPY", minor_digits=0)
    assert value_of("money '100 JPY'", yen) == 100
    for text in ("money '100 KZT'", "money '0.5 JPY'"):
        with pytest.raises(ExpressionError):
            compiled(text, yen)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=30))
def test_a_text_is_data_whatever_stands_in_it(text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    assert value_of(quoted) == text
    assert value_of(f"kind = {quoted}", kind=text) is True
