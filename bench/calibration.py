"""How far a made-up country is from the official figures of the one it is made after.

    python bench/calibration.py --people 200000 [--write docs/made-up-country.md]

Measured by SQL over the registers as delivered and taken in, and over the truth beside them;
scaled to the official number of people. The official figures stand in ``packs/kz/synthetic/``.
"""

from __future__ import annotations

import argparse
import csv
import math
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from page import replace_part
from ruamel.yaml import YAML

from familycard.pack.loader import load_pack
from familycard.pack.model import Pack
from familycard.sources.intake import intake
from familycard.sources.store import Store
from familycard.synthetic import generate

BEGIN, END = "<!-- bench:calibration -->", "<!-- /bench:calibration -->"
PACK = Path(__file__).parents[1] / "packs" / "kz"
SOURCES = (
    "population", "births", "marriages", "deaths", "disability", "health_insurance", "social_payments",
)  # fmt: skip
"""The registers that are measured."""
OF_POPULATION = 0.02
BY_QUOTA = 0.05
"""Ages are not drawn but dealt out: only rounding makes a difference. Regions are exact to a home."""
OF_ACTS = 0.15
"""Planted faults are among them: weddings of the married and divorces on paper."""
LAST_GROUP = 85
OF_PYRAMID_2023 = ((0, 17), (18, 44), (45, 59), (60, 74), (75, 90))


@dataclass(frozen=True)
class Compared:
    """One official figure beside the made one, which is scaled to the nation."""

    name: str
    official: float
    made: float
    counted: int
    """Rows of the made-up country behind `made`, before scaling."""
    tolerance: float
    """Share of the official figure that is allowed."""
    source: str
    clustered: float = 1.0
    """How many of those counted come together on average."""

    @property
    def difference(self) -> float:
        return self.made / self.official - 1

    @property
    def by_chance(self) -> float:
        """Three standard deviations of a count of this size, as a share."""
        return 3 * math.sqrt(self.clustered / max(self.counted, 1))

    def is_close(self) -> bool:
        """Within the tolerance, and what chance may add in a small country."""
        return abs(self.difference) <= self.tolerance + self.by_chance


@dataclass(frozen=True)
class Made:
    """The registers of a made-up country as views, and how many real people one made-up person stands for."""

    connection: duckdb.DuckDBPyConnection
    scale: float
    official: dict[str, Any]
    rows: dict[str, int]
    """Delivered, by source."""

    def count(self, query: str) -> int:
        [(number,)] = self.connection.sql(query).fetchall()
        return int(number or 0)

    def compare(
        self, name: str, official: float, query: str, source: str, tolerance: float, clustered: float = 1
    ) -> Compared:
        counted = self.count(query)
        return Compared(name, official, counted * self.scale, counted, tolerance, source, clustered)


def make(pack: Pack, people: int, seed: int, folder: Path) -> Made:
    """Make a country up, take its registers in and open them."""
    rows = generate(pack, people, seed, folder / "delivery").rows
    intake(pack, folder / "delivery", folder / "store", only=SOURCES)
    official: dict[str, Any] = YAML(typ="safe").load(pack.path / "synthetic" / "official.yaml")
    return Made(_open(pack, folder, official), official["people"] / people, official, rows)


