"""How far indicators and a score have moved between two days: the population stability index.

Index = Σ (after − before) · ln(after ÷ before) over bins, a symmetrised Kullback-Leibler divergence
(Jeffreys). The unknown is a bin too: a register that stops answering is drift. By the custom of
credit scoring 0.1 asks for a look and 0.25 for a new fit; the limits are no law.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from familycard.pack.model import Pack
from familycard.scoring.fitting.cuts import Bins, bins_of
from familycard.scoring.fitting.survey import Floats

LEAST_SHARE = 1e-4
"""An empty bin counts as this: the logarithm of nothing has no end."""
LOOK, REFIT = 0.1, 0.25


def stability_index(before: Floats, after: Floats) -> float:
    """The index of two counts by bin.

    >>> stability_index(np.array([50.0, 50.0]), np.array([5.0, 5.0]))
    0.0
    >>> round(stability_index(np.array([50.0, 50.0]), np.array([80.0, 20.0])), 4)
    0.4159
    """
    a, b = (np.maximum(counts / counts.sum(), LEAST_SHARE) for counts in (before, after))
    return float(np.sum((b - a) * np.log(b / a)))


def verdict(index: float) -> str:
    """What an index asks for."""
    return "fit anew" if index >= REFIT else "look" if index >= LOOK else "steady"


def drift_of(pack: Pack, names: Sequence[str], before: pa.Table, after: pa.Table) -> list[dict[str, Any]]:
    """The index of each indicator, the furthest first; bins are those of the day before."""
    rows = []
    for name in names:
        bins = bins_of(pack, name, before[name], np.ones(len(before)))
        rows.append(_row(name, _counts(bins, before[name]), _counts(bins, after[name])))
    return sorted(rows, key=lambda row: (-row["index"], row["name"]))


def drift_of_score(before: Floats, after: Floats) -> dict[str, Any]:
    """The index of a score by the tenths of the day before; NaN where a score is open."""
    bounds = np.unique(np.nanquantile(before, np.arange(1, 10) / 10))
    sides = [
        np.bincount(
            np.where(np.isnan(side), len(bounds) + 1, np.searchsorted(bounds, side, side="right")),
            minlength=len(bounds) + 2,
        )
        for side in (before, after)
    ]
    return _row("score", *(side.astype(np.float64) for side in sides))


def _counts(bins: Bins, column: pa.ChunkedArray) -> Floats:
    codes = bins.codes(column)
    places = np.where(np.isnan(codes), bins.count, codes).astype(np.int64)
    return np.bincount(places, minlength=bins.count + 1).astype(np.float64)


def _row(name: str, before: Floats, after: Floats) -> dict[str, Any]:
    index = stability_index(before, after)
    return {"name": name, "index": round(index, 5), "verdict": verdict(index)}
