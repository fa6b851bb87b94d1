"""Rows of a few keys laid out as columns of many: what a key without rows has, and where nobody can tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from familycard.engine.dense import Places, Positions, numbers
from familycard.engine.interface import Part

Marks = npt.NDArray[np.bool_]
_EPOCH = date(1970, 1, 1)
_NONE = pa.array([], pa.int64())


def laid_out(
    positions: Positions, part: Part, run: Callable[[str], pa.Table], rows_of: str
) -> dict[str, pa.Array]:
    """A part's columns, one value a key; `run` gives the rows of a query, `rows_of` is the part's own.

    A null key is nobody's, whether a row or a doubt has it.
    """
    rows = run(rows_of)
    doubted = run(part.doubted).column(0) if part.doubted else _NONE
    places = [positions.of(numbers(keys, positions.low - 1)) for keys in (rows[part.key], doubted)]
    layout = Layout(positions.count, *places)
    return {
        name: layout.column(
            rows[name],
            part.absent.get(name),
            only_true=name in part.only_true,
            true_settles=name in part.settled_by_true,
        )
        for name in part.columns
    }


class Layout:
    """Where the rows of a part stand among `count` keys, and which keys are in doubt."""

    def __init__(self, count: int, places: Places, doubted: Places) -> None:
        self.count = count
        is_key = places < count
        self.places = places[is_key]
        self.kept = None if is_key.all() else pa.array(is_key)
        """Which rows are of a key; None where all are."""
        self.doubted = doubted[doubted < count]
        self.is_row_by_row = len(places) == count and bool((places == np.arange(count)).all())

    def column(self, rows: pa.ChunkedArray, absent: Any, *, only_true: bool, true_settles: bool) -> pa.Array:
        """One value a key: of its row, else `absent` (None is unknown); unknown for a key in doubt.

        With `only_true` every key is in doubt; with `true_settles` a true value stands in spite of doubt.
        """
        if self.is_row_by_row and not only_true and not true_settles:
            return self._row_by_row(rows.combine_chunks())
        values = rows.combine_chunks()
        values = values if self.kept is None else values.filter(self.kept)
        if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
            return self._texts(values, None if only_true else absent, only_true=only_true)
        kind = _numpy_type(values.type)
        filled = values.view(pa.int32()) if pa.types.is_date32(values.type) else values
        filled = filled.fill_null(False if kind == np.bool_ else 0) if filled.null_count else filled
        out = np.full(self.count, _number(absent), dtype=kind)
        out[self.places] = filled.to_numpy(zero_copy_only=False)
        unknown = self._unknown(values, absent, only_true=only_true)
        if unknown is not None and true_settles:
            settled = np.zeros(self.count, dtype=np.bool_)
            settled[self.places] = filled.to_numpy(zero_copy_only=False)
            unknown = unknown & ~settled
        return pa.array(out, mask=unknown).view(values.type)

    def _row_by_row(self, values: pa.Array) -> pa.Array:
        """The values of rows that are those of the keys, in their order."""
        if not len(self.doubted):
            return values
        known = np.ones(self.count, dtype=np.bool_)
        known[self.doubted] = False
        return pc.if_else(pa.array(known), values, pa.scalar(None, values.type))

    def _unknown(self, values: pa.Array, absent: Any, *, only_true: bool) -> Marks | None:
        """Which keys are unknown; None where none is."""
        if absent is not None and not only_true and not values.null_count:
            return self._in_doubt
        unknown = np.full(self.count, absent is None or only_true)
        if not only_true:
            nulls = values.is_null().to_numpy(zero_copy_only=False) if values.null_count else False
            unknown[self.places] = nulls
        unknown[self.doubted] = True
        return unknown

    @cached_property
    def _in_doubt(self) -> Marks | None:
        if not len(self.doubted):
            return None
        marks = np.zeros(self.count, dtype=np.bool_)
        marks[self.doubted] = True
        return marks

    def _texts(self, values: pa.Array, absent: Any, *, only_true: bool) -> pa.Array:
        where = np.full(self.count, len(values), dtype=np.int32)
        where[self.places] = np.arange(len(values), dtype=np.int32)
        # One more value: what a key without rows has.
        longer = pa.concat_arrays([values, pa.array([absent], values.type)])
        unknown = np.full(self.count, only_true)
        unknown[self.doubted] = True
        return pc.take(longer, pa.array(where, mask=unknown if unknown.any() else None))


def _numpy_type(type_: pa.DataType) -> Any:
    return np.dtype(np.int32 if pa.types.is_date32(type_) else type_.to_pandas_dtype())


def _number(value: Any) -> int | bool:
    """A value as its column holds it; 0 for unknown."""
    if isinstance(value, date):
        return (value - _EPOCH).days
    return 0 if value is None else value