def _open(pack: Pack, folder: Path, official: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    state = Store(folder / "store").state()
    retired = "case sex when 'M' then 63 else 61 end"
    towns = [area for area in _rows(pack.path / "areas.csv") if _is_town(area)]
    views = {name: f"from read_parquet('{load.checked}')" for name, load in state.loads.items()} | {
        "identity": f"from read_parquet('{state.identity}')",
        "true_families": "select i.person, t.* from read_csv('{folder}/delivery/truth/families.csv', all_varchar = true) t"
        " join identity i on i.value = t.iin".replace("{folder}", str(folder)),
        "survey": f"from read_parquet('{folder}/delivery/truth/survey.parquet')",
        "towns": f"select unnest({[area['code'] for area in towns]}) as area",
        "residents": f"select *, year(date '{official['day']}') - year(birth_date) as age, area in (from towns) as is_town,"
        f" age >= {retired} as is_of_pension_age from population where died_on is null and left_on is null",
        "disabled": "select r.* from disability d join residents r using (person)"
        f" where d.ended_on is null or d.ended_on > date '{official['day']}'",
        "paid": "select *, month(paid_month) as month from social_payments",
    }
    connection = duckdb.connect()
    for name, query in views.items():
        connection.execute(f"create view {name} as {query}")
    return connection


def _is_town(area: dict[str, str]) -> bool:
    """A district that is a city or part of one, as the generator sees it."""
    cities = {row["code"] for row in _rows(PACK / "areas.csv") if row["name_en"].endswith("city")}
    return bool(area["parent"]) and (area["code"] in cities or area["parent"] in cities)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def regions(made: Made) -> list[Compared]:
    """People of each region."""
    names = {area["code"]: area["name_en"] for area in _rows(PACK / "areas.csv")}
    return [
        made.compare(
            names[row["code"]],
            float(row["population"]),
            f"select count(*) from residents where area like '{row['code']}%'",
            row["population_source"],
            OF_POPULATION,
            0.0,
        )
        for row in _rows(PACK / "synthetic" / "regions.csv")
    ]


def pyramid(made: Made) -> list[Compared]:
    """Men and women by five-year group: the reference is our own estimate, as its README says."""
    rows, found = _rows(PACK / "synthetic" / "age_sex.csv"), []
    for sex, column in (("M", "men_thousands"), ("F", "women_thousands")):
        for first in range(0, LAST_GROUP + 1, 5):
            last = first + 4 if first < LAST_GROUP else 120
            official = 1000 * sum(float(row[column]) for row in rows if first <= int(row["age"]) <= last)
            query = f"select count(*) from residents where sex = '{sex}' and age between {first} and {last}"
            name = f"{'Men' if sex == 'M' else 'Women'} {first} and over"
            name = name if first == LAST_GROUP else name.replace(" and over", f"–{last}")
            found.append(made.compare(name, official, query, "age_sex.csv", OF_POPULATION, BY_QUOTA))
    return found


def pyramid_2023(made: Made) -> list[Compared]:
    """The groups published at the beginning of 2023: who was born, and had not died, by then."""
    published = {
        row["unit"]: float(row["value"]) for row in _rows(PACK / "synthetic" / "age_groups_2023.csv")
    }
    found = []
    for first, last in OF_PYRAMID_2023:
        for sex, word in (("M", "men"), ("F", "women")):
            unit = f"{word} {first}-{last}"
            if unit in published:
                query = (
                    "select count(*) from population where left_on is null and birth_date < date '2023-01-01'"
                    " and (died_on is null or died_on >= date '2023-01-01')"
                    f" and sex = '{sex}' and 2022 - year(birth_date) between {first} and {last}"
                )
                found.append(
                    made.compare(
                        unit.capitalize(), published[unit], query, "facts.csv", OF_POPULATION, BY_QUOTA
                    )
                )
    return found


def programmes(made: Made) -> list[Compared]:
    """Everything that ``official.yaml`` lists."""
    return [
        made.compare(
            f"{figure['name']} ({figure['of']})",
            figure["official"],
            figure["made"],
            figure["source"],
            figure["tolerance"],
            figure.get("clustered", 1),
        )
        for figure in made.official["figures"]
    ]


ACTS = {
    "births": "select count(*) from births where year(born_on) = {year}",
    "deaths": "select count(*) from population where year(died_on) = {year}",
    "marriages": "select count(*) from marriages where year(registered_on) = {year}",
    "divorces": "select count(*) from marriages where year(ended_on) = {year} and end_reason = 'divorce'",
}


def civil_acts(made: Made) -> list[list[Compared]]:
    """By year: births, deaths, marriages, divorces."""
    return [
        [
            made.compare(
                row["year"],
                float(row[act]),
                query.format(year=row["year"]),
                row.get(f"{act}_source") or "",
                OF_ACTS,
            )
            for act, query in ACTS.items()
        ]
        for row in _rows(PACK / "synthetic" / "civil_acts.csv")
    ]


def report(made: Made) -> str:
    """All tables, in Markdown."""
    people = made.count("select count(*) from true_families")
    size = people / made.count("select count(distinct family) from true_families")
    nation = made.official["people"]
    first = f"{people:,} made-up people, each standing for {made.scale:.1f} of {nation:,}; mean family {size:.2f}."
    parts = [first]
    tables: Sequence[tuple[str, Callable[[Made], list[Compared]]]] = (
        ("People by region", regions),
        ("Totals and recipients", programmes),
        ("Groups of age and sex published at the beginning of 2023", pyramid_2023),
        ("Ages and sexes, end of 2025", pyramid),
    )
    for title, rows in tables:
        parts += ["", f"### {title}", "", *_table(rows(made))]
    parts += ["", "### Ten years of civil acts", "", *_acts(civil_acts(made))]
    return "\n".join(parts)


def _table(rows: list[Compared]) -> list[str]:
    lines = ["| | official | made | difference % | source |", "|---|---:|---:|---:|---|"]
    for row in rows:
        mark = "" if abs(row.difference) <= row.tolerance else " !"
        lines.append(
            f"| {row.name} | {row.official:,.0f} | {row.made:,.0f} | {100 * row.difference:+.1f}{mark} | {row.source} |"
        )
    return lines


def _acts(years: list[list[Compared]]) -> list[str]:
    lines = [
        "| year | " + " | ".join(f"{act}, official | made" for act in ACTS) + " |",
        "|---|" + "---:|" * (2 * len(ACTS)),
    ]
    for acts in years:
        cells = " | ".join(f"{act.official:,.0f} | {act.made:,.0f}" for act in acts)
        lines.append(f"| {acts[0].name} | {cells} |")
    return lines


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=200_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--write", type=Path, help="a Markdown file whose marked part is replaced")
    chosen = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="familycard-calibration-"))
    try:
        text = report(make(load_pack(PACK), chosen.people, chosen.seed, folder))
    finally:
        shutil.rmtree(folder)
    print(text)
    if chosen.write:
        replace_part(chosen.write, BEGIN, END, text)


if __name__ == "__main__":
    main()
