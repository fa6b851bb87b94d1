"""The figures from which a country is made up: ``packs/<id>/synthetic/``.

They are data, each with its source beside it; the code only interprets them. A *list by
age* holds ``{from, value}`` or ``{from, shares}`` entries: an entry holds from its age on.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ruamel.yaml import YAML

from familycard.errors import PackError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int64]
"""Days since 1970-01-01; `NEVER` stands for no date."""

FILES = ("life.yaml", "benefits.yaml", "age_sex.csv", "regions.csv", "civil_acts.csv")
"""What a pack's ``synthetic`` folder must hold."""
NEVER = np.iinfo(np.int64).min
NOBODY = -1


@dataclass(frozen=True)
class Regions:
    """Regions and their districts, as arrays of equal length by region or by district."""

    codes: tuple[str, ...]
    people_share: Floats
    wage_mean: Floats
    large_families: Floats
    russian_names: Floats
    districts: tuple[str, ...]
    region_of_district: Ints
    is_town: Bools
    """District: a city or a district of one."""


@dataclass(frozen=True)
class CivilActs:
    """Deaths, weddings and divorces of recent years, for each resident of today."""

    years: Ints
    deaths: Floats
    marriages: Floats
    divorces: Floats


@dataclass(frozen=True)
class Tables:
    """All figures of one made-up country."""

    life: Mapping[str, Any]
    benefits: Mapping[str, Any]
    ages: Ints
    """Completed years; one entry a year of age."""
    men: Floats
    women: Floats
    men_deaths: Floats
    """A year, by age; only their proportions matter, the number comes from `acts`."""
    women_deaths: Floats
    acts: CivilActs
    regions: Regions

    @property
    def last_day(self) -> int:
        """The day on which the world ends, in days since 1970."""
        return (date(self.life["as_of_year"], 12, 31) - date(1970, 1, 1)).days


def read_tables(folder: Path) -> Tables:
    """The figures under a pack's ``synthetic`` folder and its ``areas.csv``; PackError where one is missing."""
    for name in FILES:
        if not (folder / "synthetic" / name).is_file():
            raise PackError(f"no made-up country without synthetic/{name}; see packs/kz/synthetic", folder)
    ages = _rows(folder / "synthetic" / "age_sex.csv")
    men, women = _column(ages, "men_thousands"), _column(ages, "women_thousands")
    people = 1000 * (men.sum() + women.sum())
    return Tables(
        life=_yaml(folder / "synthetic" / "life.yaml"),
        benefits=_yaml(folder / "synthetic" / "benefits.yaml"),
        ages=np.array([int(row["age"]) for row in ages]),
        men=men,
        women=women,
        men_deaths=men * _column(ages, "men_deaths_per_1000"),
        women_deaths=women * _column(ages, "women_deaths_per_1000"),
        acts=_civil_acts(folder / "synthetic" / "civil_acts.csv", people),
        regions=_regions(folder),
    )


def _regions(folder: Path) -> Regions:
    rows = _rows(folder / "synthetic" / "regions.csv")
    codes = [row["code"] for row in rows]
    areas = [row for row in _rows(folder / "areas.csv") if row["parent"]]
    cities = {row["code"] for row in _rows(folder / "areas.csv") if row["name_en"].endswith("city")}
    people = np.array([float(row["population"]) for row in rows])
    return Regions(
        codes=tuple(codes),
        people_share=people / people.sum(),
        wage_mean=np.array([float(row["wage_mean"]) for row in rows]),
        large_families=np.array([float(row["large_families"]) for row in rows]),
        russian_names=np.array([float(row["russian_names"]) for row in rows]),
        districts=tuple(row["code"] for row in areas),
        region_of_district=np.array([codes.index(row["parent"]) for row in areas]),
        is_town=np.array([row["code"] in cities or row["parent"] in cities for row in areas]),
    )


def _civil_acts(file: Path, people: float) -> CivilActs:
    rows = _rows(file)
    years = np.array([int(row["year"]) for row in rows])
    deaths, marriages, divorces = (_column(rows, act) / people for act in ("deaths", "marriages", "divorces"))
    return CivilActs(years, deaths, marriages, divorces)


def _column(rows: Sequence[Mapping[str, str]], name: str) -> Floats:
    return np.array([float(row[name]) for row in rows])


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _yaml(file: Path) -> Mapping[str, Any]:
    content: Mapping[str, Any] = YAML(typ="safe").load(file)
    return content


def by_age(entries: Sequence[Mapping[str, Any]], age_years: Ints) -> Floats:
    """The value of a list by age for each age; shares give one row an age."""
    starts = np.array([entry["from"] for entry in entries])
    values = np.array([entry["value"] if "value" in entry else entry["shares"] for entry in entries], float)
    return np.asarray(values[np.searchsorted(starts, age_years, side="right") - 1], dtype=np.float64)


def stage_dice(seed: int, block: int, stage: str) -> np.random.Generator:
    """Chance of one stage of one block: a change in one stage leaves the others as they were."""
    return np.random.default_rng([seed, block, zlib.crc32(stage.encode())])
