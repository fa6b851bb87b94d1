"""Folding members into units, and laying sparse rows out, against the plainest way to do the same."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from familycard.engine.duck import DuckEngine
from familycard.engine.fold import folded
from familycard.engine.interface import Part

quietly = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
ROWS = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.none() | st.booleans(),
        st.none() | st.integers(-(10**12), 10**12),
        st.none() | st.dates(date(1950, 1, 1), date(2030, 1, 1)),
        st.none() | st.sampled_from(["stove", "central", "ә", ""]),
    ),
    max_size=25,
)
YES, NUMBERS = ("any", "all", "count"), ("sum", "min", "max", "only", "head")


def plain(values: list[Any], how: str) -> Any:
    """What `docs/pack-format.md` says of a unit's value."""
    if how == "head":
        return values[0]
    if how == "any" and True in values:
        return True
    if how == "all" and False in values:
        return False
    if None in values:
        return None
    if how == "only":
        return values[0] if len(set(values)) == 1 else None
    return {"any": any, "all": all, "count": sum, "sum": sum, "min": min, "max": max}[how](values)


@quietly
@given(ROWS)
def test_a_unit_has_what_the_rules_say_of_its_members(rows: list[tuple[Any, ...]]) -> None:
    key, yes, number, day, text = (list(column) for column in zip(*rows, strict=True)) if rows else ([],) * 5
    first = [k not in key[:place] for place, k in enumerate(key)]
    wanted = {f"yes_{how}": (yes, pa.bool_(), how) for how in YES}
    wanted |= {f"number_{how}": (number, pa.int64(), how) for how in NUMBERS}
    wanted |= {f"day_{how}": (day, pa.date32(), how) for how in ("min", "max", "only", "head")}
    wanted |= {f"text_{how}": (text, pa.string(), how) for how in ("min", "max", "only", "head")}
    columns = {name: pa.array(values, type_) for name, (values, type_, _) in wanted.items()}
    table = pa.table({"unit": pa.array(key, pa.int64()), "first": pa.array(first, pa.bool_()), **columns})
    found = folded(table, "unit", "first", {name: how for name, (_, _, how) in wanted.items()}).to_pydict()
    assert found["unit"] == sorted(set(key))
    for name, (values, _, how) in wanted.items():
        members = [[v for k, v in zip(key, values, strict=True) if k == unit] for unit in found["unit"]]
        assert found[name] == [plain(of_unit, how) for of_unit in members], name


def test_a_sum_beyond_64_bits_is_an_error_and_one_just_below_is_not() -> None:
    def total(*values: int) -> list[int]:
        rows = {"unit": [1] * len(values), "first": [True] + [False] * (len(values) - 1), "x": list(values)}
        sums: list[int] = folded(pa.table(rows), "unit", "first", {"x": "sum"})["x"].to_pylist()
        return sums

    assert total(2**62, 2**62 - 1) == [2**63 - 1]
    with pytest.raises(OverflowError):
        total(2**62, 2**62, 2**62)


@quietly
@given(st.data())
def test_silence_and_doubt_are_laid_out_as_a_left_join_would(data: st.DataObject) -> None:
    keys = data.draw(st.lists(st.integers(0, 30), unique=True, max_size=12))
    some = data.draw(st.lists(st.integers(0, 30), unique=True, max_size=12))
    doubted = data.draw(st.lists(st.integers(0, 30), unique=True, max_size=5))
    yes = data.draw(st.lists(st.none() | st.booleans(), min_size=len(some), max_size=len(some)))
    text = data.draw(st.lists(st.none() | st.sampled_from("ab"), min_size=len(some), max_size=len(some)))
    engine = DuckEngine(threads=1)
    engine.register("keys", pa.table({"k": pa.array(sorted(keys), pa.int64())}))
    rows = {
        "k": pa.array(some, pa.int64()),
        "yes": pa.array(yes, pa.bool_()),
        "text": pa.array(text, pa.string()),
    }
    engine.register("rows", pa.table(rows | {"seen": rows["yes"], "only": rows["yes"]}))
    engine.register("doubted", pa.table({"k": pa.array(doubted, pa.int64())}))
    part = Part(
        "from rows", "k", ("yes", "text", "seen", "only"), absent={"yes": False, "text": "none", "seen": False},
        doubted="select k from doubted", only_true=frozenset({"only"}), settled_by_true=frozenset({"seen", "only"}),
    )  # fmt: skip
    engine.widen("from keys", "k", [part], "wide")
    of = {k: (y, t) for k, y, t in zip(some, yes, text, strict=True)}
    for k, is_yes, is_text, is_seen, is_only in engine.rows("from wide"):
        y, t = of.get(k, (False, "none"))
        assert (is_yes, is_text) == ((None, None) if k in doubted else (y, t))
        assert is_seen == (True if y else None if k in doubted else y)
        assert is_only == (True if k in of and y else None)


def test_rows_of_many_batches_stay_in_order(tmp_path: Any) -> None:
    engine, count = DuckEngine(threads=4), 900_000
    engine.work_in(tmp_path)
    engine.register("wide", pa.table({"k": np.arange(count), "x": np.arange(count) % 7}))
    engine.keep("by_pieces", ["select k, x + 1 as y from wide"], ["k"])
    engine.keep("sorted", ["select k, x + 1 as y from wide order by hash(k)"], ["k"])
    for table in ("by_pieces", "sorted"):
        found = engine.arrow(f"select k, y from {table}")
        assert (np.diff(found["k"].to_numpy()) == 1).all()
        assert (found["y"].to_numpy() == np.arange(count) % 7 + 1).all()
