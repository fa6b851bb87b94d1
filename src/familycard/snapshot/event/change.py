"""What an event changes: rows of registers that come, go, or say something else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Change:
    """Rows of one source as its checked table has them; a row that says something else goes and comes."""

    added: pa.Table | None = None
    removed: pa.Table | None = None
    """Rows that are in the store, whole; ``_file`` and ``_row`` say which."""

    @property
    def rows(self) -> list[pa.Table]:
        """All rows that go or come."""
        return [rows for rows in (self.removed, self.added) if rows is not None]


Event = Mapping[str, Change]
"""By source what changes in it; all at once."""


def changed(rows: pa.Table, change: Change | None, added: pa.Table | None) -> pa.Table:
    """Rows of a source after a change of which `added` are the new rows that are wanted."""
    if change is None:
        return rows
    kept = rows if change.removed is None else without(rows, change.removed)
    if added is None:
        return kept
    return pa.concat_tables([kept, added.select(rows.column_names).cast(rows.schema)]).combine_chunks()


def without(rows: pa.Table, gone: pa.Table) -> pa.Table:
    """The rows that are not among others, by file and row."""
    places = set(_places(gone))
    return rows.filter(pa.array([place not in places for place in _places(rows)], pa.bool_()))


def _places(rows: pa.Table) -> Iterable[tuple[int, int]]:
    return zip(rows["_file"].to_pylist(), rows["_row"].to_pylist(), strict=True)


def naming(rows: pa.Table, columns: Iterable[str], persons: Iterable[int]) -> pa.Table:
    """The rows that name one of these persons in one of the columns."""
    wanted = pa.array(sorted(persons), pa.int64())
    marks = None
    for column in columns:
        found = pc.is_in(rows[column], value_set=wanted)
        marks = found if marks is None else pc.or_(marks, found)
    return rows.slice(0, 0) if marks is None else rows.filter(marks)


def persons_in(rows: pa.Table, columns: Iterable[str]) -> set[int]:
    """Everyone whom the columns name."""
    return {person for column in columns for person in rows[column].to_pylist() if person is not None}


def texts_in(rows: pa.Table, column: str) -> set[str]:
    """The values of a column, as texts."""
    return {value for value in pc.cast(rows[column], pa.string()).to_pylist() if value is not None}
