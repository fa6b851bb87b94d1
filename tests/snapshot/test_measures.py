"""The sums of statistics, against the definitions written out slowly."""

from __future__ import annotations

import random
from fractions import Fraction

import pyarrow as pa
import pytest

from familycard.engine.duck import DuckEngine
from familycard.snapshot.measures import Measured, measure

Row = tuple[int | None, int | None, int | None, bool | None]


ENGINES = {threads: DuckEngine(threads=threads) for threads in (1, 2)}


def measured(kind: str, rows: list[Row], *, share: Fraction | None = None, threads: int = 1) -> Measured:
    engine = ENGINES[threads]
    types = (pa.int64(), pa.int64(), pa.int64(), pa.bool_())
    columns = {
        n: pa.array([row[i] for row in rows], t) for i, (n, t) in enumerate(zip("vwdc", types, strict=True))
    }
    engine.register("_rows", pa.table(columns))
    return measure(engine, kind, "select * from _rows", share)


def of(*values: int, weights: tuple[int, ...] | None = None) -> list[Row]:
    return [(v, w, 1, True) for v, w in zip(values, weights or (1,) * len(values), strict=True)]


def test_the_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle() -> None:
    assert measured("median", of(1, 2, 5, 100)).value == Fraction(7, 2)
    assert measured("median", of(1, 2, 100)).value == 2


def test_a_weighted_median_is_where_the_weight_passes_half() -> None:
    assert measured("median", of(10, 20, 30, weights=(1, 1, 3))).value == 30
    assert measured("median", of(10, 20, 30, weights=(2, 1, 1))).value == 15
    assert measured("median", of(10, 20, 30, weights=(2, 0, 2))).value == 20, (
        "who weighs nothing is not there"
    )


def test_a_weighted_median_is_that_of_rows_repeated_by_their_weight() -> None:
    chance = random.Random(1)
    for _ in range(40):
        weighted = [(chance.randrange(9), chance.randrange(1, 5)) for _ in range(chance.randrange(1, 9))]
        values, weights = tuple(v for v, _ in weighted), tuple(w for _, w in weighted)
        repeated = sorted(v for v, w in weighted for _ in range(w))
        low, high = repeated[(len(repeated) - 1) // 2], repeated[len(repeated) // 2]
        assert measured("median", of(*values, weights=weights)).value == Fraction(low + high, 2)


def test_the_gini_is_half_the_mean_distance_over_the_mean() -> None:
    chance = random.Random(2)
    for _ in range(20):
        weighted = [(chance.randrange(1, 50), chance.randrange(1, 5)) for _ in range(6)]
        values, weights = tuple(v for v, _ in weighted), tuple(w for _, w in weighted)
        whole = sum(weights)
        distance = sum(wa * wb * abs(a - b) for a, wa in weighted for b, wb in weighted)
        mean = Fraction(sum(v * w for v, w in weighted), whole)
        expected = 100 * Fraction(distance, whole * whole) / (2 * mean)
        assert measured("gini", of(*values, weights=weights)).value == expected


def test_equal_incomes_have_a_gini_of_nothing_and_no_income_has_none() -> None:
    assert measured("gini", of(7, 7, 7)).value == 0
    assert measured("gini", of(0, 0)).value is None


def test_a_share_counts_its_false_rows_and_no_other_kind_does() -> None:
    rows: list[Row] = [(10, 1, 1, True), (20, 1, 1, False), (30, 2, 1, False)]
    assert measured("share", rows) == Measured(Fraction(25), 3, 0)
    assert measured("sum", rows) == Measured(Fraction(10), 1, 0)
    assert measured("count", rows).value == 1


@pytest.mark.parametrize("kind", ["sum", "mean", "median", "gini", "ratio_of_sums"])
def test_rows_with_something_unknown_are_left_out_and_counted(kind: str) -> None:
    rows: list[Row] = [(10, 1, 1, True), (None, 1, 1, True), (10, None, 1, True), (10, 1, None, True)]
    rows += [(10, 1, 1, None), (None, None, None, False)]
    found = measured(kind, rows)
    assert (found.rows_used, found.rows_unknown) == (1, 4)
    assert found.value == (0 if kind == "gini" else 10)


def test_nothing_known_is_unknown_and_never_nothing() -> None:
    assert measured("mean", [(None, 1, 1, True)]) == Measured(None, 0, 1)
    assert measured("share", []) == Measured(None, 0, 0)
    for kind in ("median", "mean", "gini", "share"):
        assert measured(kind, of(1, 2, weights=(0, 0))).value is None, "nobody weighs anything"
    assert measured("count", []) == Measured(Fraction(0), 0, 0)


def test_sums_beyond_64_bits_are_exact() -> None:
    large = 2**62
    assert measured("sum", of(large, large, large, 1)).value == 3 * large + 1


def test_neither_threads_nor_the_order_of_rows_change_a_digit() -> None:
    chance = random.Random(3)
    rows = [(chance.randrange(10**9), chance.randrange(1, 10**6), 1, True) for _ in range(20_000)]
    shuffled: list[Row] = list(rows)
    chance.shuffle(shuffled)
    for kind in ("median", "gini", "mean"):
        assert measured(kind, list(rows)) == measured(kind, shuffled, threads=2)
