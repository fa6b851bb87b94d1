"""Explanations of one snapshot: rows from its row files, expressions compiled and planned once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pyarrow as pa

from familycard.engine.prepared import Prepared
from familycard.errors import SnapshotError
from familycard.indicators.tables import subject_key
from familycard.pack.model import Programme
from familycard.programmes.evaluate import OfKind, subjects_of
from familycard.programmes.explain import Explainer, ProgrammeResult
from familycard.programmes.resting import names_of_answer
from familycard.scoring.explain import ScoreExplainer, ScoreResult
from familycard.snapshot.linked import LinkedAbout
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.reach import names_of_scorecard
from familycard.snapshot.rows import LINKED, of_scores, unit_column

Row = dict[str, Any]
Found = tuple[Row, Sequence[Any], LinkedAbout]
"""A subject's row, the values of its expressions, and what of it rests on linked rows."""


@dataclass(frozen=True)
class _Compiled:
    """A subject's programmes, and their expressions ready to be asked."""

    explainer: Explainer
    values: Prepared


class Explanations:
    """Why the programmes and the scorecard of a snapshot say what they say; for any number of threads."""

    def __init__(self, snapshot: OpenSnapshot) -> None:
        self._snapshot = snapshot
        self._rows = snapshot.rows

    def compile(self) -> None:
        """Compile and plan everything now, instead of at the first question."""
        _ = self._compiled, self._score

    @cached_property
    def _compiled(self) -> dict[str, _Compiled]:
        """By subject."""
        pack, as_of = self._snapshot.pack, self._snapshot.catalogue.as_of
        has_doubts = LINKED in self._rows
        explainers = [Explainer(pack, subject, as_of, has_doubts=has_doubts) for subject in subjects_of(pack)]
        return {
            one.subject: _Compiled(
                one, Prepared(one.expressions, self._types(one.subject, one.columns, one.of_units))
            )
            for one in explainers
        }

    def of(self, asked: Sequence[tuple[Programme, int]]) -> list[ProgrammeResult]:
        """What programmes say of subjects by their keys, in that order; SnapshotError for an unknown key."""
        keys: dict[str, set[int]] = {}
        for programme, key in asked:
            keys.setdefault(programme.unit, set()).add(int(key))
        found: dict[tuple[str, int], Found] = {}
        for subject, these in keys.items():
            compiled = self._compiled[subject]
            rows = self._subject_rows(compiled.explainer, these)
            for row, values in zip(rows, compiled.values(rows), strict=True):
                about = LinkedAbout(self._snapshot, subject, row)
                found[subject, row[subject_key(subject)]] = row, values, about
        return [self._result(programme, found.get((programme.unit, int(key)))) for programme, key in asked]

    def _result(self, programme: Programme, found: Found | None) -> ProgrammeResult:
        if found is None:
            raise SnapshotError(f"There is no {programme.unit} of that key in this snapshot.")
        row, values, linked = found
        result = self._compiled[programme.unit].explainer.explain(row, values, programme.id)
        return replace(result, links=linked.of(names_of_answer(programme)))

    def _subject_rows(self, explainer: Explainer, keys: Iterable[int]) -> list[Row]:
        """Rows with all that conditions may name: a subject's own values and, for persons, their units'."""
        rows = self._rows[explainer.subject].find(keys)
        for of_kind in explainer.of_units:
            column = unit_column(of_kind.kind)
            wanted = {row[column] for row in rows} - {None}
            units = {unit["unit"]: unit for unit in self._rows[of_kind.kind].find(wanted)}
            for row in rows:
                unit = units.get(row[column], {})
                row |= {name: unit.get(source) for name, source in of_kind.sources}
        return rows

    def _types(
        self, subject: str, columns: Iterable[str], of_units: Iterable[OfKind]
    ) -> dict[str, pa.DataType]:
        """The types of columns of a subject's rows."""
        types = {field.name: field.type for field in self._rows[subject].schema}
        for of_kind in of_units:
            schema = self._rows[of_kind.kind].schema
            types |= {name: schema.field(source).type for name, source in of_kind.sources}
        return {name: types[name] for name in sorted(columns)}

    @cached_property
    def _score(self) -> tuple[ScoreExplainer, Prepared] | None:
        pack = self._snapshot.pack
        card = pack.scorecards.get(pack.card_scorecard or "")
        if card is None:
            return None
        explainer = ScoreExplainer(pack, card, self._snapshot.catalogue.as_of)
        return explainer, Prepared(explainer.expressions, self._types(card.unit, explainer.columns, ()))

    def score(self, unit: Mapping[str, Any]) -> ScoreResult | None:
        """The score of a unit by its values, on the card's scorecard; None where the pack has none."""
        if self._score is None:
            return None
        explainer, values = self._score
        points = self._rows[of_scores(explainer.card.id)].find([unit["unit"]])
        if not points:
            raise SnapshotError(f"There is no score `{explainer.card.id}` of that unit in this snapshot.")
        result = explainer.explain(unit, points[0], values([unit])[0])
        names = names_of_scorecard(explainer.card)
        return replace(result, links=LinkedAbout(self._snapshot, explainer.card.unit, unit).of(names))
