"""The whole build on Spark gives the tables of the embedded engine: rows, names and types, by digest."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from made_up import AS_OF, MadeUp
from packs_read import pack_of

from familycard.engine.spark import SparkEngine
from familycard.snapshot.build import build
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.reader import Reader
from familycard.sources.intake import intake

Spark = Callable[..., SparkEngine]
WHOLE = {
    # Unlike what small tests ask, a query over a whole country takes longer to run than to compile.
    "spark.sql.codegen.wholeStage": "true",
    "spark.sql.codegen.factoryMode": "FALLBACK",
}


def assert_same(one: Path, other: Path) -> None:
    """Assert that a snapshot made by Spark has the tables of one made by the embedded engine."""
    expected, found = manifest(one), manifest(other)
    assert found["rows"] == expected["rows"]
    differing = [table for table, digest in expected["digests"].items() if found["digests"][table] != digest]
    assert differing == []
    assert not (other / "work").exists()
    assert [path.name for path in (other / "persons").iterdir() if path.suffix == ".crc"] == []


def manifest(snapshot: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((snapshot / "manifest.json").read_text(encoding="utf-8"))
    return found


def test_kazakhstan_is_the_same_on_both_engines_and_its_cards_are_read_alike(
    spark: Spark, large_country: MadeUp, tmp_path: Path
) -> None:
    built = build(large_country.pack, large_country.store, AS_OF, tmp_path, engine=spark(WHOLE)).path
    assert_same(large_country.snapshot, built)
    one, other = Reader.open(large_country.snapshot), Reader.open(built)
    assert short_columns(other.snapshot) == short_columns(one.snapshot)
    units = one.engine.rows("select distinct unit from members_family where unit % 5000 = 1")
    assert len(units) > 5
    for (unit,) in units:
        assert one.card(unit) == other.card(unit)


def short_columns(snapshot: OpenSnapshot) -> dict[tuple[str, str], list[pa.Array]]:
    """All that segments are counted from, by folder and name."""
    return {
        (folder, field.name): [short.array(field.type) for short in file[field.name]]
        for folder, file in snapshot.columns.items()
        for field in file.schema
        if field.name in file
    }


def test_spain_is_the_same_on_both_engines(spark: Spark, shared: Path, tmp_path: Path) -> None:
    deliveries = shared / "data" / "spain-ecv-2019"
    if not deliveries.is_dir():
        pytest.skip("the folder `data/spain-ecv-2019` is not in `shared`")
    pack, as_of, store = pack_of("es"), date(2019, 12, 31), tmp_path / "store"
    intake(pack, deliveries, store)
    duck = build(pack, store, as_of, tmp_path / "duck").path
    assert_same(duck, build(pack, store, as_of, tmp_path / "spark", engine=spark(WHOLE)).path)
