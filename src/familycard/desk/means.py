"""Means of an indicator, under disclosure control: of everybody who meets some conditions, or by area.

A mean is hidden where its count is, where the question was loosened, and where one subject
dominates the sum (the p% rule). To the sum is added noise in proportion to its largest value, so
that nobody's value, not even the largest, can be told from two means; three digits are shown.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from familycard.desk.counts import Cell, Counts
from familycard.desk.disclosure import significant
from familycard.desk.question import Asked, Settled
from familycard.desk.vocabulary import values_of
from familycard.errors import UsageError
from familycard.pack.types import Kind

NUMBERS = (Kind.INTEGER, Kind.NUMBER, Kind.MONEY, Kind.RATIO)


def means(counts: Counts, asked: Sequence[Asked], name: str, by: str | None = None) -> dict[str, int | None]:
    """The mean of a name's known values by each step of another (or of all, under ""), scaled as stored.

    None where it is hidden; UsageError for what is no number.
    """
    if counts.about(name).type.kind not in NUMBERS:
        raise UsageError(f"`{name}` is no number: it has no mean.")
    known = [one for one in asked if one.name != name] + [
        next((one for one in asked if one.name == name), counts.known(name))
    ]
    known.sort(key=lambda one: one.name)
    settled = counts.settled(known, [by] if by else [])
    sums = _sums(counts, tuple(known), name, by)
    return {
        step: _mean(counts, counts.cell(one), one, sums.get(place, (0, 0, 0)), name)
        for place, ((step, *_), one) in enumerate(((*steps, ""), one) for steps, one in settled.items())
    }


def _sums(
    counts: Counts, asked: tuple[Asked, ...], name: str, by: str | None
) -> dict[int, tuple[int, int, int]]:
    """By place of a step: the sum, the largest and the second largest value, signs left out of these."""
    among = counts.mask(asked)
    values = values_of(counts.snapshot, counts.level, [name])[name]
    steps = counts.vocabulary(by).codes[among] if by else np.zeros(int(among.sum()), np.uint8)
    rows = pa.table({"step": steps, "v": values.filter(pa.array(among))})
    with counts.snapshot.engine.connection.cursor() as cursor:
        cursor.register("_valued", rows)
        found = cursor.execute(
            "select step, sum(v), max(abs(v), 2) from _valued where v is not null group by step"
        ).fetchall()
    return {int(step): (int(total), *_two(largest)) for step, total, largest in found}


def _two(largest: list[int]) -> tuple[int, int]:
    one, other = [*largest, 0, 0][:2]
    return int(one), int(other)


def _mean(counts: Counts, cell: Cell, settled: Settled, sums: tuple[int, int, int], name: str) -> int | None:
    total, largest, second = sums
    if cell.shown is None or settled.added or counts.rule.is_dominated(abs(total), largest, second):
        return None
    noise = counts.rule.share_of_largest(f"{counts.question(settled)}|{name}") * largest
    return significant((total + noise) / settled.count)
