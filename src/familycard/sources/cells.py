"""Plain CSV records to cells, by Arrow's reader; all others keep their text and are parted in SQL.

A record is plain when it has as many fields as the header, each cell is either bare or whole in
quotation marks, and nothing in it could be read in two ways: no doubled quotation mark, no
delimiter or line end inside quotes, no lone carriage return. Nearly all records are, and a
plain one is parted ten times faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.csv

from familycard.sources.records import NEWLINE, QUOTED_SEPARATOR, SEPARATOR, Cut

LONGEST_PLAIN_BYTES = 1 << 20
RETURN = 13


@dataclass(frozen=True)
class Parting:
    """How the records of one file part into cells: `places` (from 0) are the fields that are wanted."""

    head: str
    width: int
    places: tuple[int, ...]
    quote: str

    def batch(self, cut: Cut) -> pa.RecordBatch:
        """`_row`, `_line`, `_plain` and the cells `a0`, `a1`, …, null in records that are not plain."""
        plain = self._plain(cut)
        cells = self._cells(cut, plain)
        columns = [pa.array(cut.rows()), cut.texts(), pa.array(plain), *cells]
        return pa.record_batch(columns, schema=self.schema)

    @property
    def schema(self) -> pa.Schema:
        cells = [pa.field(f"a{n}", pa.string()) for n in range(len(self.places))]
        return pa.schema([("_row", pa.int64()), ("_line", pa.large_string()), ("_plain", pa.bool_()), *cells])

    def _plain(self, cut: Cut) -> np.ndarray:
        """Whether each record is plain."""
        data = cut.data[: int(cut.ends[-1]) + 1]
        starts = np.concatenate([np.zeros(1, dtype=np.int64), cut.ends[:-1] + 1])
        lengths = cut.ends - starts
        separators = np.flatnonzero(data == SEPARATOR[0])
        before = np.searchsorted(separators, cut.ends)
        plain = np.diff(before, prepend=0) == self.width - 1
        plain &= (cut.lines == 1) & (lengths > 0) & (lengths <= LONGEST_PLAIN_BYTES)
        plain[self._headers(data, starts, lengths)] = False
        odd = [np.flatnonzero(data == byte) for byte in (RETURN, QUOTED_SEPARATOR[0])]
        if self.quote:
            odd.append(_odd_quotes(data, ord(self.quote)))
        plain[np.searchsorted(cut.ends, np.concatenate(odd))] = False
        return np.asarray(plain)

    def _headers(self, data: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """The records that are the header; each of its characters leaves fewer to look at."""
        head = self.head.encode()
        found = np.flatnonzero(lengths == len(head))
        for place, byte in enumerate(head):
            found = found[data[starts[found] + place] == byte]
        return found

    def _cells(self, cut: Cut, plain: np.ndarray) -> list[pa.Array]:
        count = int(plain.sum())
        if not count:
            return [pa.nulls(len(plain), pa.string()) for _ in self.places]
        data = cut.data[: int(cut.ends[-1]) + 1]
        kept = None if count == len(plain) else np.repeat(plain, np.diff(cut.ends, prepend=-1))
        if self.quote:
            bare = data != ord(self.quote)
            if not bare.all():
                kept = bare if kept is None else kept & bare
        parted = self._parse(data if kept is None else data[kept], count)
        if count == len(plain):
            return parted
        taken = pa.array(np.cumsum(plain) - 1, mask=~plain)
        return [column.take(taken) for column in parted]

    def _parse(self, data: np.ndarray, count: int) -> list[pa.Array]:
        names = [str(place) for place in range(self.width)]
        wanted: Sequence[str] = [str(place) for place in self.places]
        table = pyarrow.csv.read_csv(
            pa.BufferReader(pa.py_buffer(data)),
            pyarrow.csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
            pyarrow.csv.ParseOptions(
                delimiter=SEPARATOR.decode(), quote_char=False, escape_char=False, ignore_empty_lines=False
            ),
            pyarrow.csv.ConvertOptions(
                check_utf8=False,
                column_types={name: pa.string() for name in wanted},
                include_columns=list(dict.fromkeys(wanted)),
                strings_can_be_null=False,
            ),
        )
        if table.num_rows != count:
            raise AssertionError(f"{count} plain records gave {table.num_rows} rows")
        return [table.column(name).combine_chunks() for name in wanted]


def _odd_quotes(data: np.ndarray, quote: int) -> np.ndarray:
    """Where quotation marks stand that are not the first or last character of a cell.

    They open and close in turn, for a record holds an even number of them (`records` sees to it).
    """
    places = np.flatnonzero(data == quote)
    edge = np.zeros(256, dtype=bool)
    edge[[SEPARATOR[0], NEWLINE]] = True
    opening, closing = places[::2], places[1::2]
    opens = edge[data[opening - 1]] | (opening == 0)
    closes = edge[data[closing + 1]]
    return np.concatenate([opening[~opens], closing[~closes]])
