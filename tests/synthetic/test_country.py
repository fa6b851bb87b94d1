"""The whole delivery: the same bytes for the same seed, whole files, and a country that looks like one."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from ruamel.yaml import YAML

from familycard.errors import FamilyCardError, PackError, UsageError
from familycard.pack.model import Pack
from familycard.synthetic import SyntheticReport, generate
from familycard.synthetic.homes import KINDS


def _digests(folder: Path) -> Mapping[str, str]:
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(
    kz: Pack, tmp_path: Path, rare: frozenset[str]
) -> None:
    for folder, seed in (("one", 11), ("two", 11), ("other", 12)):
        generate(kz, 2_000, seed, tmp_path / folder)
    one, two, other = (_digests(tmp_path / folder) for folder in ("one", "two", "other"))
    assert one == two
    same = {name for name in one if one[name] == other[name] and name.split(".")[0] not in rare}
    assert same == {"SYNTHETIC", "loads.yaml", "truth/README.md"}


@pytest.mark.parametrize("people", [0, 1_999, 25_000_001])
def test_a_number_of_people_that_cannot_be_made_is_refused(kz: Pack, tmp_path: Path, people: int) -> None:
    with pytest.raises(UsageError, match="ask for 2000 to"):
        generate(kz, people, 1, tmp_path)


def test_every_source_of_the_pack_has_a_file_rows_and_a_note(
    country: SyntheticReport, kz: Pack, rare: frozenset[str]
) -> None:
    notes = YAML(typ="safe").load(country.out / "loads.yaml")
    assert set(notes) == set(kz.sources) == set(country.rows)
    assert {source for source, rows in country.rows.items() if rows == 0} <= rare
    for source in kz.sources.values():
        assert list(country.out.glob(source.location)), source.id


def test_the_delivery_says_that_it_is_made_up(country: SyntheticReport) -> None:
    assert (country.out / "SYNTHETIC").is_file()
    assert "made up" in (country.out / "truth" / "README.md").read_text(encoding="utf-8")


def test_a_card_family_has_three_to_three_and_a_half_members(country: SyntheticReport) -> None:
    assert 3.0 <= country.mean_family_size <= 3.4


def test_every_hard_kind_of_family_occurs(country: SyntheticReport) -> None:
    assert {kind for kind in KINDS if country.kinds[kind] == 0} == set()


def test_a_third_are_children_and_half_are_women(registers: duckdb.DuckDBPyConnection) -> None:
    children, women = registers.sql(
        "select avg((birth_date > date '2007-12-31')::int), avg((sex = 'F')::int)"
        " from population where died_on is null and left_on is null"
    ).fetchall()[0]
    assert 0.32 < children < 0.36
    assert 0.49 < women < 0.53


def test_each_resident_is_in_one_true_family(
    registers: duckdb.DuckDBPyConnection, country: SyntheticReport
) -> None:
    people, distinct = registers.sql("select count(*), count(distinct iin) from families").fetchall()[0]
    assert people == distinct == country.people


def _made_of_small_blocks(kz: Pack, folder: Path, workers: int) -> SyntheticReport:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("familycard.synthetic.country.BLOCK_PEOPLE", 2_000)
        return generate(kz, 9_000, 3, folder, workers=workers)


@pytest.fixture(scope="module")
def parts(kz: Pack, tmp_path_factory: pytest.TempPathFactory) -> SyntheticReport:
    """A country of five blocks in two parts, made by one process."""
    return _made_of_small_blocks(kz, tmp_path_factory.mktemp("parts"), 1)


def test_a_country_of_several_blocks_and_files_is_one_country(parts: SyntheticReport) -> None:
    people, families, blocks = duckdb.sql(
        "select count(distinct iin), count(distinct family), count(distinct split_part(family, '-', 1))"
        f" from read_csv('{parts.out}/truth/families.csv', all_varchar=true)"
    ).fetchall()[0]
    assert (people, families, blocks) == (9_000, parts.families, 5)
    files = sorted(file.name for file in parts.out.glob("population*.csv"))
    assert files == ["population-1.csv", "population-2.csv"]
    doubled = duckdb.sql(
        f"select count(*) from (select iin from read_csv('{parts.out}/population-*.csv', all_varchar=true)"
        " group by iin having count(*) > 1)"
    ).fetchall()[0][0]
    assert doubled == parts.faults["identifier_doubled"]


def test_two_processes_make_the_same_bytes_and_counts(
    kz: Pack, parts: SyntheticReport, tmp_path: Path
) -> None:
    report = _made_of_small_blocks(kz, tmp_path, 2)
    assert _digests(tmp_path) == _digests(parts.out)
    assert (report.rows, report.kinds, report.faults) == (parts.rows, parts.kinds, parts.faults)


def test_the_files_of_a_part_are_counted_whole(parts: SyntheticReport) -> None:
    rows = duckdb.sql(
        f"select count(*) from '{parts.out}/pension_contributions-*.parquet' union all"
        f" select count(*) from read_csv('{parts.out}/births-*.csv.gz', all_varchar=true)"
    ).fetchall()
    assert [row[0] for row in rows] == [parts.rows["pension_contributions"], parts.rows["births"]]


def test_what_a_process_refuses_is_refused_here(kz: Pack, tmp_path: Path) -> None:
    source = replace(kz.sources["births"], id="strange", location="strange*.csv")
    pack = replace(kz, sources={**kz.sources, "strange": source})
    with pytest.raises(PackError, match="does not make this source"):
        _made_of_small_blocks(pack, tmp_path, 2)


def test_the_death_of_a_process_is_said_at_once(
    kz: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("familycard.synthetic.country.BLOCK_PEOPLE", 2_000)

    def kill_one(stage: str, done: str) -> None:
        os.kill(multiprocessing.active_children()[-1].pid or 0, signal.SIGKILL)

    with pytest.raises(FamilyCardError, match="fewer workers"):
        generate(kz, 100_000, 3, tmp_path, workers=2, progress=kill_one)


def test_a_contract_of_a_single_file_gets_a_single_file(kz: Pack, tmp_path: Path) -> None:
    source = replace(kz.sources["births"], location="births.csv.gz")
    pack = replace(kz, sources={**kz.sources, "births": source})
    _made_of_small_blocks(pack, tmp_path, 2)
    assert (tmp_path / "births.csv.gz").is_file()
    assert (tmp_path / "population.csv").is_file()
