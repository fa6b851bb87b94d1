"""The town of `town.py` with registers that say when each row held, so that they can speak of an earlier day.

Wages are of a month and the last whole month counts; marriages end; people are born and die on a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from town import AS_OF, PACK, REGISTERS, town

from familycard.snapshot.open import OpenSnapshot

LATER = date(2026, 2, 1)
WAGES = {"0001": "300.00", "0004": "150.00", "0008": "400.00"}
MONTHS = ("2025-11-15", "2025-12-15", "2026-01-15")
COLUMNS = {
    "marriages": ("spouse_1:number", "spouse_2:number", "registered_on:date", "ended_on:date?"),
    "wages": ("person:subject", "gross:money", "overdue:money:restricted", "paid_on:date"),
}


def _dated(files: Mapping[str, str]) -> dict[str, str]:
    changes = {
        "pack.yaml": [
            ('"died_on is null"', '"birth_date <= as_of and (died_on is null or died_on > as_of)"'),
        ],
        "units.yaml": [
            (
                "when: registered_on <= as_of",
                "when: registered_on <= as_of and (ended_on is null or ended_on > as_of)",
            ),
        ],
        "indicators/all.yaml": [
            (
                "where: gross > money '0 EUR', period: any",
                "where: paid_on between period.start and period.end, period: previous_month",
            ),
        ],
    }
    dated = dict(files)
    for name, pairs in changes.items():
        for old, new in pairs:
            assert old in dated[name]
            dated[name] = dated[name].replace(old, new)
    # The line does not change with the year, so that a test says itself when the law changes.
    dated["parameters.yaml"] = dated["parameters.yaml"].replace("150 EUR", "100 EUR")
    return dated


DATED_PACK = _dated(PACK)


def wages(
    amounts: Mapping[str, str] | None = None, months: Mapping[str, Mapping[str, str]] | None = None
) -> str:
    """The wages of all months; `amounts` are another amount in every month, `months` in one of them."""
    lines = ["person,gross,overdue,paid_on"]
    for day in MONTHS:
        of_month = WAGES | dict(amounts or {}) | dict((months or {}).get(day, {}))
        lines += [f"{number},{amount},0.00,{day}" for number, amount in of_month.items()]
    return "\n".join(lines) + "\n"


def marriages(ended_on: str = "") -> str:
    """The one marriage, and when it ended."""
    return f"spouse_1,spouse_2,registered_on,ended_on\n0001,0002,2010-05-01,{ended_on}\n"


BORN = {
    "population": REGISTERS["population"] + "0010,2026-01-10,F,Abel,\n",
    "births": REGISTERS["births"] + "0010,0002\n",
}


def dated_town(
    folder: Path,
    *,
    as_of: date = AS_OF,
    law: Mapping[str, tuple[str, str]] | None = None,
    registers: Mapping[str, str] | None = None,
    covers: str | None = None,
    base: Mapping[str, str] = DATED_PACK,
    columns: Mapping[str, tuple[str, ...]] | None = None,
) -> OpenSnapshot:
    """Taken in on the day itself, with the wages of the months until then; `covers` is what they cover."""
    given = {"wages": wages(), "marriages": marriages()} | dict(registers or {})
    head, *rows = given["wages"].splitlines()
    paid = [row for row in rows if row.rpartition(",")[2] <= as_of.isoformat()]
    given["wages"] = "\n".join([head, *paid]) + "\n"
    return town(
        folder,
        as_of=as_of,
        law=law,
        registers=given,
        extracted_on=as_of.isoformat(),
        base=base,
        columns=COLUMNS | dict(columns or {}),
        covers={"wages": covers} if covers else None,
    )
