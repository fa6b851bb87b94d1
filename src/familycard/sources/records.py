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
class Cut:
    """Whole records one after another: their bytes, the end of each, and the lines that each takes."""

    data: np.ndarray
    ends: np.ndarray
    lines: np.ndarray
    row: int = 0
    """The line on which the first record begins, the header not counted."""

    def batch(self) -> pa.RecordBatch:
        """`_row` and `_line` of each record."""
        return pa.record_batch([pa.array(self.rows()), self.texts()], schema=SCHEMA)

    def first(self) -> str:
        """The text of the first record."""
        return self.data[: int(self.ends[0])].tobytes().decode()

    def rows(self) -> np.ndarray:
        """The line on which each record begins."""
        return np.asarray(self.row + np.cumsum(self.lines) - self.lines)

    def texts(self) -> pa.Array:
        """The records without their line ends."""
        end = int(self.ends[-1]) + 1
        kept = np.ones(end, dtype=bool)
        kept[self.ends] = False
        offsets = np.zeros(len(self.ends) + 1, dtype=np.int64)
        offsets[1:] = self.ends - np.arange(len(self.ends))
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(self.data[:end][kept])]
        return pa.Array.from_buffers(pa.large_string(), len(self.ends), buffers)


def batches(file: TextFile, dialect: Dialect) -> Iterator[pa.RecordBatch]:
    """All records of a file as `Cut.batch` gives them."""
    return (cut.batch() for cut in cuts(file, dialect))


def cuts(file: TextFile, dialect: Dialect) -> Iterator[Cut]:
    """All records of a file, the header among them with `_row` 0; SourceError where quoting is broken."""
    left, tail, row = b"", b"", 0
    for piece in file.pieces():
        tail += piece
        whole = tail.rfind(b"\n") + 1
        left, tail = left + _parted(tail[:whole], dialect), tail[whole:]
        cut = _cut(left, row, dialect, file)
        if len(cut.ends):
            used = int(cut.ends[-1]) + 1
            yield cut
            row += int(cut.lines.sum())
            left = left[used:]
        if len(left) + len(tail) > LONGEST_RECORD_BYTES:
            raise SourceError(f"{file.name}: line {row + 1} has no end within 64 MB. Deliver the file again.")
    left += _parted(tail, dialect)
    if left:
        cut = _cut(left + b"\n", row, dialect, file)
        if not len(cut.ends) or int(cut.ends[-1]) != len(left):
            raise SourceError(f"{file.name}: a quotation mark is never closed. Deliver the file again.")
        yield cut


def _parted(piece: bytes, dialect: Dialect) -> bytes:
    """The delimiter, of whatever length, as one byte that no text holds."""
    if not dialect.delimiter:
        return piece
    delimiter = dialect.delimiter.encode()
    for reserved in (SEPARATOR, QUOTED_SEPARATOR):
        if reserved != delimiter:
            piece = piece.replace(reserved, SUBSTITUTE)
    return piece.replace(delimiter, SEPARATOR)


def _cut(content: bytes, row: int, dialect: Dialect, file: TextFile) -> Cut:
    data = np.frombuffer(content, dtype=np.uint8)
    newlines = np.flatnonzero(data == NEWLINE)
    if not dialect.quote or dialect.quote.encode() not in content:
        return Cut(data, newlines, np.ones(len(newlines), dtype=np.int64), row)
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
    return Cut(data, newlines[outer], np.diff(positions, prepend=-1), row)
