"""A parameter stands for the figure in force on the day, where its area says so, and is unknown otherwise."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from familycard.engine.duck import DuckEngine
from familycard.pack.loader import load_pack
from familycard.pack.model import Parameter
from familycard.pack.parameters import parameter_name


def value(parameter: Parameter, day: date, area: str | None = None) -> object:
    shown = "null" if area is None else f"'{area}'"
    name = parameter_name(parameter, day, "area")
    row = f"select cast({shown} as varchar) as area"
    ((found,),) = DuckEngine(threads=1).rows(f"select {name.sql} from ({row})")
    return found


@pytest.mark.parametrize(
    ("day", "minor"),
    [("2024-12-31", None), ("2025-01-01", 393200), ("2025-12-31", 393200), ("2026-01-01", 432500)],
)
def test_a_value_holds_from_its_day_until_the_next(small_pack: Path, day: str, minor: int | None) -> None:
    assert value(load_pack(small_pack).parameters["mrp"], date.fromisoformat(day)) == minor


@pytest.mark.parametrize(
    ("day", "tenths"), [("2025-06-30", 7), ("2025-07-01", None), ("2025-12-31", None), ("2026-01-01", 10)]
)
def test_a_value_that_ended_leaves_a_gap_that_is_unknown(
    small_pack: Path, day: str, tenths: int | None
) -> None:
    assert value(load_pack(small_pack).parameters["factor"], date.fromisoformat(day)) == tenths


@pytest.mark.parametrize(
    ("area", "minor"),
    [("10", 4261500), ("1040", 4261500), ("1035", 4300050), ("103510", 4300050), ("11", None)],
)
def test_the_longest_code_of_an_area_wins(small_pack: Path, area: str, minor: int | None) -> None:
    assert value(load_pack(small_pack).parameters["line"], date(2025, 6, 1), area) == minor


def test_an_unknown_area_gives_an_unknown_value(small_pack: Path) -> None:
    assert value(load_pack(small_pack).parameters["line"], date(2025, 6, 1), None) is None


def test_a_parameter_by_area_is_refused_where_no_area_is_at_hand(small_pack: Path) -> None:
    with pytest.raises(ValueError, match="no area is at hand"):
        parameter_name(load_pack(small_pack).parameters["line"], date(2025, 6, 1))
