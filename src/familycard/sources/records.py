"""Text pieces to records, set-based: numpy finds the record and field ends, Arrow carries them.

Each batch holds `_row` (the line on which a record begins, the header not counted) and
`_line`, the record with its fields parted by the UNIT SEPARATOR (U+001F). A delimiter or a
line end inside quotes is data (RFC 4180), told from others by the parity of the quotes
before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from familycard.errors import SourceError
from familycard.sources.text_file import TextFile

SEPARATOR = b"\x1f"
QUOTED_SEPARATOR = b"\x1e"
SUBSTITUTE = b"\x1a"
LONGEST_RECORD_BYTES = 1 << 26
SCHEMA = pa.schema([("_row", pa.int64()), ("_line", pa.large_string())])
NEWLINE = 10


@dataclass(frozen=True)
class Dialect:
    """How records are written: an empty delimiter means that a line is not parted (JSON Lines)."""

    delimiter: str
    quote: str
    line_breaks: bool


@dataclass(frozen=True)
class _Cut:
    """Records of a piece: their bytes, the end of each, and the lines that each takes."""

    data: np.ndarray
    ends: np.ndarray
    lines: np.ndarray


def batches(file: TextFile, dialect: Dialect) -> Iterator[pa.RecordBatch]:
    """All records of a file, the header among them with `_row` 0; SourceError where quoting is broken."""
    left, tail, row = b"", b"", 0
    for piece in file.pieces():
        tail += piece
        whole = tail.rfind(b"\n") + 1
        left, tail = left + _parted(tail[:whole], dialect), tail[whole:]
        cut = _cut(left, dialect, file)
        if len(cut.ends):
            used = int(cut.ends[-1]) + 1
            yield _batch(cut, row)
            row += int(cut.lines.sum())
            left = left[used:]
        if len(left) + len(tail) > LONGEST_RECORD_BYTES:
            raise SourceError(f"{file.name}: line {row + 1} has no end within 64 MB. Deliver the file again.")
    left += _parted(tail, dialect)
    if left:
        cut = _cut(left + b"\n", dialect, file)
        if not len(cut.ends) or int(cut.ends[-1]) != len(left):
            raise SourceError(f"{file.name}: a quotation mark is never closed. Deliver the file again.")
        yield _batch(cut, row)


def _parted(piece: bytes, dialect: Dialect) -> bytes:
    """The delimiter, of whatever length, as one byte that no text holds."""
    if not dialect.delimiter:
        return piece
    delimiter = dialect.delimiter.encode()
    for reserved in (SEPARATOR, QUOTED_SEPARATOR):
        if reserved != delimiter:
            piece = piece.replace(reserved, SUBSTITUTE)
    return piece.replace(delimiter, SEPARATOR)


def _cut(content: bytes, dialect: Dialect, file: TextFile) -> _Cut:
    data = np.frombuffer(content, dtype=np.uint8)
    newlines = np.flatnonzero(data == NEWLINE)
    if not dialect.quote or dialect.quote.encode() not in content:
        return _Cut(data, newlines, np.ones(len(newlines), dtype=np.int64))
    inside = np.bitwise_xor.accumulate((data == ord(dialect.quote)).view(np.uint8)).view(bool)
    outer = ~inside[newlines]
    if not dialect.line_breaks and not outer.all():
        raise SourceError(
            f"{file.name}: a quotation mark is not closed on its line. Deliver the file again, or say "
            "familycard.line_breaks: true in the contract if its cells may hold line ends."
        )
    data = data.copy()
    # A quoted delimiter becomes a delimiter again when its cell is unquoted: see `read_csv`.
    data[inside & (data == SEPARATOR[0])] = QUOTED_SEPARATOR[0]
    positions = np.flatnonzero(outer)
    return _Cut(data, newlines[outer], np.diff(positions, prepend=-1))


def _batch(cut: _Cut, row: int) -> pa.RecordBatch:
    end = int(cut.ends[-1]) + 1
    kept = np.ones(end, dtype=bool)
    kept[cut.ends] = False
    data = cut.data[:end][kept]
    offsets = np.zeros(len(cut.ends) + 1, dtype=np.int64)
    offsets[1:] = cut.ends - np.arange(len(cut.ends))
    lines = pa.Array.from_buffers(
        pa.large_string(), len(cut.ends), [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    )
    starts = row + np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(cut.lines)[:-1]])
    return pa.record_batch([pa.array(starts), lines], schema=SCHEMA)
