"""A table of a real PostgreSQL as a source; skipped where no database answers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import adbc_driver_postgresql.dbapi
import pytest
from country import WAGES, country, deliver, iin, people_csv, with_files
from test_intake import WAGE_ROWS, rows

from familycard.sources.intake import intake
from familycard.sources.postgresql import DSN_VARIABLE
from familycard.sources.store import Store

DSN = os.environ.get(DSN_VARIABLE, "postgresql://root@127.0.0.1:5432/test?connect_timeout=3")
SCHEMA = f"familycard_test_{os.getpid()}"


def execute(*statements: str) -> None:
    with adbc_driver_postgresql.dbapi.connect(DSN) as database, database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        database.commit()


@pytest.fixture
def wages_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    try:
        execute(f'CREATE SCHEMA "{SCHEMA}"')
    except adbc_driver_postgresql.dbapi.Error as error:
        pytest.skip(f"no PostgreSQL answers at {DSN.split('@')[-1]}: {str(error).splitlines()[0]}")
    monkeypatch.setenv(DSN_VARIABLE, DSN)
    values = ", ".join(f"('{a}', '{b}', {c}, now())" for a, b, c in reversed(WAGE_ROWS))
    execute(
        f'CREATE TABLE "{SCHEMA}".wages (iin text, month text, gross numeric(12, 2), seen timestamptz)',
        f"INSERT INTO \"{SCHEMA}\".wages VALUES {values}, (NULL, '2025-03', 1, now())",
    )
    yield f"{SCHEMA}.wages"
    execute(f'DROP SCHEMA "{SCHEMA}" CASCADE')


def test_a_table_is_checked_like_a_file_and_its_order_means_nothing(wages_table: str, tmp_path: Path) -> None:
    pack = country(with_files(WAGES, "postgresql", wages_table))
    folder = deliver(tmp_path / "in", people_csv=people_csv(range(6)))
    report = intake(pack, folder, tmp_path / "store")
    assert [source.outcome for source in report.sources] == ["loaded", "loaded"]
    load = Store(tmp_path / "store").state().loads["wages"]
    assert [(row["person"], row["gross"]) for row in rows(load.checked)] == [
        (n + 1, 10050 + 100 * n) for n in range(6)
    ]
    assert [(line["column"], line["rule"]) for line in rows(load.quarantine)] == [("iin", "required")]
    execute(f"UPDATE {wages_table} SET seen = now() WHERE iin = '{iin(0)}'")
    again = intake(pack, folder, tmp_path / "store")
    assert [source.outcome for source in again.sources] == ["unchanged", "unchanged"]


def test_a_table_that_is_not_there_is_refused_with_its_name(wages_table: str, tmp_path: Path) -> None:
    pack = country(with_files(WAGES, "postgresql", f"{SCHEMA}.nothing"))
    report = intake(pack, deliver(tmp_path / "in", people_csv=people_csv(range(2))), tmp_path / "store")
    assert report.sources[1].outcome == "refused"
    assert f"{SCHEMA}.nothing" in report.sources[1].reason


def test_without_a_database_named_the_source_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DSN_VARIABLE, raising=False)
    pack = country(with_files(WAGES, "postgresql", "public.wages"))
    report = intake(pack, deliver(tmp_path / "in", people_csv=people_csv(range(2))), tmp_path / "store")
    assert f"set {DSN_VARIABLE}" in report.sources[1].reason
