"""A survey as numbers: the indicators of each row, what was measured of it, and whom it stands for.

Nothing is guessed: a row without a weight or without what was measured refuses the survey, and
says which row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from familycard.errors import SurveyError
from familycard.pack.fit import Fit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
UNIT = "unit"
"""The number of a row within the survey."""
LEAST_ROWS = 300
"""Fewer rows tell more of chance than of families."""
LEAST_ROWS_OF_A_BIN = 50


@dataclass(frozen=True)
class Survey:
    """Rows with what is known of them; values are stored as in a build (scaled integers, booleans, text)."""

    rows: pa.Table
    target: Floats
    """Whole units of currency, or the place in the order of labels."""
    weight: Floats
    cluster: Ints
    origin: str
    as_of: date

    def __len__(self) -> int:
        return len(self.target)

    def of(self, keep: npt.NDArray[np.bool_]) -> Survey:
        """The survey of some of its rows."""
        return Survey(
            self.rows.filter(pa.array(keep)),
            self.target[keep],
            self.weight[keep],
            self.cluster[keep],
            self.origin,
            self.as_of,
        )


def checked_survey(table: pa.Table, fit: Fit, origin: str, as_of: date) -> Survey:
    """The survey of a table whose columns have their names; SurveyError where it cannot be fitted to."""
    named = [fit.target.column, fit.weight, *([fit.persons] if fit.persons else []), *fit.cluster]
    _must_have(table, [*named, *fit.indicators], fit, origin)
    if len(table) < LEAST_ROWS:
        raise SurveyError(
            f"{origin} has {len(table)} rows; a scorecard is fitted to {LEAST_ROWS} or more. "
            f"Add rows, or write the points by hand as experts do."
        )
    weight = _weight(table, fit.weight, origin)
    if fit.persons:
        weight = weight * _weight(table, fit.persons, origin)
    target = _target(table, fit, origin)
    for name in fit.indicators:
        if table[name].null_count == len(table):
            raise SurveyError(f"{origin}: `{name}` is unknown in every row; take it out of {_file(fit)}.")
    numbers = pa.array(np.arange(len(table), dtype=np.int64))
    rows = table.drop_columns([UNIT]) if UNIT in table.column_names else table
    return Survey(rows.append_column(UNIT, numbers), target, weight, _cluster(table, fit), origin, as_of)


def _file(fit: Fit) -> str:
    return f"fits/{fit.id}.yaml"


def _must_have(table: pa.Table, names: Sequence[str], fit: Fit, origin: str) -> None:
    missing = [name for name in dict.fromkeys(names) if name not in table.column_names]
    if not missing:
        return
    if fit.weight in missing:
        raise SurveyError(
            f"{origin} has no column `{fit.weight}`, the weight by {_file(fit)}: whom each row stands for. "
            f"Add it (1 in every row only if everybody was asked), or name another column there."
        )
    raise SurveyError(
        f"{origin} has no column {', '.join(f'`{name}`' for name in missing)}, which {_file(fit)} names. "
        f"Add it to the survey, take it out of that file, or say by --snapshot where such indicators are known."
    )


def _numbers(table: pa.Table, name: str, origin: str) -> Floats:
    try:
        return np.asarray(table[name].cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    except pa.ArrowInvalid as error:
        raise SurveyError(f"{origin}: column `{name}` holds something that is no number; mend it.") from error


def _weight(table: pa.Table, name: str, origin: str) -> Floats:
    weight = _numbers(table, name, origin)
    bad = np.flatnonzero(~np.isfinite(weight) | (weight <= 0))
    if len(bad):
        raise SurveyError(
            f"{origin}: `{name}` is blank, zero or less in {len(bad)} of {len(weight)} rows, first in row "
            f"{bad[0] + 1}. Give each row whom it stands for, or leave the row out."
        )
    return weight


def _target(table: pa.Table, fit: Fit, origin: str) -> Floats:
    name = fit.target.column
    blank = table[name].is_null().to_numpy(zero_copy_only=False)
    if not fit.target.is_amount:
        texts = table[name].cast(pa.string()).to_pylist()
        places = {text: place for place, text in enumerate(fit.target.order)}
        strange = sorted({text for text in texts if text is not None and text not in places})
        if strange:
            raise SurveyError(
                f"{origin}: `{name}` has `{strange[0]}`, which is not in the order that {_file(fit)} gives: "
                f"{', '.join(fit.target.order)}. Add it there in its place, or mend the row."
            )
        target = np.array([places.get(text or "", np.nan) for text in texts], dtype=np.float64)
    else:
        target = _numbers(table, name, origin)
    bad = np.flatnonzero(blank | ~np.isfinite(target))
    if len(bad):
        raise SurveyError(
            f"{origin}: `{name}`, what was measured, is blank in {len(bad)} of {len(target)} rows, first in row "
            f"{bad[0] + 1}. Leave out rows that were not measured; nothing is filled in."
        )
    if len(np.unique(target)) < 2:
        raise SurveyError(f"{origin}: `{name}` is the same in every row; there is nothing to tell apart.")
    return target


def _cluster(table: pa.Table, fit: Fit) -> Ints:
    """A number for the rows that are equal in all of the cluster's columns; each row its own without."""
    if not fit.cluster:
        return np.arange(len(table), dtype=np.int64)
    keys = list(zip(*(table[name].to_pylist() for name in fit.cluster), strict=True))
    numbers = {key: number for number, key in enumerate(sorted(set(keys), key=repr))}
    return np.array([numbers[key] for key in keys], dtype=np.int64)
