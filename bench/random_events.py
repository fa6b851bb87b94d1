"""Random life events over the rows that a store has.

Rows go, come for another person, or say what another row says; people move, marry, part, are
born and leave. No event is told from another by what it is made of: each is rows of registers.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from familycard.pack.model import Pack
from familycard.snapshot.event.change import Change, Event
from familycard.sources.store import StoreState

Row = dict[str, Any]
LATE = 1_000
"""File of rows that no delivery had."""
GROUPS_KEPT = 64


@dataclass
class Registers:
    """The checked rows of a store, and random events over them."""

    pack: Pack
    state: StoreState
    chance: random.Random

    def __post_init__(self) -> None:
        self.files = {source: pq.ParquetFile(load.checked) for source, load in self.state.loads.items()}
        self.people = self.pack.people.source
        self.subject = str(self.pack.sources[self.people].subject)
        self.newest = max(pq.read_table(self.state.identity, columns=["person"])["person"].to_pylist())
        self.late = 0
        self._group = lru_cache(GROUPS_KEPT)(lambda source, group: self.files[source].read_row_group(group))

    def event(self) -> Event:
        """One event; what kind, is chance."""
        kinds: list[Callable[[], dict[str, tuple[list[Row], list[Row]]]]] = [
            self._goes,
            self._comes,
            self._says_another,
            self._moves,
            self._marries,
            self._parts,
            self._is_born,
            self._is_unregistered,
        ]
        chosen = self.chance.choice(kinds)()
        return {
            source: Change(*(self._table(source, rows) for rows in both)) for source, both in chosen.items()
        }

    def _table(self, source: str, rows: list[Row]) -> pa.Table | None:
        return pa.Table.from_pylist(rows, self.files[source].schema_arrow) if rows else None

    def _any_source(self) -> str:
        filled = [s for s, file in self.files.items() if file.metadata.num_rows and s != self.people]
        return self.chance.choice(filled)

    def _any_row(self, source: str) -> Row:
        rows = self._group(source, self.chance.randrange(self.files[source].metadata.num_row_groups))
        return dict(rows.slice(self.chance.randrange(rows.num_rows), 1).to_pylist()[0])

    def _new(self, row: Row, **says: Any) -> Row:
        self.late += 1
        return {**row, **says, "_file": LATE, "_row": self.late}

    def _goes(self) -> dict[str, tuple[list[Row], list[Row]]]:
        source = self._any_source()
        return {source: ([], [self._any_row(source)])}

    def _comes(self) -> dict[str, tuple[list[Row], list[Row]]]:
        """A row like another, about somebody else."""
        source = self._any_source()
        subject = self.pack.sources[source].subject
        of = str(self.pack.sources[source].subject_of or self.subject)
        other = None
        while other is None:
            other = self._any_row(self.people)[of]
        return {source: ([self._new(self._any_row(source), **({subject: other} if subject else {}))], [])}

    def _says_another(self) -> dict[str, tuple[list[Row], list[Row]]]:
        """A row that says of its persons what another row says of its own."""
        source = self._any_source()
        contract, row = self.pack.sources[source], self._any_row(source)
        kept = {c.name for c in contract.columns if c.identifies or c.name == contract.subject}
        now = self._new(self._any_row(source), **{name: row[name] for name in kept})
        return {source: ([now | {"_file": row["_file"], "_row": row["_row"]}], [row])}

    def _moves(self) -> dict[str, tuple[list[Row], list[Row]]]:
        row, to = self._any_row(self.people), self._any_row(self.people)
        lives = {name: to[name] for name in ("area", "household", "address") if name in row}
        return {self.people: ([row | lives], [row])}

    def _marries(self) -> dict[str, tuple[list[Row], list[Row]]]:
        both = [self._any_row(self.people)[self.subject] for _ in range(2)]
        row = self._new(self._any_row("marriages"), spouse_1=both[0], spouse_2=both[1])
        return {"marriages": ([row | {"ended_on": None, "end_reason": None}], [])}

    def _parts(self) -> dict[str, tuple[list[Row], list[Row]]]:
        row = self._any_row("marriages")
        return {"marriages": ([row | {"ended_on": date(2025, 12, 1)}], [row])}

    def _is_born(self) -> dict[str, tuple[list[Row], list[Row]]]:
        self.newest += 1
        like = self._any_row("births")
        mother = self._person(like["mother"]) or self._any_row(self.people)
        person = self._new(mother, **{self.subject: self.newest, "birth_date": date(2025, 12, 20)})
        birth = self._new(like, child=self.newest, born_on=date(2025, 12, 20))
        return {self.people: ([person], []), "births": ([birth], [])}

    def _is_unregistered(self) -> dict[str, tuple[list[Row], list[Row]]]:
        return {self.people: ([], [self._any_row(self.people)])}

    def _person(self, number: int | None) -> Row | None:
        path = self.state.loads[self.people].checked
        found = pq.read_table(path, filters=[(self.subject, "=", number)]) if number is not None else None
        return dict(found.to_pylist()[0]) if found is not None and found.num_rows else None


def merged(events: Collection[Event]) -> dict[str, Change]:
    """Events that do not touch the same rows, as one."""
    found: dict[str, dict[str, list[pa.Table]]] = {}
    for event in events:
        for source, change in event.items():
            parts = found.setdefault(source, {"added": [], "removed": []})
            for name in parts:
                rows = getattr(change, name)
                parts[name] += [] if rows is None else [rows]
    return {
        source: Change(**{name: pa.concat_tables(rows) if rows else None for name, rows in parts.items()})
        for source, parts in found.items()
    }
