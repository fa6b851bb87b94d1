"""Rows of a segment for a study: pseudonyms, coarse values, and nobody who stands out by what neighbours know.

An export of rows is no table of counts: it needs a second person's word, which is the office's to
ask for. What leaves here is coarse (ages in bands of five years, regions, amounts of two digits),
each row is named by a key of this export alone, and rows whose combination of quasi-identifiers
fewer than `LEAST` share are left out (k-anonymity: Sweeney, k-anonymity: a model for protecting
privacy, 2002). Quasi-identifiers are ages, places, words such as the sex, and numbers of persons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from familycard.desk.counts import Condition, Counts
from familycard.desk.vocabulary import AREA, UNKNOWN, keyed_values, region_of
from familycard.errors import UsageError
from familycard.pack.types import RATIO_SCALE, Kind
from familycard.snapshot.export import DANGEROUS_START, header
from familycard.snapshot.names import SearchName
from familycard.snapshot.references import reference

LEAST = 5
"""Rows that share their quasi-identifiers, at least."""
COLUMNS_MAX, ROWS_MAX = 20, 100_000
AGE_BAND_YEARS = 5
DIGITS = 2
"""Of amounts and measures, so many digits that mean something."""
YEARS, PERSONS = "years", "persons"
"""What a name is measured in where it is an age, or a number of people in the family."""


@dataclass(frozen=True)
class ExportedRows:
    """The rows in the order of their references, and how many were left out because they stood out."""

    table: pa.Table
    left_out: int


def columns_for_export(counts: Counts) -> dict[str, SearchName]:
    """What may be a column: what may be counted by, but the district, and what programmes tell of restricted facts."""
    return {
        name: about
        for name, about in counts.names.items()
        if name != AREA and not (name.startswith("programme.") and about.sensitivity == "restricted")
    }


def export_rows(
    counts: Counts, conditions: Sequence[Condition], columns: Sequence[str], key: bytes
) -> ExportedRows:
    """The rows of a segment under an export's own key; UsageError where there are too few, too many or strangers."""
    about = _columns(counts, columns)
    for condition in conditions:
        if condition.name not in {AREA, *columns_for_export(counts)}:
            raise UsageError(f"Rows may not be chosen by `{condition.name}`: it tells of restricted facts.")
    counts.prepare([*(condition.name for condition in conditions), *columns])
    among = np.flatnonzero(counts.mask(counts.asked(conditions)))
    if len(among) > ROWS_MAX:
        raise UsageError(f"An export has at most {ROWS_MAX} rows; narrow the segment.")
    keyed = keyed_values(counts.snapshot, counts.level, [name.name for name in about]).take(pa.array(among))
    values = [_coarse(counts, name, keyed[name.name], among) for name in about]
    stays = _are_enough_alike(
        [value for name, value in zip(about, values, strict=True) if is_quasi_identifier(name)], len(among)
    )
    if stays.sum() < counts.rule.threshold:
        raise UsageError("So few rows are left that they would tell who they are; widen the segment.")
    heads = [header(counts.snapshot.pack, name) for name in about]
    rows = pa.table([keyed["_key"], *values], names=["_key", *heads]).filter(pa.array(stays))
    return ExportedRows(_named(counts, rows, key), int((~stays).sum()))


def is_quasi_identifier(name: SearchName) -> bool:
    """Whether neighbours may know it: a place, a word, an age, how many people there are."""
    return name.type.kind is Kind.TEXT or name.measured_in in (YEARS, PERSONS)


def _columns(counts: Counts, columns: Sequence[str]) -> list[SearchName]:
    known = columns_for_export(counts)
    chosen = list(dict.fromkeys(columns))
    if not 1 <= len(chosen) <= COLUMNS_MAX:
        raise UsageError(f"An export has 1 to {COLUMNS_MAX} columns; choose fewer.")
    strangers = [name for name in chosen if name not in known]
    if strangers:
        raise UsageError(f"`{strangers[0]}` is no column that can be exported.")
    return [known[name] for name in chosen]


def _coarse(
    counts: Counts, name: SearchName, values: pa.ChunkedArray, among: npt.NDArray[np.int64]
) -> pa.Array:
    """A column as text, as coarse as it leaves."""
    if name.type.kind is Kind.TEXT:
        return _words(counts, name, among)
    if name.type.kind is Kind.BOOLEAN:
        return pc.cast(values, pa.string()).combine_chunks()
    numbers, known = values.cast(pa.int64()).fill_null(0).to_numpy(), values.is_valid().to_numpy()
    if name.measured_in == YEARS:
        lowest = numbers // AGE_BAND_YEARS * AGE_BAND_YEARS
        return _texts([f"{n}-{n + AGE_BAND_YEARS - 1}" for n in lowest], known)
    if name.type.kind is Kind.INTEGER:
        return _texts([str(n) for n in numbers], known)
    digits = {Kind.MONEY: counts.snapshot.pack.minor_digits, Kind.RATIO: RATIO_SCALE}.get(
        name.type.kind, name.type.scale
    )
    return _texts([_scaled(int(n), digits) for n in _rounded(numbers)], known)


def _words(counts: Counts, name: SearchName, among: npt.NDArray[np.int64]) -> pa.Array:
    """Words that many have or that the pack lists, of a district its region; a rare one is `_other`."""
    words, areas = counts.vocabulary(name.name), counts.snapshot.pack.areas
    ids = [region_of(areas, step.id) if step.id in areas else step.id for step in words.steps]
    titles = pa.array([None if id_ == UNKNOWN else id_ for id_ in ids], pa.string())
    found = titles.take(pa.array(words.codes[among].astype(np.int64)))
    is_formula = pc.fill_null(pc.match_substring_regex(found, DANGEROUS_START), False)
    return pc.if_else(is_formula, pc.binary_join_element_wise("'", found, ""), found)


def _rounded(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """To the first digits that mean something."""
    size = np.floor(np.log10(np.maximum(np.abs(numbers), 1))).astype(np.int64) + 1
    unit = np.power(10, np.maximum(size - DIGITS, 0), dtype=np.int64)
    rounded: npt.NDArray[np.int64] = (numbers + unit // 2) // unit * unit
    return rounded


def _scaled(value: int, digits: int) -> str:
    """A stored value in whole units, in digits and a point.

    >>> _scaled(120_050, 2), _scaled(-5, 2), _scaled(7, 0)
    ('1200.50', '-0.05', '7')
    """
    text = f"{abs(value):0{digits + 1}d}"
    whole = f"{text[:-digits]}.{text[-digits:]}" if digits else text
    return f"-{whole}" if value < 0 else whole


def _texts(texts: Sequence[str], known: npt.NDArray[np.bool_]) -> pa.Array:
    return pa.array(texts, pa.string(), mask=~known)


def _are_enough_alike(quasi: Sequence[pa.Array], rows: int) -> npt.NDArray[np.bool_]:
    """For each row whether at least `LEAST` share its combination."""
    groups = np.zeros(rows, np.int64)
    for values in quasi:
        codes = (
            values.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        )
        _, groups = np.unique(groups * (codes.max(initial=0) + 2) + codes + 1, return_inverse=True)
    return np.bincount(groups, minlength=1)[groups] >= LEAST


def _named(counts: Counts, rows: pa.Table, key: bytes) -> pa.Table:
    """Rows by the references of this export's key instead of the core's numbers."""
    names = [reference(key, counts.level, person) for person in rows["_key"].to_pylist()]
    return rows.set_column(0, "reference", pa.array(names, pa.string())).sort_by("reference")
