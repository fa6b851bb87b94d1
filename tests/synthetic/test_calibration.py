"""The made-up nation has the people and the recipients of the official figures, region by region and age by age.

Measured by ``bench/calibration.py`` over the registers as taken in; only what chance does in a
country of this size, for what is drawn, is added to the tolerances.
"""

from __future__ import annotations

from collections.abc import Callable

import calibration
import pytest
from calibration import Compared, Made

from familycard.pack.model import Pack

PEOPLE = 100_000
SEED = 20


@pytest.fixture(scope="module")
def made(kz: Pack, tmp_path_factory: pytest.TempPathFactory) -> Made:
    return calibration.make(kz, PEOPLE, SEED, tmp_path_factory.mktemp("calibration"))


@pytest.mark.parametrize(
    ("measure", "tolerance", "fewest"),
    [
        (calibration.regions, 0.02, 20),
        (calibration.pyramid, 0.02, 36),
        (calibration.pyramid_2023, 0.02, 9),
        (calibration.programmes, 0.10, 25),
    ],
)
def test_official_figures_are_met(
    made: Made, measure: Callable[[Made], list[Compared]], tolerance: float, fewest: int
) -> None:
    rows = measure(made)
    assert len(rows) >= fewest
    assert all(row.tolerance is not None and row.tolerance <= tolerance for row in rows)
    assert [str(row) for row in rows if not row.is_close()] == []


def test_each_of_ten_years_has_its_civil_acts(made: Made) -> None:
    years = calibration.civil_acts(made)
    assert [acts[0].name for acts in years] == [str(year) for year in range(2016, 2026)]
    assert [str(act) for acts in years for act in acts if not act.is_close()] == []


def test_no_register_is_empty_in_a_large_country(made: Made) -> None:
    """Food vouchers are for some 700 families of three towns in the whole nation."""
    assert {source for source, rows in made.rows.items() if rows == 0} <= {"food_vouchers"}


def test_everyone_who_died_in_ten_years_is_in_both_registers(made: Made) -> None:
    missing = made.count(
        "select count(*) from population p anti join deaths d on d.person = p.person and d.died_on = p.died_on"
        " where p.died_on >= date '2016-01-01'"
    )
    assert missing == 0


def test_a_family_of_the_card_has_three_to_three_and_a_half_members(made: Made) -> None:
    families = made.count("select count(distinct family) from true_families")
    assert 3.0 <= PEOPLE / families <= 3.4


def test_a_figure_that_is_missed_is_noticed() -> None:
    row = Compared("x", official=1000, made=1150, counted=1_000_000, tolerance=0.10, source="")
    assert not row.is_close()
    assert Compared("x", 1000, 1099, 1_000_000, 0.10, "").is_close()
    assert Compared("x", 1000, 1150, 2_500, 0.10, "").is_close()
