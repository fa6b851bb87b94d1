"""Columns in their short form: whatever a column holds comes back, and what the disk spoilt never does."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from any_rows import TYPES, VALUES
from hypothesis import given, settings
from hypothesis import strategies as st

from familycard.engine.column_file import ColumnFile, write_columns
from familycard.engine.file_end import BrokenFile

ROWS = st.fixed_dictionaries(VALUES)


def batches(rows: list[dict[str, object]], size: int) -> list[pa.Table]:
    return [
        pa.table({name: pa.array([row[name] for row in rows[at : at + size]], TYPES[name]) for name in TYPES})
        for at in range(0, len(rows), size)
    ]


def read(file: ColumnFile, name: str) -> list[object]:
    values = [short.array(file.schema.field(name).type) for short in file[name]]
    return [value for batch in values for value in batch.to_pylist()]


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=60), size=st.integers(1, 40))
def test_whatever_a_column_holds_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]], size: int
) -> None:
    path = tmp_path_factory.mktemp("columns") / "short.columns"
    write_columns(batches(rows, size), frozenset(TYPES), path)
    file = ColumnFile(path)
    assert file.schema.names == list(TYPES)
    for name in TYPES:
        assert read(file, name) == [row[name] for row in rows]


MOSTLY = st.lists(st.sampled_from([0] * 30 + [None, 1, 700, 70_000, -3, 2**40]), min_size=1, max_size=300)


@settings(max_examples=100, deadline=None)
@given(values=MOSTLY, size=st.integers(30, 300))
def test_of_rows_that_nearly_all_have_the_lowest_only_the_others_are_there(
    tmp_path_factory: pytest.TempPathFactory, values: list[int | None], size: int
) -> None:
    path = tmp_path_factory.mktemp("columns") / "short.columns"
    tables = [
        pa.table({"n": pa.array(values[at : at + size], pa.int64())}) for at in range(0, len(values), size)
    ]
    write_columns(tables, frozenset({"n"}), path)
    file = ColumnFile(path)
    assert read(file, "n") == values
    for short in file["n"]:
        assert short.few is None or len(short.few[0]) == np.count_nonzero(short.places)


def test_few_rows_take_few_bytes(tmp_path: Path) -> None:
    rows = np.zeros(100_000, np.int64)
    rows[::100] = np.arange(1_000) * 1_000
    write_columns([pa.table({"n": rows})], frozenset({"n"}), tmp_path / "few", press=False)
    [short] = ColumnFile(tmp_path / "few")["n"]
    assert short.few is not None and len(short.few[0]) == 999
    assert (tmp_path / "few").stat().st_size < rows.nbytes / 20
    assert short.array(pa.int64()).to_numpy().tolist() == rows.tolist()


def test_a_column_of_too_many_texts_and_one_that_nobody_wants_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("familycard.engine.column_file.WORDS_MAX", 2)
    tables = [
        pa.table({"name": ["a", "b", "b"], "count": [1, 2, 2], "word": ["x", None, "y"], "key": [1, 2, 3]}),
        pa.table({"name": ["a", "c", "d"], "count": [3, 4, 4], "word": ["y", "z", "z"], "key": [4, 5, 6]}),
    ]
    path = tmp_path / "short.columns"
    write_columns(tables, frozenset({"name", "word", "count", "other"}), path)
    file = ColumnFile(path)
    assert file.schema.names == ["count", "word"]
    assert "name" not in file
    assert read(file, "count") == [1, 2, 2, 3, 4, 4]
    assert read(file, "word") == ["x", None, "y", "y", "z", "z"]


def test_what_the_disk_spoilt_is_never_counted(tmp_path: Path) -> None:
    path = tmp_path / "short.columns"
    row = {"count": 5, "small": 1, "is_true": True, "day": date(2025, 1, 1), "word": "ғ", "text": "a"}
    rows = [row, row | {"count": 900, "text": "b"}, row | {"count": None}]
    write_columns(batches(rows, 2), frozenset(TYPES), path)
    whole, found = path.read_bytes(), 0
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        try:
            file = ColumnFile(path)
            file.check()
        except BrokenFile:
            found += 1
        else:
            # A byte between two frames.
            assert all(read(file, name) == [row[name] for row in rows] for name in TYPES)
    assert found > len(whole) * 0.9
    for length in (0, 5, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises((BrokenFile, ValueError)):
            ColumnFile(path)
