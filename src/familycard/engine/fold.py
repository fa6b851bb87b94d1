"""Columns of members folded into one value a unit, with three values: true or a number, false or none, unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from familycard.engine.dense import Integers, numbers

Marks = npt.NDArray[np.bool_]
Values = npt.NDArray[np.generic]
_LARGEST = 2**63


def folded(rows: pa.Table, key: str, first: str, folds: Mapping[str, str]) -> pa.Table:
    """One row a key, by key, with each column of `folds` folded; `first` marks at most one row a key.

    ``sum``, ``count`` (of true), ``min`` and ``max`` are unknown where one value is; ``any`` is true
    where one is true, else unknown where one is unknown, and ``all`` the other way round; ``only``
    is the one value that all rows have; ``head`` the value of the marked row. OverflowError for a
    sum beyond 64 bits.
    """
    groups = _Groups(numbers(rows[key], 0), rows[first].to_numpy())
    columns = {name: groups.fold(rows[name].combine_chunks(), how) for name, how in folds.items()}
    return pa.table({key: groups.keys, **columns})


class _Groups:
    """Rows by key."""

    def __init__(self, key: Integers, is_first: Marks) -> None:
        in_order = bool((key[1:] >= key[:-1]).all())
        self.order = None if in_order else np.argsort(key, kind="stable")
        ordered = key if self.order is None else key[self.order]
        self.starts = (
            np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(key) else np.zeros(0, int)
        )
        self.keys = ordered[self.starts]
        self.largest = int(np.diff(np.r_[self.starts, len(key)]).max(initial=0))
        marked = np.flatnonzero(is_first)
        self.first = np.full(len(self.keys), -1, dtype=np.int64)
        self.first[np.searchsorted(self.keys, key[marked])] = marked

    def fold(self, values: pa.Array, how: str) -> pa.Array:
        """One value a key."""
        if how == "head":
            return pc.take(values, pa.array(self.first, mask=self.first < 0))
        if pa.types.is_string(values.type) or pa.types.is_large_string(values.type):
            return self._texts(values, how)
        known = self._reduced(np.minimum, self._valid(values)).astype(np.bool_) if values.null_count else None
        found, unknown = _FOLDS[how](self, values, known)
        result = pa.array(found, mask=unknown)
        return result.view(values.type) if how in ("min", "max", "only") else result

    def _texts(self, values: pa.Array, how: str) -> pa.Array:
        """Texts folded by their places in the order of bytes."""
        coded = values.dictionary_encode()
        order = pc.sort_indices(coded.dictionary)
        place = np.empty(len(order), dtype=np.int32)
        place[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
        places = pc.take(pa.array(place, pa.int32()), coded.indices)
        return pc.take(coded.dictionary.take(order), self.fold(places, how))

    def sums(self, values: pa.Array, known: Marks | None) -> tuple[Values, Marks | None]:
        filled = self._plain(values, 0).astype(np.int64, copy=False)
        highest = max(int(filled.max(initial=0)), -int(filled.min(initial=0)))
        if highest * self.largest >= _LARGEST:
            self._check_sums(filled)
        return self._reduced(np.add, filled), _not(known)

    def _check_sums(self, values: Values) -> None:
        """OverflowError for a sum beyond 64 bits; only sums that come near are added up exactly."""
        ordered = self._ordered(values)
        about = np.abs(np.add.reduceat(ordered.astype(np.float64), self.starts))
        ends = np.r_[self.starts[1:], len(ordered)]
        for group in np.flatnonzero(about >= _LARGEST / 2):
            total = sum(ordered[self.starts[group] : ends[group]].tolist())
            if not -_LARGEST <= total < _LARGEST:
                raise OverflowError("a sum over the members of a unit is beyond 64 bits")

    def counts(self, values: pa.Array, known: Marks | None) -> tuple[Values, Marks | None]:
        return self._reduced(np.add, self._plain(values, False).astype(np.int64)), _not(known)

    def any(self, values: pa.Array, known: Marks | None) -> tuple[Values, Marks | None]:
        found = self._reduced(np.maximum, self._plain(values, False)).astype(np.bool_, copy=False)
        return found, None if known is None else ~known & ~found

    def all(self, values: pa.Array, known: Marks | None) -> tuple[Values, Marks | None]:
        found = self._reduced(np.minimum, self._plain(values, True)).astype(np.bool_, copy=False)
        return found, None if known is None else ~known & found

    def lowest(self, values: pa.Array, known: Marks | None) -> tuple[Values, Marks | None]:
        return self._reduced(np.minimum, self._plain(values, 0)), _not(known)

    def highest(self, values: pa.Array, known: Marks | None) -> tuple[Values, Marks | None]:
        return self._reduced(np.maximum, self._plain(values, 0)), _not(known)

    def only(self, values: pa.Array, known: Marks | None) -> tuple[Values, Marks | None]:
        lowest, unknown = self.lowest(values, known)
        differ = lowest != self.highest(values, known)[0]
        return lowest, differ if unknown is None else differ | unknown

    def _plain(self, values: pa.Array, missing: int | bool) -> Values:
        """The values as an array, with something in the place of nulls."""
        plain = values.view(pa.int32()) if pa.types.is_date32(values.type) else values
        filled = plain.fill_null(missing) if plain.null_count else plain
        found: Values = filled.to_numpy(zero_copy_only=False)
        return found

    def _valid(self, values: pa.Array) -> Marks:
        valid: Marks = values.is_valid().to_numpy(zero_copy_only=False)
        return valid

    def _ordered(self, values: Values) -> Values:
        return values if self.order is None else values[self.order]

    def _reduced(self, operation: np.ufunc, values: Values) -> Values:
        if not len(self.keys):
            return values[:0]
        found: Values = operation.reduceat(self._ordered(values), self.starts)
        return found


def _not(known: Marks | None) -> Marks | None:
    return None if known is None else ~known


_FOLDS: Mapping[str, Callable[[_Groups, pa.Array, Marks | None], tuple[Values, Marks | None]]] = {
    "sum": _Groups.sums,
    "count": _Groups.counts,
    "any": _Groups.any,
    "all": _Groups.all,
    "min": _Groups.lowest,
    "max": _Groups.highest,
    "only": _Groups.only,
}
