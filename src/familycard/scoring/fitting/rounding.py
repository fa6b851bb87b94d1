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

    def __init__(
        self, pack: Pack, fit: Fit, bins: Sequence[Bins], codes: Mapping[str, Floats], weight: Floats
    ):
        self.pack, self.fit, self.weight, self.codes = pack, fit, weight, codes
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
        known = grid[:-1, :-1]
        rows = [i for i in range(len(known) - 1) if (known[i] != known[i + 1]).any()]
        columns = [i for i in range(known.shape[1] - 1) if (known[:, i] != known[:, i + 1]).any()]
        cells = known[np.ix_([*rows, len(known) - 1], [*columns, known.shape[1] - 1])]
        limits = [
            [self._limit(self.bins[name], i) for i in kept]
            for name, kept in zip(pair, (rows, columns), strict=True)
        ]
        labels = [self._label(name) for name in pair]
        return Term(
            id="_with_".join(pair),
            label={code: f"{labels[0][code]} × {labels[1][code]}" for code in self.pack.languages},
            why=self.fit.why,
            table=pair,
            rows=tuple(limits[0]),
            columns=tuple(limits[1]),
            grid=tuple(tuple(int(cell) for cell in row) for row in cells),
            missing=self._missing_of_pair(pair, grid),
        )

    def _missing_of_pair(self, pair: tuple[str, str], grid: Ints) -> int | None:
        """One number for all cells where one of the two is unknown: their mean by weight."""
        if not any(self._is_often_unknown(name) for name in pair):
            return None
        codes = [self.codes[name] for name in pair]
        unknown = np.isnan(codes[0]) | np.isnan(codes[1])
        places = [
            np.where(np.isnan(code), size - 1, code)[unknown].astype(np.int64)
            for code, size in zip(codes, grid.shape, strict=True)
        ]
        return round(float(np.average(grid[places[0], places[1]], weights=self.weight[unknown])))

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
