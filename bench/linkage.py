"""How right linkage is, on data whose true links are known: the truth is read here, after linking, and nowhere else.

    python bench/linkage.py [--data FOLDER] [--people 20000] [--write docs/linkage.md]

`--data` (or FAMILYCARD_LINKAGE_DATA) holds ``febrl/`` and ``pseudopeople/``; without it only the made-up
country is measured. One pair of thresholds for everything, that of the product.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
from damaged_names import Row, damaged
from page import replace_part

from familycard.pack.loader import load_pack
from familycard.sources.linkage.deciding import THRESHOLDS, decided
from familycard.sources.linkage.duplicates import groups
from familycard.sources.linkage.fields import Field, Kind, prepared
from familycard.sources.linkage.model import score
from familycard.synthetic import generate

BEGIN, END = "<!-- bench:linkage -->", "<!-- /bench:linkage -->"
PACK = Path(__file__).parents[1] / "packs" / "kz"
NAME_AND_BIRTH = (
    Field("surname", Kind.SURNAME), Field("given_name", Kind.GIVEN_NAME), Field("date_of_birth", Kind.DATE),
)  # fmt: skip
WITHOUT_NUMBER = (
    *NAME_AND_BIRTH, Field("street_number", Kind.CODE), Field("address_1", Kind.PLACE), Field("address_2", Kind.PLACE),
    Field("suburb", Kind.PLACE), Field("postcode", Kind.CODE), Field("state", Kind.CATEGORY),
)  # fmt: skip
ALL_OF_FEBRL = (*WITHOUT_NUMBER, Field("soc_sec_id", Kind.NUMBER))
AMERICAN = (
    Field("last_name", Kind.SURNAME), Field("first_name", Kind.GIVEN_NAME), Field("middle_name", Kind.MIDDLE_NAME),
    Field("date_of_birth", Kind.DATE), Field("sex", Kind.SEX),
)  # fmt: skip
KAZAKH = (
    Field("surname", Kind.SURNAME), Field("given_name", Kind.GIVEN_NAME), Field("patronymic", Kind.PATRONYMIC),
    Field("birth_date", Kind.DATE), Field("sex", Kind.SEX), Field("address", Kind.CODE),
)  # fmt: skip
ABSENT_SHARE = 0.1
"""Of the made-up rows, those whose person the register does not have: nobody may be linked."""


@dataclass(frozen=True)
class Figures:
    """A measurement: links made, right ones among them, and links that there are."""

    what: str
    made: int
    right: int
    true: int
    of_rows: int
    aim: str
    seconds: float

    @property
    def precision(self) -> float:
        return self.right / self.made if self.made else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.made + self.true)

    def line(self) -> str:
        share = f"{self.made / self.of_rows:.1%}" if self.of_rows else "—"
        return (
            f"| {self.what} | {self.made:,} | {self.precision:.4f} | {self.recall:.4f} | {self.f1:.4f} "
            f"| {share} | {self.aim} | {self.seconds:.0f} |"
        )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=os.environ.get("FAMILYCARD_LINKAGE_DATA"))
    arguments.add_argument("--people", type=int, default=20_000)
    arguments.add_argument(
        "--population", type=Path, help="a population.csv of `familycard synth`, instead of making one"
    )
    arguments.add_argument("--write", type=Path)
    given = arguments.parse_args()
    lines = [
        f"Linked from a probability of {THRESHOLDS.upper} on, {THRESHOLDS.ahead_bits:g} bits ahead of the next.",
        "",
        "| what | links | precision | recall | F1 | rows linked | aim | seconds |",
        "|---|---:|---:|---:|---:|---:|---|---:|",
    ]
    for figures in measure(given.data, given.people, given.population):
        lines.append(figures.line())
        print(lines[-1], flush=True)
    if given.write:
        replace_part(given.write, BEGIN, END, "\n".join(lines))


def measure(data: Path | None, people: int, population: Path | None) -> Iterator[Figures]:
    if data:
        yield febrl4(data, ALL_OF_FEBRL, "FEBRL4, all fields", "F1 0.9998 (others)")
        yield febrl4(data, WITHOUT_NUMBER, "FEBRL4 without `soc_sec_id`", "F1 0.9963")
        yield febrl4(data, NAME_AND_BIRTH, "FEBRL4, name and birth date only", "F1 0.82")
        yield febrl3(data)
        yield census(data)
    yield from made_up_country(people, population)


def febrl4(data: Path, fields: Sequence[Field], what: str, aim: str) -> Figures:
    connection = duckdb.connect()
    for side in "ab":
        rows = f"SELECT * FROM {_csv(data / 'febrl' / f'febrl4{side}.csv.gz')}"
        connection.execute(f"CREATE TABLE {side} AS {prepared(rows, fields, 'rec_id')}")
    links = f"SELECT * FROM {_csv(data / 'febrl' / 'febrl4_links.csv.gz')}"
    connection.execute(f"CREATE TABLE truth AS {links}")
    start = time.perf_counter()
    linked = _linked(connection, ("a", "b"), fields, one_to_one=True)
    return _figures(connection, linked, what, aim, start, 5000)


def febrl3(data: Path) -> Figures:
    connection = duckdb.connect()
    rows = f"SELECT * FROM {_csv(data / 'febrl' / 'febrl3.csv.gz')}"
    connection.execute(f"CREATE TABLE rows AS {prepared(rows, ALL_OF_FEBRL, 'rec_id')}")
    links = f'SELECT least("0", "1"), greatest("0", "1") FROM {_csv(data / "febrl" / "febrl3_links.csv.gz")}'
    connection.execute(f"CREATE TABLE truth AS {links}")
    start = time.perf_counter()
    pairs = score(connection, ("rows",), ALL_OF_FEBRL, THRESHOLDS.upper)
    connection.register("grouped", groups(connection, f"SELECT one, other FROM ({pairs}) WHERE tells_apart"))
    linked = "SELECT a.id, b.id FROM grouped a JOIN grouped b USING (grouped) WHERE a.id < b.id"
    return _figures(connection, linked, "FEBRL3, duplicates", "F1 0.9975", start, 0)


def census(data: Path) -> Figures:
    """Rows of the social security file that bear one number are one person there, as in any register."""
    connection = duckdb.connect()
    folder = data / "pseudopeople"
    connection.execute(
        f"CREATE TABLE census AS SELECT row_number() OVER () AS n, * FROM {_csv(folder / 'decennial_census_2020.csv.gz')}"
    )
    connection.execute(
        f"CREATE TABLE social AS SELECT row_number() OVER () AS n, * FROM {_csv(folder / 'social_security_2020.csv.gz')}"
    )
    year_first = "regexp_replace(date_of_birth, '^(..)/(..)/(....)$', '\\3\\1\\2') AS date_of_birth"
    rows = f"SELECT n, first_name, last_name, middle_initial AS middle_name, sex, {year_first} FROM census"
    connection.execute(f"CREATE TABLE rows AS {prepared(rows, AMERICAN, 'n')}")
    connection.execute(f"CREATE TABLE people AS {prepared('SELECT * FROM social', AMERICAN, 'n')}")
    connection.execute(
        "CREATE TABLE truth AS SELECT DISTINCT c.n, ssn FROM census c JOIN social s USING (simulant_id)"
    )
    start = time.perf_counter()
    linked = _linked(
        connection,
        ("rows", "people"),
        AMERICAN,
        one_to_one=True,
        person="(SELECT ssn FROM social WHERE n = other)",
    )
    return _figures(
        connection,
        linked,
        "pseudopeople, census against social security",
        "90 % linked, precision 0.998",
        start,
        10_231,
    )


def made_up_country(people: int, population: Path | None) -> list[Figures]:
    """Rows of another agency against the register, and a register that has some people twice."""
    with tempfile.TemporaryDirectory() as folder:
        if population is None:
            generate(load_pack(PACK), people, 1, Path(folder) / "delivery")
            population = next((Path(folder) / "delivery").glob("population*"))
        connection = duckdb.connect()
        columns = ", ".join(f"coalesce({field.name}, '') AS {field.name}" for field in KAZAKH)
        everyone = connection.sql(
            f"SELECT DISTINCT ON (iin) iin, {columns} FROM {_csv(population)} "
            "WHERE surname IS NOT NULL AND birth_date IS NOT NULL ORDER BY ALL"
        )
        listed = [dict(zip(everyone.columns, row, strict=True)) for row in everyone.fetchall()]
    return [_other_agency(listed), _twice(listed)]


def _other_agency(listed: list[Row]) -> Figures:
    """A quarter of the people, damaged; a tenth of these are not in the register."""
    chosen = random.Random(1).sample(listed, len(listed) // 4)
    absent = {row["iin"] for row in chosen[: int(ABSENT_SHARE * len(chosen))]}
    connection = duckdb.connect()
    _prepare(connection, "rows", damaged(chosen, seed=1))
    _prepare(connection, "people", (row for row in listed if row["iin"] not in absent))
    connection.execute(
        "CREATE TABLE truth AS SELECT unique_id, unique_id AS same FROM rows SEMI JOIN people USING (unique_id)"
    )
    start = time.perf_counter()
    linked = _linked(connection, ("rows", "people"), KAZAKH, one_to_one=False)
    return _figures(
        connection,
        linked,
        "made-up country, damaged names",
        "precision 0.999, recall 0.9",
        start,
        len(chosen),
    )


def _twice(listed: list[Row]) -> Figures:
    """One in fifty people stands in the register once more, damaged, under another number: who is listed."""
    again = random.Random(2).sample(listed, len(listed) // 50)
    connection = duckdb.connect()
    _prepare(
        connection, "people", [*listed, *(row | {"iin": f"{row['iin']}+"} for row in damaged(again, seed=2))]
    )
    connection.execute(
        "CREATE TABLE truth AS SELECT rtrim(unique_id, '+'), unique_id FROM people WHERE unique_id LIKE '%+'"
    )
    start = time.perf_counter()
    pairs = score(connection, ("people",), KAZAKH, THRESHOLDS.lower)
    listed_pairs = f"SELECT least(one, other), greatest(one, other) FROM ({pairs}) WHERE tells_apart"
    return _figures(connection, listed_pairs, "made-up country, people listed as twice there", "", start, 0)


def _prepare(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[Row]) -> None:
    connection.register(
        "given", pa.Table.from_pylist([{k: v or None for k, v in row.items()} for row in rows])
    )
    connection.execute(f"CREATE TABLE {table} AS {prepared('SELECT * FROM given', KAZAKH, 'iin')}")


def _linked(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[str],
    fields: Sequence[Field],
    *,
    one_to_one: bool,
    person: str = "other",
) -> str:
    """SQL of (row, person) linked by the product's own rules."""
    pairs = score(connection, tables, fields, 0.001)
    connection.execute(f"""CREATE TABLE pairs AS
SELECT one AS row, {person} AS person, max(probability) AS probability, max(weight) AS weight, bool_or(tells_apart) AS tells_apart
FROM ({pairs}) GROUP BY ALL""")
    return f"SELECT row, person FROM ({decided('SELECT * FROM pairs', one_to_one=one_to_one)}) WHERE outcome = 'linked'"


def _figures(
    connection: duckdb.DuckDBPyConnection, linked: str, what: str, aim: str, start: float, rows: int
) -> Figures:
    made, right = connection.execute(
        f"SELECT count(*), count(*) FILTER ((a, b) IN (FROM truth)) FROM ({linked}) t(a, b)"
    ).fetchall()[0]
    true = connection.execute("SELECT count(*) FROM truth").fetchall()[0][0]
    return Figures(what, made, right, true, rows, aim, time.perf_counter() - start)


def _csv(path: Path) -> str:
    return f"read_csv('{path}', all_varchar = true, header = true)"


if __name__ == "__main__":
    main()
