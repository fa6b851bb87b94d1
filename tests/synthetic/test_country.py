"""The whole delivery: the same bytes for the same seed, whole files, and a country that looks like one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest
from ruamel.yaml import YAML

from familycard.errors import UsageError
from familycard.pack.model import Pack
from familycard.synthetic import SyntheticReport, generate
from familycard.synthetic.homes import KINDS


def _digests(folder: Path) -> Mapping[str, str]:
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(kz: Pack, tmp_path: Path) -> None:
    for folder, seed in (("one", 11), ("two", 11), ("other", 12)):
        generate(kz, 2_000, seed, tmp_path / folder)
    one, two, other = (_digests(tmp_path / folder) for folder in ("one", "two", "other"))
    assert one == two
    same = {name for name in one if one[name] == other[name]}
    assert same == {"SYNTHETIC", "loads.yaml", "truth/README.md"}


@pytest.mark.parametrize("people", [0, 1_999, 25_000_001])
def test_a_number_of_people_that_cannot_be_made_is_refused(kz: Pack, tmp_path: Path, people: int) -> None:
    with pytest.raises(UsageError, match="ask for 2000 to"):
        generate(kz, people, 1, tmp_path)


def test_every_source_of_the_pack_has_a_file_rows_and_a_note(country: SyntheticReport, kz: Pack) -> None:
    notes = YAML(typ="safe").load(country.out / "loads.yaml")
    assert set(notes) == set(kz.sources) == set(country.rows)
    assert min(country.rows.values()) >= 1
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


def test_a_country_of_several_blocks_is_one_country(
    kz: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("familycard.synthetic.country.BLOCK_PEOPLE", 2_000)
    report = generate(kz, 5_000, 3, tmp_path)
    truth = tmp_path / "truth" / "families.csv"
    people, families, blocks = duckdb.sql(
        "select count(distinct iin), count(distinct family), count(distinct split_part(family, '-', 1))"
        f" from read_csv('{truth}', all_varchar=true)"
    ).fetchall()[0]
    assert (people, families, blocks) == (5_000, report.families, 3)
    doubled = duckdb.sql(
        f"select count(*) from (select iin from read_csv('{tmp_path}/population.csv', all_varchar=true)"
        " group by iin having count(*) > 1)"
    ).fetchall()[0][0]
    assert doubled == report.faults["identifier_doubled"]
