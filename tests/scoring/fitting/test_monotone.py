"""Functions that ran otherwise are made to run as experts say, by themselves and in grids; the unknown stays."""

from __future__ import annotations

import numpy as np
import pytest

from familycard.pack.types import BOOLEAN, INTEGER
from familycard.scoring.fitting.additive import Additive, Features
from familycard.scoring.fitting.cuts import Bins
from familycard.scoring.fitting.monotone import made_monotone

ROWS = 400
DICE = np.random.default_rng(4)
CODES = {"rooms": DICE.integers(0, 4, ROWS).astype(float), "cars": DICE.integers(0, 3, ROWS).astype(float)}
BINS = (Bins("rooms", INTEGER, cuts=(1, 2, 3)), Bins("cars", INTEGER, cuts=(1, 2)))
ONES = np.ones(ROWS)


def features(**directions: int) -> Features:
    return Features(BINS, CODES, directions)


def test_a_function_that_falls_and_rises_becomes_the_nearest_that_rises() -> None:
    model = Additive(0.0, {"rooms": np.array([0.0, 3, 1, 4, -9])})
    found = made_monotone(model, features(rooms=1), ONES).mains["rooms"]
    counts = np.bincount(CODES["rooms"].astype(int))
    pooled = (3 * counts[1] + 1 * counts[2]) / (counts[1] + counts[2])
    assert found.tolist() == pytest.approx([0, pooled, pooled, 4, -9], abs=0.01)
    assert made_monotone(model, features(rooms=0), ONES).mains["rooms"].tolist() == [0, 3, 1, 4, -9]


def test_what_falls_as_asked_is_left_as_it_is() -> None:
    model = Additive(0.0, {"rooms": np.array([4.0, 3, 1, 0, 7])})
    assert made_monotone(model, features(rooms=-1), ONES).mains["rooms"].tolist() == [4, 3, 1, 0, 7]


@pytest.mark.parametrize("directions", [{"rooms": 1}, {"cars": -1}, {"rooms": 1, "cars": -1}])
def test_a_grid_runs_in_every_direction_that_is_asked_even_where_the_other_is_unknown(
    directions: dict[str, int],
) -> None:
    grid = DICE.normal(size=(5, 4))
    model = Additive(
        0.0, {"rooms": DICE.normal(size=5), "cars": DICE.normal(size=4)}, {("rooms", "cars"): grid}
    )
    found = made_monotone(model, features(**directions), ONES)
    cells = found.pairs["rooms", "cars"]
    for axis, name in enumerate(("rooms", "cars")):
        steps = np.diff(np.moveaxis(cells, axis, -1)[:, :-1], axis=-1)
        if directions.get(name):
            assert (steps * directions[name] >= -1e-12).all(), name
            assert name not in found.mains, (
                "its own function lies in the grid, or the sum could run otherwise"
            )
        else:
            assert (steps < 0).any() and (steps > 0).any()
            assert name in found.mains


def test_the_sum_is_as_before_where_nothing_had_to_change() -> None:
    rising = np.add.outer(np.array([0.0, 1, 2, 3, 9]), np.array([0.0, 1, 2, 9]))
    model = Additive(
        1.0,
        {"rooms": np.array([0.0, 1, 2, 3, 5]), "cars": np.array([1.0, 2, 3, 4])},
        {("rooms", "cars"): rising},
    )
    found = made_monotone(model, features(rooms=1, cars=1), ONES)
    assert found.predict(CODES).tolist() == pytest.approx(model.predict(CODES).tolist())


def test_a_listed_indicator_has_its_bins_in_the_order_of_its_values() -> None:
    assert Bins("x", BOOLEAN, values=("false",)).count == 2
