"""One small made-up country for all tests of the generator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow.csv
import pytest
from packs_read import pack_of

from familycard.pack.model import Pack
from familycard.synthetic import SyntheticReport, generate

PACK = Path(__file__).resolve().parents[2] / "packs" / "kz"
PEOPLE = 6_000
SEED = 7


@pytest.fixture(scope="session")
def kz() -> Pack:
    return pack_of("kz")


@pytest.fixture(scope="session")
def rare() -> frozenset[str]:
    """Drawn registers: of a few hundred people in the whole nation none may be among so few."""
    return frozenset(file.stem for file in (PACK / "synthetic" / "registers").glob("*.yaml"))


@pytest.fixture(scope="session")
def country(kz: Pack, tmp_path_factory: pytest.TempPathFactory) -> SyntheticReport:
    """A made-up Kazakhstan of `PEOPLE` residents, written once."""
    return generate(kz, PEOPLE, SEED, tmp_path_factory.mktemp("country"))


@pytest.fixture(scope="session")
def registers(country: SyntheticReport) -> Iterator[duckdb.DuckDBPyConnection]:
    """Every register as a table of its own headers (marriages in ours), and the truth."""
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = false")
    for file in [*sorted(country.out.glob("*.csv.gz")), country.out / "population.csv"]:
        header = connection.sql(f"from read_csv('{file}', all_varchar=true) limit 0").columns
        texts = {name: "VARCHAR" for name in header if name.endswith("iin") or name in ("group", "area")}
        types = ", sample_size=-1" + (f", types = {texts}" if texts else "")
        connection.execute(f"create table {file.name.split('.')[0]} as from read_csv('{file}'{types})")
    for name in ("pension_contributions", "social_payments"):
        connection.execute(f"create table {name} as from '{country.out}/{name}.parquet'")
    _read_marriages(connection, country.out / "marriages.csv")
    for name in ("families", "faults"):
        file = country.out / "truth" / f"{name}.csv"
        connection.execute(f"create table {name} as from read_csv('{file}', all_varchar=true)")
    _make_views(connection)
    yield connection
    connection.close()


def _read_marriages(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    rows = pyarrow.csv.read_csv(
        file,
        pyarrow.csv.ReadOptions(encoding="windows-1251"),
        pyarrow.csv.ParseOptions(delimiter=";"),
        pyarrow.csv.ConvertOptions(
            column_types={"ИИН_1": "string", "ИИН_2": "string"}, timestamp_parsers=["%d.%m.%Y"]
        ),
    )
    names = ["spouse_1", "spouse_2", "registered_on", "ended_on", "reason"]
    connection.register("marriage_rows", rows.rename_columns(names))
    connection.execute(
        "create table marriages as select * replace (registered_on::date as registered_on, ended_on::date as ended_on)"
        " from marriage_rows"
    )


def _make_views(connection: duckdb.DuckDBPyConnection) -> None:
    """`people` without doubled numbers; `clean`: the children of families without a planted fault."""
    connection.execute("create view people as from population qualify count(*) over (partition by iin) = 1")
    connection.execute(
        "create view clean as select child_iin from births anti join"
        " (select iin as child_iin from families where fault is not null) using (child_iin)"
    )
