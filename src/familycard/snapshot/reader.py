"""The reader: a family's card, and why it says what it says.

Everything that shows a family reads snapshots through this class; nothing else writes SQL
against them for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from familycard.errors import SnapshotError
from familycard.indicators.tables import FAULTS, entitlements, members, subject_key, unit_values
from familycard.pack.model import Pack, Programme
from familycard.pack.scopes import is_of_units
from familycard.programmes.evaluate import programmes_of, subjects_of
from familycard.programmes.explain import ProgrammeResult, explain
from familycard.programmes.unused import UNUSED
from familycard.scoring.explain import ScoreResult, explain_score
from familycard.snapshot.facts import Fact, fact
from familycard.snapshot.memberships import Member, members_of
from familycard.snapshot.open import OpenSnapshot, open_snapshot


@dataclass(frozen=True)
class Right:
    """What one programme says of one subject of the family."""

    programme: Programme
    key: int
    person: int | None
    status: str
    amount_minor: int | None
    received: bool | None

    @property
    def is_unused(self) -> bool:
        """Whether the right is there and known not to be used."""
        return self.status == "eligible" and self.received is False


@dataclass(frozen=True)
class Card:
    """One family: who counts and why, its category, its facts, its rights."""

    unit: int
    as_of: date
    snapshot: str
    members: tuple[Member, ...]
    composition_known: bool
    score: ScoreResult | None
    facts: tuple[Fact, ...]
    rights: tuple[Right, ...]
    unused_monthly_minor: int
    unused_one_off_minor: int
    unused_count: int
    unused_services: int
    faults: tuple[Mapping[str, Any], ...]


class Reader:
    """A snapshot, open for reading cards."""

    def __init__(self, snapshot: OpenSnapshot) -> None:
        self.snapshot = snapshot
        self.engine = snapshot.engine

    @classmethod
    def open(cls, path: Path) -> Reader:
        """Open a snapshot folder or the link `current`."""
        return cls(open_snapshot(path))

    @property
    def pack(self) -> Pack:
        """The pack that the snapshot was built with."""
        return self.snapshot.pack

    @cached_property
    def as_of(self) -> date:
        """The date that the snapshot speaks of."""
        return self.snapshot.catalogue.as_of

    def person_of(self, identifier: str) -> int:
        """The person who has an identifier of any kind; SnapshotError where nobody has."""
        found = self.snapshot.engine.connection.execute(
            "select distinct person from serve.identifiers where value = $1", [identifier.strip()]
        ).fetchall()
        if len(found) != 1:
            raise SnapshotError("Nobody in this snapshot has that identifier; check it digit by digit.")
        return int(found[0][0])

    def unit_of(self, person: int, kind: str | None = None) -> int:
        """The person's unit of a kind (the card's, if not said); SnapshotError where there is none."""
        kind = kind or self.pack.card_unit
        found = self.engine.rows(f"select unit from {members(kind)} where person = {int(person)}")
        if not found:
            raise SnapshotError(
                f"That person belongs to no {kind} on {self.as_of}: not resident, or not covered."
            )
        return int(found[0][0])

    def card(self, unit: int) -> Card:
        """The card of a family (a unit of the card's kind)."""
        kind = self.pack.card_unit
        row = self._row(unit_values(kind), "unit", unit)
        people = self.members(unit)
        unused = self.engine.arrow(f"select * from {UNUSED} where unit = {int(unit)}").to_pylist()
        rights = unused[0] if unused else {}
        return Card(
            unit=unit,
            as_of=self.as_of,
            snapshot=self.snapshot.path.name,
            members=people,
            composition_known=row["composition_known"],
            score=self.score(unit),
            facts=self.facts(row),
            rights=tuple(self.rights([m.person for m in people])),
            unused_monthly_minor=rights.get("unused_monthly") or 0,
            unused_one_off_minor=rights.get("unused_one_off") or 0,
            unused_count=rights.get("unused_count") or 0,
            unused_services=rights.get("unused_services") or 0,
            faults=tuple(self._faults([m.person for m in people])),
        )

    def members(self, unit: int, kind: str | None = None) -> tuple[Member, ...]:
        """The members of a unit, head first, then by age."""
        return members_of(self.engine, self.pack, kind or self.pack.card_unit, unit)

    def facts(self, row: Mapping[str, Any]) -> tuple[Fact, ...]:
        """The facts of the card, in the pack's order."""
        shown = (i for i in self.pack.indicators.values() if i.card and is_of_units(i) and i.id in row)
        return tuple(fact(self.snapshot.catalogue, i.id, row[i.id]) for i in shown)

    def fact_of(self, name: str, value: Any) -> Fact:
        """A value with its label, type and origin."""
        return fact(self.snapshot.catalogue, name, value)

    def score(self, unit: int) -> ScoreResult | None:
        """The score of a family on the card's scorecard; None where the pack has none."""
        card = self.pack.scorecards.get(self.pack.card_scorecard or "")
        return explain_score(self.engine, self.pack, card, unit, self.as_of) if card else None

    def rights(self, people: Iterable[int]) -> list[Right]:
        """What every programme says of these persons and of the units that they head or belong to."""
        listed = ", ".join(str(int(person)) for person in people)
        rights: list[Right] = []
        for subject in subjects_of(self.pack):
            key = subject_key(subject)
            keys = listed
            if key == "unit":
                keys = f"select unit from {members(subject)} where person in ({listed})"
            query = f"select * from {entitlements(subject)} where {key} in ({keys}) order by {key}"
            for row in self.engine.arrow(query).to_pylist():
                person = row["person"] if key == "person" else None
                rights += [self._right(p, row[key], person, row) for p in programmes_of(self.pack, subject)]
        order = {id_: n for n, id_ in enumerate(self.pack.programmes)}
        return sorted(rights, key=lambda right: (order[right.programme.id], right.key))

    @staticmethod
    def _right(programme: Programme, key: int, person: int | None, row: Mapping[str, Any]) -> Right:
        id_ = programme.id
        return Right(
            programme, key, person, row[f"{id_}__status"], row[f"{id_}__amount"], row[f"{id_}__received"]
        )

    def explain(self, right: Right) -> ProgrammeResult:
        """Why a programme says what it says of a subject."""
        return explain(self.engine, self.pack, right.programme, right.key, self.as_of)

    def _faults(self, people: Iterable[int]) -> list[dict[str, Any]]:
        listed = ", ".join(str(int(person)) for person in people)
        query = f"select * from {FAULTS} where person in ({listed}) or other in ({listed})"
        rows: list[dict[str, Any]] = self.engine.arrow(
            f"{query} order by fault, person, other, kind"
        ).to_pylist()
        return rows

    def _row(self, table: str, key: str, value: int) -> dict[str, Any]:
        found = self.engine.arrow(f'select * from "{table}" where {key} = {int(value)}').to_pylist()
        if not found:
            raise SnapshotError("There is no such family in this snapshot.")
        return dict(found[0])
