"""Months of the made-up year: twelve columns, month 0 is January."""

from __future__ import annotations

import numpy as np

from familycard.synthetic.tables import NEVER, Bools, Days, Ints

MONTHS = 12


def month_index(day: Days, first_year: int) -> Ints:
    """Months from January of `first_year` to each day (negative before it, far away for NEVER)."""
    known = np.where(day == NEVER, 0, day)
    index = known.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) - 12 * (first_year - 1970)
    return np.where(day == NEVER, 10_000, index)


def between(start: Ints, end: Ints) -> Bools:
    """Persons × months: true from the start month on and before the end month."""
    month = np.arange(MONTHS)
    return (month >= start[:, None]) & (month < end[:, None])
