"""The truth of a comparison for some rows of a column in its short form: nothing is decoded.

A number is compared as its distance from the lowest of its rows, so a constant beyond them settles
all at once. Of anything else that is asked of one column the answers are computed for its values
instead of its rows, and looked up.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from familycard.engine.short import Short

UNKNOWN = 2
"""Beside 0 for false and 1 for true."""
VALUES_MAX = 1 << 17
"""Values of a column up to which answers are computed for each of them."""
WORDS_MAX = 1 << 20
"""The same of texts, counted in each batch."""
Codes = npt.NDArray[np.int8]
_COMPARE: Mapping[type[exp.Expr], tuple[Callable[[Any, Any], Any], Callable[..., pa.BooleanArray]]] = {
    exp.EQ: (operator.eq, pc.equal),
    exp.NEQ: (operator.ne, pc.not_equal),
    exp.GT: (operator.gt, pc.greater),
    exp.GTE: (operator.ge, pc.greater_equal),
    exp.LT: (operator.lt, pc.less),
    exp.LTE: (operator.le, pc.less_equal),
}


def against(sign: type[exp.Expr], short: Short, value: int) -> pa.BooleanArray:
    """Numbers compared with one."""
    compare = _COMPARE[sign][0]
    distance = value - (short.lowest or 0)
    known = None if short.valid is None else short.valid.buffers()[1]
    if short.bits is not None and 0 <= distance <= 1:
        # The two values that there are have each an answer.
        low, high = (compare(one, distance) for one in (0, 1))
        true = _all(short.rows, low) if low == high else short.bits if high else ~short.bits
    elif 0 <= distance <= short.highest - (short.lowest or 0):
        # Many times quicker than Arrow's own.
        marks = short.each(lambda distances: compare(distances, distances.dtype.type(distance)))
        true = np.packbits(marks, bitorder="little")
    else:
        # All are on the same side of it.
        true = _all(short.rows, compare(0, distance))
    return pa.Array.from_buffers(pa.bool_(), short.rows, [known, pa.py_buffer(true)])


def _all(rows: int, is_true: bool) -> npt.NDArray[np.uint8]:
    return np.full(-(-rows // 8), 0xFF if is_true else 0, np.uint8)


def of_each_other(sign: type[exp.Expr], left: pa.Array, right: pa.Array) -> pa.BooleanArray:
    """Values compared with others, row by row."""
    return _COMPARE[sign][1](left, right)


@dataclass(frozen=True)
class Values:
    """All values that a column may have, and then unknown."""

    values: pa.Array
    low: int
    """The first, as numbers are held; of texts 0."""


def values_of(column: Sequence[Short], type_: pa.DataType) -> Values | None:
    """The values to ask for, instead of rows; None where they are too many."""
    known = [short for short in column if short.lowest is not None]
    if pa.types.is_string(type_):
        lists = [short.words for short in known if short.words is not None]
        if sum(map(len, lists)) > WORDS_MAX:
            return None
        words = pa.chunked_array(lists, pa.large_string()).unique()
        return Values(pa.concat_arrays([words, pa.nulls(1, words.type)]), 0)
    low = min((short.lowest or 0 for short in known), default=0)
    high = max((short.highest for short in known), default=0)
    if high - low >= VALUES_MAX:
        return None
    numbers = pa.array([*range(low, high + 1), None], pa.int64())
    return Values((numbers.cast(pa.int32()) if pa.types.is_date32(type_) else numbers).cast(type_), low)


def answers_for(short: Short, values: Values, answers: Codes) -> pa.BooleanArray:
    """The answers for a batch; `answers` are those for all `values`."""
    if short.words is None:
        return looked_up(short, answers, values.low)
    places = pc.index_in(short.words, value_set=values.values).to_numpy(zero_copy_only=False)
    return looked_up(short, answers[[*places, -1]])


def looked_up(short: Short, answers: Codes, low: int = 0) -> pa.BooleanArray:
    """For each row the answer for its number; answers begin with that for `low` and end with that for unknown."""
    if short.lowest is None:
        return booleans(np.full(short.rows, answers[-1]))
    own = pa.array(answers[short.lowest - low :])
    # Arrow takes places of any width as they are; numpy makes 64 bits of each first.
    found = short.each(lambda places: pc.take(own, pa.array(places), boundscheck=False).to_numpy())
    if short.valid is None:
        return booleans(found)
    if answers[-1] == UNKNOWN:
        return booleans(found, np.frombuffer(short.valid.buffers()[1], np.uint8, -(-short.rows // 8)))
    return booleans(np.where(short.valid, found, answers[-1]))


def codes(answers: pa.BooleanArray) -> Codes:
    """Answers as numbers."""
    known, true = answers.buffers()
    if known is None:
        return _bits(true, answers)
    # As bits while they can be: an eighth of the bytes.
    both = np.frombuffer(true, np.uint8), np.frombuffer(known, np.uint8)
    told = min(map(len, both))
    found = _bits(pa.py_buffer(both[0][:told] & both[1][:told]), answers)
    unknown = _bits(pa.py_buffer(~both[1][:told]), answers)
    unknown *= UNKNOWN
    found |= unknown
    return found


def _bits(buffer: pa.Buffer, answers: pa.BooleanArray) -> Codes:
    """A bit for each answer, as a number."""
    end = answers.offset + len(answers)
    bits = np.unpackbits(np.frombuffer(buffer, np.uint8), count=end, bitorder="little")
    found: Codes = bits[answers.offset :].view(np.int8)
    return found


def booleans(codes: Codes, known: npt.NDArray[np.uint8] | None = None) -> pa.BooleanArray:
    """The answers that `codes` made numbers of; of the rows whose bit in `known` is not set, unknown."""
    true, is_told = np.packbits(codes == 1, bitorder="little"), codes != UNKNOWN
    told: npt.NDArray[np.uint8] | None = None
    if known is not None or not is_told.all():
        told = np.packbits(is_told, bitorder="little")
        told = told if known is None else told & known
    return pa.Array.from_buffers(
        pa.bool_(), len(codes), [None if told is None else pa.py_buffer(told), pa.py_buffer(true)]
    )


def spelt_out(tree: exp.Expr) -> exp.Expr:
    """The same condition with ``in`` and ``between`` as comparisons, which are remembered each by itself."""
    return tree.transform(_spelt_out)


def _spelt_out(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.In) and node.expressions:
        either: list[exp.Expr] = [
            exp.Paren(this=exp.EQ(this=node.this.copy(), expression=e)) for e in node.expressions
        ]
        return exp.Paren(this=reduce(lambda one, other: exp.Or(this=one, expression=other), either))
    if isinstance(node, exp.Between):
        low, high = (node.args[side] for side in ("low", "high"))
        both = exp.GTE(this=node.this, expression=low), exp.LTE(this=node.this.copy(), expression=high)
        return exp.Paren(this=exp.And(this=exp.Paren(this=both[0]), expression=exp.Paren(this=both[1])))
    return node


def simple(
    tree: exp.Expr, type_: pa.DataType, constant: Callable[[exp.Expr], Any]
) -> tuple[type[exp.Expr], int] | None:
    """A sign and a number, where an expression is a column of numbers compared with one; None for anything else."""
    if isinstance(tree, exp.Column):
        return exp.EQ, 1
    if type(tree) not in _COMPARE:
        return None
    sign, left, right = type(tree), tree.this.unnest(), tree.expression.unnest()
    if isinstance(right, exp.Column):
        sign, left, right = _TURNED.get(sign, sign), right, left
    if not isinstance(left, exp.Column) or right.find(exp.Column):
        return None
    number = _number(type_, constant(right))
    return None if number is None else (sign, number)


def pair(tree: exp.Expr) -> tuple[type[exp.Expr], str, str] | None:
    """A sign and two names, where an expression compares two columns; None for anything else."""
    if type(tree) not in _COMPARE:
        return None
    left, right = tree.this.unnest(), tree.expression.unnest()
    if isinstance(left, exp.Column) and isinstance(right, exp.Column):
        return type(tree), left.name, right.name
    return None


_TURNED: Mapping[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LT,
    exp.GTE: exp.LTE,
    exp.LT: exp.GT,
    exp.LTE: exp.GTE,
}
_EPOCH = date(1970, 1, 1).toordinal()


def _number(type_: pa.DataType, value: Any) -> int | None:
    """A constant as a column of the type holds it; None where it has to be compared otherwise."""
    if isinstance(value, bool):
        return int(value) if pa.types.is_boolean(type_) else None
    if isinstance(value, date):
        return value.toordinal() - _EPOCH if pa.types.is_date32(type_) else None
    return value if isinstance(value, int) and pa.types.is_integer(type_) else None
