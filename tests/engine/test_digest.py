"""A table's digest knows its rows, names and types, and nothing of how they lie in files."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from familycard.engine import digest
from familycard.engine.digest import table_digest
from familycard.engine.duck import DuckEngine

TYPES = {
    "number": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "small": (pa.int64(), st.integers(0, 3)),
    "flag": (pa.bool_(), st.booleans()),
    "day": (pa.date32(), st.dates(date(1900, 1, 1), date(2100, 1, 1))),
    "text": (pa.string(), st.text(st.characters(codec="utf-8"), max_size=4)),
    "word": (pa.string(), st.sampled_from(["eligible", "not_eligible", ""])),
}
COLUMNS = st.integers(1, 40).flatmap(
    lambda rows: st.fixed_dictionaries(
        {
            name: st.lists(st.none() | values, min_size=rows, max_size=rows)
            for name, (_, values) in TYPES.items()
        }
    )
)


def table(columns: dict[str, list[object]]) -> pa.Table:
    return pa.table({name: pa.array(values, TYPES[name][0]) for name, values in columns.items()})


def written(rows: pa.Table, folder: Path, cuts: list[int], **options: object) -> list[Path]:
    """The table in several files, cut at these rows."""
    folder.mkdir(exist_ok=True)
    bounds = [0, *sorted(min(cut, rows.num_rows) for cut in cuts), rows.num_rows]
    paths = []
    for number, (start, end) in enumerate(pairwise(bounds)):
        paths.append(folder / f"part-{number}.parquet")
        pq.write_table(rows.slice(start, end - start), paths[-1], **options)
    return paths


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(COLUMNS, st.lists(st.integers(0, 40), max_size=3), st.integers(1, 9), st.data())
def test_layout_does_not_count_and_every_value_does(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    columns: dict[str, list[object]],
    cuts: list[int],
    group: int,
    data: st.DataObject,
) -> None:
    monkeypatch.setattr(digest, "BATCH_ROWS", 7)
    rows = table(columns)
    whole = table_digest(written(rows, tmp_path / "whole", [])).sha256
    cut = written(
        rows, tmp_path / "cut", cuts, row_group_size=group, use_dictionary=False, compression="zstd"
    )
    assert table_digest(cut).sha256 == whole
    name = data.draw(st.sampled_from(list(TYPES)))
    place = data.draw(st.integers(0, rows.num_rows - 1))
    other = data.draw((st.none() | TYPES[name][1]).filter(lambda value: value != columns[name][place]))
    changed = columns | {name: [other if i == place else v for i, v in enumerate(columns[name])]}
    assert table_digest(written(table(changed), tmp_path / "changed", [])).sha256 != whole


def test_two_rows_in_another_order_names_and_types_count(tmp_path: Path) -> None:
    rows = pa.table({"a": [1, 2], "b": ["x", "y"]})
    others = [rows.take([1, 0]), rows.rename_columns(["a", "c"]), rows.select(["b", "a"])]
    digests = [table_digest(written(t, tmp_path / str(n), [])).sha256 for n, t in enumerate([rows, *others])]
    assert len(set(digests)) == 4
    narrow = rows.set_column(0, "a", rows["a"].cast(pa.int16()))
    assert table_digest(written(narrow, tmp_path / "narrow", [])).sha256 == digests[0], (
        "an integer is an integer"
    )
    days = pa.table({"a": [date(1970, 1, 1) + timedelta(n) for n in (1, 2)], "b": ["x", "y"]})
    assert table_digest(written(days, tmp_path / "days", [])).sha256 not in digests


def test_what_is_kept_comes_to_what_is_read_back(tmp_path: Path) -> None:
    """Blocks of several sizes, texts of few words and of many, a column without a value, a table that is not kept."""
    engine = DuckEngine(threads=2)
    engine.work_in(tmp_path / "work")
    words = engine.coded(["yes", "no"])
    rows = (
        f"select i as k, case when i % 3 = 0 then {words['yes']} else {words['no']} end as w, 'text ' || i % 777 as t,"
        " i % 2 = 0 as b, nullif(i % 5, 0)::tinyint as n, null::date as d, date '2020-01-01' + (i % 900)::int as e"
    )
    blocks = [
        f"{rows} from range({low}, {high}) r(i)"
        for low, high in ((0, 150_000), (150_000, 150_000), (150_000, 400_000))
    ]
    engine.keep("kept", blocks, ["k"])
    engine.make("made", "from kept")
    digests = [engine.save(table, "k", tmp_path / table) for table in ("kept", "made")]
    assert digests[0].sha256 == digests[1].sha256
    assert digests == [table_digest(sorted((tmp_path / table).iterdir())) for table in ("kept", "made")]
