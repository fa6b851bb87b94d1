"""Whom an event concerns, from the rows that change outwards.

=========  =========================================================================
anew       persons of whom a register says something else: their own values are computed anew
results    persons whose units, or anything of their units, may be another
ties       everyone whom possible ties join with them: within it units form as in the whole nation
everybody  all of these, who shares an address with them, and who stands in a row of their ties
=========  =========================================================================

Each set holds the one before. Of `everybody` the persons' own values are right; of `results`
everything is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from familycard.families.asked import mapped_ties
from familycard.families.pairs import is_checked
from familycard.snapshot.event.change import Event, naming, persons_in, texts_in
from familycard.snapshot.event.nation import Nation


@dataclass(frozen=True)
class Concerned:
    """Sets of persons (see above)."""

    anew: frozenset[int]
    sources: frozenset[str]
    """The sources whose indicators are computed anew for the persons in `anew`."""
    results: frozenset[int]
    ties: frozenset[int]
    everybody: frozenset[int]
    may_move: bool
    """Whether rows of people or of ties change, so that units may be others."""


def concerned(nation: Nation, event: Event) -> Concerned:
    """Whom an event concerns."""
    return _Search(nation, event).found()


class _Search:
    def __init__(self, nation: Nation, event: Event) -> None:
        self.nation, self.event = nation, event
        self.shape, self.pack = nation.shape, nation.pack
        self.people = self.pack.people.source
        self.subject = self.pack.sources[self.people].subject or ""
        self.moved = self._subjects_of_change(self.people)
        """Persons whose row of people changes, comes or goes."""

    def found(self) -> Concerned:
        anew = self._anew()
        further = [*self._raw_ties(anew), *self._descents(anew)]
        near = self.nation.ties.closure(anew, further)
        results = near | self._who_live_with(anew)
        ties = self.nation.ties.closure(results, further)
        everybody = ties | self._who_live_with(ties) | self._ends(ties)
        sources = self._sources(anew)
        may_move = any(source in self.event for source in (self.people, *self.shape.of_ties))
        return Concerned(
            frozenset(anew),
            frozenset(sources),
            frozenset(results),
            frozenset(ties),
            frozenset(everybody),
            may_move,
        )

    def _anew(self) -> set[int]:
        found: set[int] = set()
        for source, change in self.event.items():
            for rows in change.rows:
                found |= persons_in(rows, self.shape.naming(source))
                if self.shape.is_shared(source):
                    found |= self._sharing(source, rows)
        if self.moved:
            for source in self._that_look_at_people():
                roles, subjects = self.shape.roles[source], self.shape.subjects[source]
                for rows in self._before_and_after(source, roles, self.moved):
                    if self.shape.is_shared(source):
                        found |= self._sharing(source, rows)
                    else:
                        found |= persons_in(rows, subjects)
        return found

    def _sharing(self, source: str, rows: pa.Table) -> set[int]:
        subject = self.pack.sources[source].subject or ""
        return self._who_have(str(self.pack.sources[source].subject_of), texts_in(rows, subject))

    def _that_look_at_people(self) -> list[str]:
        return [source for source, roles in self.shape.roles.items() if roles]

    def _sources(self, anew: set[int]) -> set[str]:
        named = {i.source for i in self.pack.indicators.values() if i.source is not None}
        if any(self.nation.is_back(person) for person in self.moved):
            return named
        found = set(self.event)
        if self.moved:
            found |= {source for source in named if self.shape.is_shared(source) or self.shape.roles[source]}
        return found & named

    def _subjects_of_change(self, source: str) -> set[int]:
        rows = self.event[source].rows if source in self.event else []
        return {person for table in rows for person in persons_in(table, [self.subject])}

    def _before_and_after(self, source: str, columns: list[str], persons: set[int]) -> list[pa.Table]:
        before = self.nation.rows_before(source, columns, persons)
        if source not in self.event:
            return [before]
        return [before, *(naming(rows, columns, persons) for rows in self.event[source].rows)]

    def _raw_ties(self, persons: set[int]) -> Iterator[set[int]]:
        """The persons in each row that may be a tie now, or may have been."""
        for source in self.shape.of_ties:
            columns = self.shape.naming(source)
            for rows in self._before_and_after(source, columns, persons):
                for row in rows.select(columns).to_pylist():
                    yield {person for person in row.values() if person is not None}

    def _descents(self, anew: set[int]) -> Iterator[set[int]]:
        """Everyone with their descendants, where parentage or a birth may have changed: a circle is among them."""
        parentages = {
            (mapping.source, *(mapping.columns[role] for role in tie.between))
            for tie, mapping in mapped_ties(self.pack.units.values())
            if is_checked(tie, mapping)
        }
        if not self.moved and not any(source in self.event for source, _, _ in parentages):
            return
        found, front = set(anew), set(anew)
        while front:
            children: set[int] = set()
            for source, child, parent in parentages:
                for rows in self._before_and_after(source, [parent], front):
                    children |= persons_in(rows, [child])
            front = children - found
            found |= front
        yield found

    def _who_live_with(self, persons: set[int]) -> set[int]:
        """Who shares what makes units with them, before or after."""
        before = self.nation.people(persons, self.shape.by)
        found: set[int] = set()
        for attribute in self.shape.by:
            values = texts_in(before, attribute)
            values |= texts_in(naming(self._rows_of_people(), [self.subject], persons), attribute)
            found |= self._who_have(attribute, values)
        return found

    def _who_have(self, attribute: str, values: set[str]) -> set[int]:
        """Everyone who has one of the values, before or after."""
        found = self.nation.who_share(attribute, values)
        rows = self._rows_of_people().to_pylist()
        return found | {row[self.subject] for row in rows if str(row[attribute]) in values}

    def _rows_of_people(self) -> pa.Table:
        change = self.event.get(self.people)
        if change is None or change.added is None:
            return self.nation.schema(self.people).empty_table()
        return change.added

    def _ends(self, persons: set[int]) -> set[int]:
        found: set[int] = set()
        for source in self.shape.of_ties:
            columns = self.shape.naming(source)
            found |= persons_in(self.nation.rows(source, columns, persons, self.event), columns)
        return found
