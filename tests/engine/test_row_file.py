"""Rows by their key: whatever a table holds comes back, and what the disk spoilt never does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import any_rows
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from familycard.engine.file_end import BrokenFile
from familycard.engine.row_file import RowFile, write_rows

TYPES = {"key": pa.int64(), **any_rows.TYPES}
ROWS = st.fixed_dictionaries({"key": st.integers(-20, 20), **any_rows.VALUES})


def tables(rows: list[dict[str, object]], size: int) -> Iterator[pa.Table]:
    schema = pa.schema(list(TYPES.items()))
    for at in range(0, max(len(rows), 1), size):
        piece = rows[at : at + size]
        columns = [pa.array([row[n] for row in piece], TYPES[n]) for n in TYPES]
        yield pa.table(columns, schema=schema)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(ROWS, max_size=60), size=st.integers(1, 40), frame_bytes=st.sampled_from([1, 200, 1 << 17])
)
def test_whatever_a_table_holds_comes_back_by_its_key(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]], size: int, frame_bytes: int
) -> None:
    path = tmp_path_factory.mktemp("rows") / "one.rows"
    rows = sorted(rows, key=lambda row: int(str(row["key"])))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("familycard.engine.row_file.FRAME_BYTES", frame_bytes)
        write_rows(tables(rows, size), "key", path)
    written = RowFile(path)
    for key in range(-21, 22):
        assert written.find([key]) == [row for row in rows if row["key"] == key]
    some = [key for key in range(-21, 22) if key % 3]
    assert written.find(some) == [row for row in rows if row["key"] in some]
    assert written.schema.names == list(TYPES)
    for names in (frozenset({"key"}), frozenset({"key", "day", "text", "nothing"}), frozenset(TYPES)):
        expected = [
            {name: row[name] for name in TYPES if name in names} for row in rows if row["key"] in some
        ]
        assert written.find(some, names) == expected


def test_a_column_of_many_texts_and_one_of_few_are_told_apart_by_nobody(tmp_path: Path) -> None:
    keys = list(range(5_000))
    texts = [f"дом {key}" for key in keys]
    table = pa.table({"key": keys, "text": pa.array(texts).dictionary_encode()})
    write_rows([table], "key", tmp_path / "one.rows")
    written = RowFile(tmp_path / "one.rows")
    assert written.find([7, 4_999, 2_500]) == [
        {"key": key, "text": f"дом {key}"} for key in (7, 2_500, 4_999)
    ]


def test_a_table_without_rows_has_its_columns(tmp_path: Path) -> None:
    write_rows(tables([], 5), "key", tmp_path / "none.rows")
    written = RowFile(tmp_path / "none.rows")
    assert written.find([1]) == []
    assert written.schema.field("word").type == pa.string()


def test_what_the_disk_spoilt_is_never_shown(tmp_path: Path) -> None:
    path = tmp_path / "one.rows"
    row = {"count": 1, "small": 1, "is_true": True, "day": date(2025, 1, 1), "word": "a", "text": "b"}
    write_rows(tables([{"key": key, **row} for key in range(9)], 9), "key", path)
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(BrokenFile):
            RowFile(path).check()
    for length in (0, 5, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises((BrokenFile, ValueError)):
            RowFile(path)
