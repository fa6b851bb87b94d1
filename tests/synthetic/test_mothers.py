"""Fertility histories meet the children of the pyramid."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from familycard.synthetic.mothers import match_children
from familycard.synthetic.tables import read_tables

PACK = Path(__file__).resolve().parents[2] / "packs" / "kz"


def _matched() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    dice = np.random.default_rng(5)
    mother_age, child_age = dice.integers(19, 80, 6_000), dice.integers(0, 18, 4_000)
    fertility = read_tables(PACK).life["fertility"]
    return mother_age, child_age, match_children(mother_age, child_age, fertility, dice)


def test_a_mother_is_between_18_and_46_at_each_birth() -> None:
    mother_age, child_age, mother = _matched()
    gap = mother_age[mother[mother >= 0]] - child_age[mother >= 0]
    assert gap.min() >= 19
    assert gap.max() <= 45


def test_siblings_are_born_at_least_a_year_apart() -> None:
    _, child_age, mother = _matched()
    known = mother >= 0
    order = np.lexsort((child_age[known], mother[known]))
    mothers, ages = mother[known][order], child_age[known][order]
    same = mothers[1:] == mothers[:-1]
    assert same.sum() > 1_000
    assert (np.diff(ages)[same] >= 2).all()


def test_nearly_every_child_finds_a_mother_where_there_are_enough_women() -> None:
    _, _, mother = _matched()
    assert (mother >= 0).mean() > 0.99
