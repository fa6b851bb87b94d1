"""The rows of a table's Parquet files in pieces of one size, wherever files and row groups end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def even_batches(
    paths: Sequence[Path],
    names: Sequence[str],
    rows: int,
    *,
    coded: Sequence[str] = (),
    use_threads: bool = False,
) -> Iterator[pa.Table]:
    """Tables of just `rows` rows, but for the last; texts of `coded` come as dictionaries. None where no row is."""
    waiting: list[pa.Table] = []
    held = 0
    for path in paths:
        with pq.ParquetFile(path, read_dictionary=list(coded)) as file:
            for group in range(file.num_row_groups):
                waiting.append(file.read_row_group(group, columns=list(names), use_threads=use_threads))
                held += waiting[-1].num_rows
                while held >= rows:
                    table = pa.concat_tables(waiting)
                    yield table.slice(0, rows)
                    waiting = [table.slice(rows)]
                    held -= rows
    if held:
        yield pa.concat_tables(waiting)
