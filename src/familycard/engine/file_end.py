"""The end of a file of frames: tables that say what lies where, their checksum, their length and a mark.

So a file that was cut off is known by its last bytes, and one that the disk spoilt by its checksums.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from mmap import mmap
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa

_NUMBERS = 16
"""Bytes of the checksum and the length."""


class BrokenFile(Exception):
    """A file is not whole, or not what was written."""


def write_end(out: BinaryIO, tables: Iterable[pa.Table], mark: bytes) -> None:
    """Write the tables and what tells that they are whole; the file is finished."""
    sink = pa.BufferOutputStream()
    for table in tables:
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
    end: bytes = sink.getvalue().to_pybytes()
    out.write(end)
    out.write(np.array([zlib.crc32(end), len(end)], dtype="<i8").tobytes() + mark)


def check_mark(data: mmap, mark: bytes, path: Path) -> None:
    """BrokenFile where the file was cut off."""
    if len(data) < _NUMBERS + len(mark) or data[-len(mark) :] != mark:
        raise BrokenFile(f"{path} is cut off.")


def read_end(data: mmap, mark: bytes, path: Path, tables: int) -> Sequence[pa.Table]:
    """The tables that `write_end` wrote; BrokenFile where they are not what was written."""
    check_mark(data, mark, path)
    tail = len(data) - len(mark) - _NUMBERS
    crc, length = np.frombuffer(data[tail : tail + _NUMBERS], dtype="<i8").tolist()
    end = data[max(tail - length, 0) : tail]
    if zlib.crc32(end) != crc:
        raise BrokenFile(f"The index of {path} is broken.")
    source = pa.BufferReader(end)
    return [pa.ipc.open_stream(source).read_all() for _ in range(tables)]
