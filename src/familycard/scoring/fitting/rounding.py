"""From functions to whole points: the terms of a scorecard that anyone can add up.

Points are the functions times the points of a step, rounded half to even; neighbouring bins of
equal points are one bin. An indicator that experts limit stands in no pair, so its limit is whole.
A bin of the unknown is written only where enough rows of the survey had it: otherwise a score
with something unknown stays a range, as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from familycard.pack.fit import Candidate, Fit
from familycard.pack.model import Bin, Label, Pack, Term
from familycard.pack.types import Kind
from familycard.scoring.fitting.additive import Additive
from familycard.scoring.fitting.cuts import Bins
from familycard.scoring.fitting.survey import LEAST_ROWS_OF_A_BIN, Floats, Ints

MEMBERS: Label = {"en": "Members", "es": "Personas", "ru": "Члены семьи", "kk": "Отбасы мүшелері"}


class Rounding:
    """Writes terms for one fit; `factor` is the points of one unit of the functions."""

    def __init__(self, pack: Pack, fit: Fit, bins: Sequence[Bins], codes: Mapping[str, Floats]):
        self.pack, self.fit, self.codes = pack, fit, codes
        self.bins = {one.indicator: one for one in bins}
        self.candidates: dict[str, Candidate] = {one.indicator: one for one in fit.candidates}

    def terms(self, model: Additive, factor: float) -> tuple[Term, ...]:
        """The lines of the scorecard, in the order of the recipe, pairs last; lines of nothing are left out."""
        mains = [
            self._main(name, _whole(model.mains[name] * factor))
            for name in self.candidates
            if name in model.mains
        ]
        pairs = [self._pair(pair, _whole(grid * factor)) for pair, grid in model.pairs.items()]
        return tuple(term for term in (*mains, *pairs) if any(term.all_points))

    def _main(self, name: str, points: Ints) -> Term:
        bins = self.bins[name]
        term = Term(
            id=name,
            label=self._label(name),
            why=self.fit.why,
            missing=int(points[-1]) if self._is_often_unknown(name) else None,
            override=self.candidates[name].override,
        )
        if bins.type.kind == Kind.BOOLEAN:
            both = {"false": int(points[0]), "true": int(points[1])}
            return replace(term, values=name, value_points=both)
        if bins.is_listed:
            listed = {value: int(p) for value, p in zip(bins.values, points, strict=False)}
            return replace(term, values=name, value_points=listed, otherwise=int(points[len(bins.values)]))
        kept = [i for i in range(len(bins.cuts)) if points[i] != points[i + 1]]
        limits = [Bin(self._text(bins, bins.cuts[i]), int(points[i])) for i in kept]
        return replace(term, bins=name, bin_points=(*limits, Bin(None, int(points[len(bins.cuts)]))))

    def _pair(self, pair: tuple[str, str], grid: Ints) -> Term:
        """A grid, with a line for the unknown of each indicator that is unknown often enough."""
        unknown = [self._is_often_unknown(name) for name in pair]
        seen = grid[: None if unknown[0] else -1, : None if unknown[1] else -1]
        sizes = [size - 1 for size in grid.shape]
        rows = [i for i in range(sizes[0] - 1) if (seen[i] != seen[i + 1]).any()]
        columns = [i for i in range(sizes[1] - 1) if (seen[:, i] != seen[:, i + 1]).any()]
        at = [*rows, sizes[0] - 1], [*columns, sizes[1] - 1]
        labels = [self._label(name) for name in pair]
        return Term(
            id="_with_".join(pair),
            label={code: f"{labels[0][code]} × {labels[1][code]}" for code in self.pack.languages},
            why=self.fit.why,
            table=pair,
            rows=tuple(self._limit(self.bins[pair[0]], i) for i in rows),
            columns=tuple(self._limit(self.bins[pair[1]], i) for i in columns),
            grid=tuple(tuple(map(int, row)) for row in grid[np.ix_(*at)]),
            missing=int(grid[-1, -1]) if all(unknown) else None,
            missing_row=tuple(map(int, grid[-1, at[1]])) if unknown[0] else (),
            missing_column=tuple(map(int, grid[at[0], -1])) if unknown[1] else (),
        )

    def _is_often_unknown(self, name: str) -> bool:
        return int(np.isnan(self.codes[name]).sum()) >= LEAST_ROWS_OF_A_BIN

    def _label(self, name: str) -> Label:
        if name in self.pack.indicators:
            return self.pack.indicators[name].label
        return {code: MEMBERS.get(code, MEMBERS["en"]) for code in self.pack.languages}

    def _limit(self, bins: Bins, place: int) -> str:
        return bins.values[place] if bins.is_listed else self._text(bins, bins.cuts[place])

    def _text(self, bins: Bins, cut: int) -> str:
        """A cut-off as the pack writes it."""
        is_money = bins.type.kind == Kind.MONEY
        digits = self.pack.minor_digits if is_money else bins.type.scale
        number = Decimal(cut).scaleb(-digits)
        text = f"{number:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        return f"{text} {self.pack.currency}" if is_money else text


def _whole(points: Floats) -> Ints:
    return np.rint(points).astype(np.int64)
