"""Absence is knowledge only where the load covers the time and is fresh."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from familycard.indicators.coverage import coverage
from familycard.pack.contract import Source

AS_OF = date(2025, 12, 31)
SOURCE = Source("wages", "Wages", Path("wages.yaml"), "csv", "wages.csv", (), freshness_days=45)


def load(extracted: str | None = "2025-12-31", from_: str | None = None, to: str | None = None) -> Any:
    """What `coverage` reads of a load: when it was drawn and what it covers."""
    days = (day and date.fromisoformat(day) for day in (extracted, from_, to))
    return SimpleNamespace(**dict(zip(("extracted_on", "covers_from", "covers_to"), days, strict=True)))


@pytest.mark.parametrize(
    ("given", "period", "is_known"),
    [
        (load(), "any", True),
        (load(), None, True),
        (load(), "previous_quarter", True),
        (load(from_="2025-07-01", to="2025-09-30"), "previous_quarter", True),
        (load(from_="2025-07-02", to="2025-09-30"), "previous_quarter", False),
        (load(from_="2025-07-01", to="2025-09-29"), "previous_quarter", False),
        (load(from_="2025-01-01", to="2025-12-31"), "previous_12_months", False),
        (load(from_="2024-12-01", to="2025-11-30"), "previous_12_months", True),
        (load(from_="2025-01-01", to="2025-12-31"), "previous_year", False),
        (load(from_="2025-01-01", to="2025-12-01"), "this_year", True),
        (load(extracted="2025-11-16"), "any", True),
        (load(extracted="2025-11-15"), "any", False),
        (load(extracted="2025-11-29"), "previous_month", False),
        (load(extracted=None), "any", False),
        (None, "any", False),
    ],
)
def test_absence_is_known_only_of_a_time_that_a_fresh_load_covers(
    given: Any, period: str | None, is_known: bool
) -> None:
    said = coverage(SOURCE, given, period, AS_OF)
    assert said.absence_is_known is is_known
    assert bool(said.why) is not is_known


def test_a_register_without_a_limit_of_freshness_never_grows_stale() -> None:
    source = Source("births", "Births", Path("births.yaml"), "csv", "births.csv", ())
    assert coverage(source, load("1999-01-01"), "any", AS_OF + timedelta(days=9000)).absence_is_known
