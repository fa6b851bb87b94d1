"""The whole build on Spark gives the tables of the embedded engine: rows, names and types, by digest.

A whole country takes minutes in so small a Spark, so Spain and Kazakhstan are built where
FAMILYCARD_SPARK_PEOPLE says of how many people the made-up one is (2000 or more); docs/spark.md has
what was measured.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import made_up
import pytest
import town

from familycard.engine.spark import SparkEngine
from familycard.pack.loader import load_pack
from familycard.pack.model import Pack
from familycard.snapshot.build import build
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.reader import Reader
from familycard.sources.intake import intake
from familycard.synthetic import generate

Spark = Callable[[], SparkEngine]
ES = made_up.PACK.with_name("es")
PEOPLE = "FAMILYCARD_SPARK_PEOPLE"


def manifest(snapshot: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))
    return found


def assert_same(spark: Spark, pack: Pack, store: Path, as_of: date, duck: Path, out: Path) -> Path:
    """Build on Spark; assert that the tables are those of a snapshot of the embedded engine."""
    built = build(pack, store, as_of, out, engine=spark()).path
    one, other = manifest(duck), manifest(built)
    assert other["rows"] == one["rows"]
    differing = [table for table, digest in one["digests"].items() if other["digests"][table] != digest]
    assert differing == []
    assert not (built / "work").exists()
    return built


def test_a_town_is_the_same_on_both_engines_and_its_cards_are_read_alike(
    spark: Spark, the_town: OpenSnapshot, tmp_path: Path
) -> None:
    store = the_town.catalogue.store
    built = assert_same(spark, the_town.pack, store, town.AS_OF, the_town.path, tmp_path)
    assert [path.name for path in (built / "persons").iterdir() if path.suffix == ".crc"] == []
    one, other = Reader(the_town), Reader.open(built)
    units = [unit for (unit,) in one.engine.rows("select distinct unit from members_family order by unit")]
    assert len(units) == 4
    for unit in units:
        assert one.card(unit) == other.card(unit)
    assert short_columns(other.snapshot) == short_columns(the_town)


def short_columns(snapshot: OpenSnapshot) -> dict[tuple[str, str], list[object]]:
    """All that segments are counted from, by folder and name."""
    return {
        (folder, field.name): [
            value for short in file[field.name] for value in short.array(field.type).to_pylist()
        ]
        for folder, file in snapshot.columns.items()
        for field in file.schema
        if field.name in file
    }


def test_spain_is_the_same_on_both_engines(spark: Spark, shared: Path, tmp_path: Path) -> None:
    if PEOPLE not in os.environ:
        pytest.skip(f"takes a minute and a half: {PEOPLE}=2000 builds it")
    deliveries = shared / "data" / "spain-ecv-2019"
    if not deliveries.is_dir():
        pytest.skip("the folder `data/spain-ecv-2019` is not in `shared`")
    pack, as_of, store = load_pack(ES), date(2019, 12, 31), tmp_path / "store"
    intake(pack, deliveries, store)
    duck = build(pack, store, as_of, tmp_path / "duck").path
    assert_same(spark, pack, store, as_of, duck, tmp_path / "spark")


def test_kazakhstan_is_the_same_on_both_engines(spark: Spark, tmp_path: Path) -> None:
    people = os.environ.get(PEOPLE)
    if not people:
        pytest.skip(f"takes minutes: {PEOPLE}=2000 builds it")
    pack, store = load_pack(made_up.PACK), tmp_path / "store"
    generate(pack, int(people), 1, tmp_path / "delivery")
    intake(pack, tmp_path / "delivery", store)
    duck = build(pack, store, made_up.AS_OF, tmp_path / "duck").path
    assert_same(spark, pack, store, made_up.AS_OF, duck, tmp_path / "spark")
