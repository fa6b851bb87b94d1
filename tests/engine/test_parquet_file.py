"""Rows that come some at a time: cut anew, and in memory while they are few."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from familycard.engine.dense import are_in_order
from familycard.engine.parquet_file import in_memory_or_file, in_pieces


@given(st.lists(st.integers(0, 20)), st.integers(1, 15))
def test_pieces_have_as_many_rows_as_asked_and_the_last_the_rest(lengths: list[int], rows: int) -> None:
    numbers = range(sum(lengths))
    starts = [sum(lengths[:place]) for place in range(len(lengths))]
    batches = [
        pa.RecordBatch.from_pydict({"n": pa.array(numbers[start : start + length], pa.int64())})
        for start, length in zip(starts, lengths, strict=True)
    ]
    pieces = [piece["n"].to_pylist() for piece in in_pieces(batches, rows)]
    assert [n for piece in pieces for n in piece] == [*numbers]
    assert all(len(piece) == rows for piece in pieces[:-1])
    assert all(1 <= len(piece) <= rows for piece in pieces[-1:])


@pytest.mark.parametrize("most_bytes", [0, 40, 79, 80, 1000])
def test_rows_are_in_memory_or_else_in_the_file_never_in_both(tmp_path: Path, most_bytes: int) -> None:
    table = pa.table({"n": pa.array(range(10), pa.int64())})
    file = tmp_path / "made for it" / "rows.parquet"
    found = in_memory_or_file(table.to_reader(4), most_bytes, file)
    assert file.exists() == (found is None) == (most_bytes < 80)
    assert table.equals(pq.read_table(file) if found is None else found)


@given(st.lists(st.tuples(st.none() | st.integers(0, 2), st.integers(0, 2)), max_size=6), st.integers(1, 6))
def test_order_is_seen_also_where_one_batch_follows_another(
    rows: list[tuple[int | None, int]], at_a_time: int
) -> None:
    table = pa.table({name: pa.array([row[i] for row in rows], pa.int64()) for i, name in enumerate("ab")})
    in_order = sorted(rows, key=lambda row: (row[0] is None, row[0] or 0, row[1]))
    assert are_in_order(table.to_reader(at_a_time), ["a", "b"]) == (rows == in_order)
