"""Numbers of made-up people: valid by checksum, impossible in life.

The seventh digit of a real Kazakhstan number (IIN) is 0 to 6; ours is 7 or 8, so no number
made here can belong to anyone (``domain/identifiers.md`` 5.1, decree 11.06.2003 No 565).
Serials are cut into ranges by block, so blocks never meet.
"""

from __future__ import annotations

import numpy as np

from familycard.errors import UsageError
from familycard.synthetic.tables import Bools, Days, Ints

_SERIALS = 10_000
_FIRST_WEIGHTS = np.arange(1, 12)
_SECOND_WEIGHTS = np.array([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2])


def control_digit(eleven_digits: Ints) -> Ints:
    """The twelfth digit of each eleven-digit number; 10 where none is valid.

    >>> control_digit(np.array([85010130000, 90010130081, 90010130080])).tolist()
    [5, 1, 10]
    """
    digits = eleven_digits[:, None] // 10 ** np.arange(10, -1, -1) % 10
    first = digits @ _FIRST_WEIGHTS % 11
    return np.where(first < 10, first, digits @ _SECOND_WEIGHTS % 11)


def made_up_numbers(born: Days, is_female: Bools, digits: tuple[int, int], block: int, blocks: int) -> Ints:
    """One number a person, unique over all blocks; `digits` are the impossible ones of men and women.

    Two serials are kept for each person of a birth date: they differ only in the eleventh
    digit, whose first weight is 11, so at least one of the two has a valid control digit.
    """
    dates = born.astype("datetime64[D]")
    year = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    month = dates.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (dates - dates.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    prefix = ((year % 100) * 10_000 + month * 100 + day) * 10 + np.where(is_female, digits[1], digits[0])
    rank = rank_within(prefix)
    width = _SERIALS // blocks
    if rank.size and 2 * int(rank.max()) + 1 >= width:
        raise UsageError("too many people for the numbers set aside; make fewer blocks or fewer people")
    stem = prefix * _SERIALS + block * width + 2 * rank
    control = control_digit(stem)
    stem = np.where(control == 10, stem + 1, stem)
    number: Ints = stem * 10 + control_digit(stem)
    return number


def rank_within(group: Ints) -> Ints:
    """0, 1, 2, … within each equal value, in the order of the rows."""
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if group.size else np.empty(0, np.int64)
    rank = np.empty(group.size, np.int64)
    rank[order] = np.arange(group.size) - np.repeat(starts, np.diff(np.r_[starts, group.size]))
    return rank
