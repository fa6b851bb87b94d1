"""The reader: a family's card, and why it says what it says.

Everything that shows a family reads snapshots through this class; nothing else writes SQL
against them for a person.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from familycard.errors import SnapshotError
from familycard.indicators.tables import FAULTS, PERSONS, subject_key
from familycard.pack.model import Pack, Programme, Scorecard
from familycard.pack.scopes import is_of_units
from familycard.programmes.evaluate import programmes_of, subjects_of
from familycard.programmes.explain import ProgrammeResult
from familycard.programmes.resting import PERSON
from familycard.scoring.explain import ScoreResult
from familycard.snapshot.bitmaps import bitmaps_of
from familycard.snapshot.evidence import index_rows
from familycard.snapshot.explanations import Explanations
from familycard.snapshot.facts import Fact, fact
from familycard.snapshot.linked import LinkedAbout
from familycard.snapshot.memberships import OF_PERSONS, Member, members_of
from familycard.snapshot.open import OpenSnapshot, open_snapshot
from familycard.snapshot.parents import brought_up_by
from familycard.snapshot.rows import LINKED, PARENTS, of_evidence, of_members, of_scores, unit_column
from familycard.sources.linkage.links import Links


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
class Placing:
    """A family's category on a scorecard; None between two where too little is known."""

    card: Scorecard
    category: str | None
    lowest: str
    highest: str

    @property
    def letters(self) -> tuple[str, ...]:
        """The category, or all that it may be, in the scorecard's order."""
        letters = [letter for letter, _ in self.card.categories]
        first, last = letters.index(self.lowest), letters.index(self.highest)
        return tuple(letters[min(first, last) : max(first, last) + 1])


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
    """A snapshot, open for reading cards; any number of threads may ask the same one.

    Cards and explanations come from the snapshot's row files, and the expressions of all
    programmes are compiled and planned once, when the first explanation is asked for.
    """

    def __init__(self, snapshot: OpenSnapshot) -> None:
        self.snapshot = snapshot
        self.engine = snapshot.engine
        self._explanations = Explanations(snapshot)

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

    def warm(self) -> Reader:
        """Do now what the first card would wait for; for processes that live long.

        All programmes are compiled, evidence is indexed, columns and rows are looked up, and what is alive (the pack above all) is
        left out of the rounds of garbage collection from here on: each would hold up a card for
        longer than the card itself takes.
        """
        self._explanations.compile()
        index_rows(self.snapshot)
        bitmaps_of(self.snapshot).warm()
        for rows in self.snapshot.rows.values():
            rows.load()
        gc.collect()
        gc.freeze()
        # Else nothing of this would be let go of at the end.
        atexit.register(gc.unfreeze)
        return self

    def person_of(self, identifier: str) -> int:
        """The person who has an identifier of any kind; SnapshotError where nobody has."""
        with self.engine.connection.cursor() as cursor:
            found = cursor.execute(
                "select distinct person from serve.identifiers where value = $1", [identifier.strip()]
            ).fetchall()
        if len(found) != 1:
            raise SnapshotError("Nobody in this snapshot has that identifier; check it digit by digit.")
        return int(found[0][0])

    def unit_of(self, person: int, kind: str | None = None) -> int:
        """The person's unit of a kind (the card's, if not said); SnapshotError where there is none."""
        kind = kind or self.pack.card_unit
        for row in self.snapshot.rows["person"].find([int(person)], (unit_column(kind),)):
            if row[unit_column(kind)] is not None:
                return int(row[unit_column(kind)])
        raise SnapshotError(
            f"That person belongs to no {kind} on {self.as_of}: not resident, or not covered."
        )

    def card(self, unit: int) -> Card:
        """The card of a family (a unit of the card's kind)."""
        rows = self.snapshot.rows
        found = rows[self.pack.card_unit].find([int(unit)])
        if not found:
            raise SnapshotError("There is no such family in this snapshot.")
        row = found[0]
        people = self.members(unit)
        unused = rows["unused"].find([unit])
        rights = unused[0] if unused else {}
        return Card(
            unit=unit,
            as_of=self.as_of,
            snapshot=self.snapshot.path.name,
            members=people,
            composition_known=row["composition_known"],
            score=self._explanations.score(row),
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
        kind, rows = kind or self.pack.card_unit, self.snapshot.rows
        members = rows[of_members(kind)].find([int(unit)])
        persons = rows["person"].find((member["person"] for member in members), OF_PERSONS)
        return members_of(self.pack, kind, persons, members, rows[of_evidence(kind)].find([int(unit)]))

    def placing(self, unit: int) -> Placing | None:
        """A family's category alone, without the points; None where the pack has no scorecard."""
        card = self.pack.scorecards.get(self.pack.card_scorecard or "")
        if card is None:
            return None
        row = self.snapshot.rows[of_scores(card.id)].find([int(unit)])[0]
        return Placing(card, row["category"], row["category_lowest"], row["category_highest"])

    def persons(self, people: Iterable[int]) -> dict[int, dict[str, Any]]:
        """All that is held about persons themselves: attributes and indicators, sealed ones too; by person."""
        wanted = ", ".join(str(int(person)) for person in sorted(set(people)))
        if not wanted:
            return {}
        with self.engine.connection.cursor() as cursor:
            found = cursor.execute(f"select * from {PERSONS} where person in ({wanted}) order by person")
            names = [column[0] for column in found.description]
            return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}

    @cached_property
    def persons_columns(self) -> frozenset[str]:
        """The names that `persons` gives values of."""
        return frozenset(self.engine.arrow(f"select * from {PERSONS} limit 0").column_names)

    def brought_up_by(self, children: Iterable[int]) -> dict[int, frozenset[int]]:
        """Who has the rights of a parent over each of these minors."""
        return brought_up_by(self.snapshot.rows[PARENTS], children)

    def facts(self, row: Mapping[str, Any]) -> tuple[Fact, ...]:
        """The facts of the card, in the pack's order."""
        shown = (i for i in self.pack.indicators.values() if i.card and is_of_units(i) and i.id in row)
        found = [fact(self.snapshot.catalogue, i.id, row[i.id]) for i in shown]
        links = LinkedAbout(self.snapshot, self.pack.card_unit, row).of(one.name for one in found)
        return tuple(replace(one, linked=links.of(one.name)) if links.by_name else one for one in found)

    def fact_of(self, name: str, value: Any) -> Fact:
        """A value with its label, type and origin."""
        return fact(self.snapshot.catalogue, name, value)

    @property
    def has_linked_rows(self) -> bool:
        """Whether any row without an identifier counts in this snapshot."""
        return LINKED in self.snapshot.rows

    def links_of(self, person: int, names: Iterable[str]) -> Links:
        """The linked rows that a person's own values rest on, by name."""
        return LinkedAbout(self.snapshot, PERSON, {PERSON: person}).of(names)

    def rights(self, people: Iterable[int]) -> list[Right]:
        """What every programme says of these persons and of the units that they head or belong to."""
        persons = self.snapshot.rows["person"].find(people, self._of_rights["person"])
        rights: list[Right] = []
        for subject in subjects_of(self.pack):
            rows = persons
            if subject != "person":
                units = (row[unit_column(subject)] for row in persons)
                known = (unit for unit in units if unit is not None)
                rows = self.snapshot.rows[subject].find(known, self._of_rights[subject])
            programmes = programmes_of(self.pack, subject)
            rights += [_right(programme, row) for row in rows for programme in programmes]
        order = {id_: n for n, id_ in enumerate(self.pack.programmes)}
        return sorted(rights, key=lambda right: (order[right.programme.id], right.key))

    @cached_property
    def _of_rights(self) -> dict[str, frozenset[str]]:
        """By subject, what of its rows rights are made of; of persons also their units."""
        found = {
            subject: frozenset(
                name for programme in programmes_of(self.pack, subject) for name in _columns(programme)
            )
            for subject in subjects_of(self.pack)
        }
        units = ("person", *map(unit_column, self.pack.units))
        return found | {"person": found.get("person", frozenset()).union(units)}

    def explain(self, right: Right) -> ProgrammeResult:
        """Why a programme says what it says of a subject."""
        return self.explanations([right])[0]

    def explanations(self, rights: Sequence[Right]) -> list[ProgrammeResult]:
        """Why programmes say what they say, for each right in its order: at once, in the time of a few."""
        return self._explanations.of([(right.programme, right.key) for right in rights])

    def _faults(self, people: Iterable[int]) -> list[dict[str, Any]]:
        """Each fault once, though it may be about two of them."""
        rows = self.snapshot.rows[FAULTS].find(people)
        own = [{name: value for name, value in row.items() if name != "of_person"} for row in rows]
        once = {tuple(fault.values()): fault for fault in own}
        return sorted(
            once.values(),
            key=lambda f: [(f[n] is None, f[n]) for n in ("fault", "person", "other", "kind", "detail")],
        )


def _right(programme: Programme, row: Mapping[str, Any]) -> Right:
    person = row["person"] if programme.unit == "person" else None
    status, amount, received = _columns(programme)
    return Right(programme, row[subject_key(programme.unit)], person, row[status], row[amount], row[received])


def _columns(programme: Programme) -> tuple[str, str, str]:
    """The columns with a programme's status, amount and receipt."""
    return f"{programme.id}__status", f"{programme.id}__amount", f"{programme.id}__received"
