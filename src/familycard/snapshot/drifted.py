"""Drift between two snapshots: of each indicator that a fit may use, and of the score itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from familycard.errors import SnapshotError
from familycard.indicators.tables import scores, unit_values
from familycard.pack.fit import Fit
from familycard.pack.model import Pack
from familycard.scoring.validation.drift import drift_of, drift_of_score
from familycard.snapshot.open import OpenSnapshot, open_snapshot


def drift(pack: Pack, fit: Fit, before: Path, after: Path) -> dict[str, Any]:
    """The stability index of each indicator and of the score, from one snapshot to the other."""
    a, b = open_snapshot(before), open_snapshot(after)
    tables = [_values(opened, fit) for opened in (a, b)]
    rows = drift_of(pack, fit.indicators, *tables)
    if all(fit.id in opened.pack.scorecards for opened in (a, b)):
        rows.insert(0, drift_of_score(*(_scores(opened, fit) for opened in (a, b))))
    return {"before": a.path.name, "after": b.path.name, "rows": rows}


def _values(opened: OpenSnapshot, fit: Fit) -> pa.Table:
    table = opened.engine.arrow(f"select * from {unit_values(fit.unit)} order by unit")
    missing = [name for name in fit.indicators if name not in table.column_names]
    if missing:
        raise SnapshotError(
            f"{opened.path.name} has no {missing[0]} for the kind {fit.unit}: build it with the pack that holds "
            f"fits/{fit.id}.yaml."
        )
    if not len(table):
        raise SnapshotError(f"{opened.path.name} has no {fit.unit}; there is nothing to compare.")
    return table


def _scores(opened: OpenSnapshot, fit: Fit) -> Any:
    table = opened.engine.arrow(f"select score from {scores(fit.id)} order by unit")
    return table["score"].cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
