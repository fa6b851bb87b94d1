"""What every side is given: files, dates and figures of the law. Needs the standard library alone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Given:
    """The input, the same for all."""

    store: str
    checked: Mapping[str, str]
    """By source: the Parquet file of its accepted rows."""
    undecided: Mapping[str, str]
    """By source: the Parquet file of the persons whom a refused row may be about."""
    members: str
    """unit, person, role."""
    units: str
    """unit, members, composition_known, area."""
    as_of: str
    quarter: tuple[str, str]
    """First and last day of the last whole quarter."""
    parameters: Mapping[str, str]
    """The law's figures as decimals; money in minor units."""
    line_by_area: Mapping[str, int]
    """The poverty line by the first digits of an area, in minor units."""

    @property
    def day(self) -> date:
        """The date that all is seen from."""
        return date.fromisoformat(self.as_of)

    @property
    def quarter_days(self) -> tuple[date, date]:
        """First and last day of the last whole quarter."""
        start, end = (date.fromisoformat(day) for day in self.quarter)
        return start, end

    @property
    def born_before_adults(self) -> date:
        """Whoever was born after this day is under 18."""
        return self.day.replace(year=self.day.year - 18)

    def figure(self, name: str, times: str = "1") -> int:
        """A figure of the law, multiplied, as a whole number; ValueError where it is none."""
        value = Decimal(self.parameters[name]) * Decimal(times)
        if value != int(value):
            raise ValueError(f"{times} times {name} is {value}, not a whole number")
        return int(value)

    def write(self, path: Path) -> None:
        """Leave it as JSON."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


def given_in(path: str) -> Given:
    """What `Given.write` left."""
    fields: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    return Given(**fields | {"quarter": tuple(fields["quarter"])})


@contextmanager
def timed(out: Path) -> Iterator[None]:
    """Note what the work takes, start of the process and imports not counted: seconds, and of CPU in all threads."""
    began, cpu_began = time.perf_counter(), time.process_time()
    yield
    took = {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - cpu_began}
    (out / "took.json").write_text(json.dumps(took), encoding="utf-8")


INCOMES = {
    "wages_month": ("pension_contributions", "paid_month", "gross"),
    "self_employment_month": ("self_employment_income", "quarter_start", "income"),
    "rental_income_month": ("rental_income", "received_month", "income"),
}
"""By indicator: source, the column of the month (or quarter), and the money, summed over the quarter."""
BENEFITS = {
    "pensions_month": ["age_pension", "base_pension"],
    "disability_payments_month": ["disability", "disabled_child", "carer"],
    "survivor_payments_month": ["survivor"],
    "family_payments_month": ["child_care", "child_care_insured", "multi_child", "awarded_mother"],
    "other_payments_month": ["unemployment", "special_allowance"],
    "assistance_month": ["asp", "asp_child", "housing_assistance"],
}
"""By indicator: the kinds of payment that count."""
COUNTED = [*INCOMES, "alimony_month", *(name for name in BENEFITS if name != "assistance_month")]
"""What counted income adds up."""
SUMMED = [*COUNTED, "assistance_month", "counted_income_month", "dwelling_share", "working_cars"]
"""What families add up over their members, beside the count of disabled children."""
