"""Comparisons over the short form of a column say what they say over its values."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from familycard.engine.column_file import ColumnFile, write_columns
from familycard.engine.duck import DuckEngine
from familycard.engine.short import shorten
from familycard.snapshot.compared import (
    VALUES_MAX,
    against,
    answers_for,
    booleans,
    codes,
    looked_up,
    of_each_other,
    values_of,
)

ENGINE = DuckEngine(threads=1)
SIGNS: dict[type[exp.Expr], tuple[Callable[[Any, Any], bool], Any]] = {
    exp.EQ: (operator.eq, pc.equal),
    exp.NEQ: (operator.ne, pc.not_equal),
    exp.LT: (operator.lt, pc.less),
    exp.LTE: (operator.le, pc.less_equal),
    exp.GT: (operator.gt, pc.greater),
    exp.GTE: (operator.ge, pc.greater_equal),
}
EDGES = [-(2**63), -(2**63) + 1, -(2**31), -129, -128, -1, 0, 1, 255, 256, 65_535, 65_536, 2**32, 2**63 - 1]
NUMBERS = st.sampled_from(EDGES) | st.integers(-300, 300) | st.integers(-(2**63), 2**63 - 1)
COLUMNS = st.one_of(
    st.lists(st.none() | NUMBERS, min_size=1, max_size=40),
    st.lists(st.none() | st.integers(-3, 300), min_size=1, max_size=40),
    st.lists(st.none() | st.just(7), min_size=1, max_size=40),
)


@settings(max_examples=300, deadline=None)
@given(COLUMNS, st.sampled_from(list(SIGNS)), NUMBERS | st.integers(-(2**70), 2**70), st.integers(1, 9))
def test_a_number_is_compared_without_being_decoded(
    values: list[int | None], sign: type[exp.Expr], constant: int, size: int
) -> None:
    found = [
        answer
        for at in range(0, len(values), size)
        for answer in against(
            sign, shorten(pa.array(values[at : at + size], pa.int64())), constant
        ).to_pylist()
    ]
    compare = SIGNS[sign][0]
    assert found == [None if value is None else compare(value, constant) for value in values]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([5] * 40 + [None, 6, 300, 70_000]), min_size=1, max_size=200)
    | st.lists(st.sampled_from([5, 6, None]), min_size=1, max_size=40),
    st.sampled_from(list(SIGNS)),
    st.sampled_from([4, 5, 6, 7, 299, 300, 70_000, 70_001, 2**40]),
)
def test_a_number_is_compared_as_it_lies_in_a_file(
    tmp_path_factory: pytest.TempPathFactory, values: list[int | None], sign: type[exp.Expr], constant: int
) -> None:
    path = tmp_path_factory.mktemp("columns") / "short.columns"
    write_columns([pa.table({"v": pa.array(values, pa.int64())})], frozenset({"v"}), path)
    [short] = ColumnFile(path)["v"]
    compare = SIGNS[sign][0]
    expected = [None if value is None else compare(value, constant) for value in values]
    assert against(sign, short, constant).to_pylist() == expected
    asked = values_of([short], pa.int64())
    assert asked is not None
    answers = codes(SIGNS[sign][1](asked.values, constant))
    assert answers_for(short, asked, answers).to_pylist() == expected


KINDS = {
    "number": (pa.int64(), st.integers(-40, 300), "v * 2 >= 100 or v = -7"),
    "day": (pa.date32(), st.dates(date(1960, 1, 1), date(2026, 1, 1)), "date_part('year', v) < 1990"),
    "flag": (pa.bool_(), st.booleans(), "v = true"),
    "text": (
        pa.string(),
        st.sampled_from(["A", "E", "ғ", "", "cannot_tell"]),
        "nullif(v, 'cannot_tell') <= 'E'",
    ),
    "absent": (pa.int64(), st.integers(0, 9), "v is null or v > 4"),
}


@pytest.mark.parametrize("kind", list(KINDS))
@settings(max_examples=60, deadline=None)
@given(data=st.data(), size=st.integers(1, 9))
def test_what_is_asked_of_a_columns_values_is_answered_for_its_rows(
    kind: str, data: st.DataObject, size: int
) -> None:
    type_, one, condition = KINDS[kind]
    values = pa.array(data.draw(st.lists(st.none() | one, min_size=1, max_size=40)), type_)
    column = [shorten(values.slice(at, size)) for at in range(0, len(values), size)]
    asked = values_of(column, type_)
    assert asked is not None
    answers = codes(ask(condition, asked.values))
    found = [answer for short in column for answer in answers_for(short, asked, answers).to_pylist()]
    assert found == ask(condition, values).to_pylist()


def ask(condition: str, values: pa.Array) -> pa.BooleanArray:
    """What DuckDB says of each value."""
    ENGINE.register("_rows", pa.table({"v": values}))
    return pa.concat_arrays(ENGINE.arrow(f"select ({condition}) as c from _rows")["c"].chunks)


def test_of_a_column_of_too_many_values_not_every_one_is_asked() -> None:
    assert values_of([shorten(pa.array([0, VALUES_MAX]))], pa.int64()) is None
    within = values_of([shorten(pa.array([1, VALUES_MAX, None])), shorten(pa.array([5]))], pa.int64())
    assert within is not None
    assert (within.low, len(within.values)) == (1, VALUES_MAX + 1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.none() | NUMBERS, st.none() | NUMBERS), min_size=1, max_size=40))
def test_two_columns_are_compared_row_by_row(rows: list[tuple[int | None, int | None]]) -> None:
    left, right = (pa.array([row[side] for row in rows], pa.int64()) for side in (0, 1))
    for sign, (_, compare) in SIGNS.items():
        decoded = [shorten(values).array(pa.int64()) for values in (left, right)]
        assert of_each_other(sign, *decoded).equals(compare(left, right))


def test_answers_are_handed_on_by_place() -> None:
    answers = codes(pa.array([True, False, None, True]))
    places = shorten(pa.array(np.array([2, 1, 3, 1, 2], np.int32)))
    assert looked_up(places, answers).to_pylist() == [None, False, True, False, None]
    assert booleans(answers).to_pylist() == [True, False, None, True]
