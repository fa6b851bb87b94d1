"""A snapshot and its store kept at hand, so that a few persons are found without reading everybody."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from familycard.errors import SnapshotError
from familycard.indicators.tables import NEIGHBOURS, load_sources, undecided
from familycard.pack.dependencies import expression_names
from familycard.pack.model import Pack
from familycard.programmes.unused import WITHOUT_RIGHT
from familycard.snapshot.build import unit_inputs
from familycard.snapshot.event.change import Event, changed, naming
from familycard.snapshot.event.rows import MISSING, Batches, FiledRows, HeldRows, Index, Shared, integers
from familycard.snapshot.event.ties import PossibleTies, possible_ties
from familycard.snapshot.open import OpenSnapshot, open_snapshot
from familycard.snapshot.parts import parts_of
from familycard.snapshot.rows import MEMBERSHIPS, unit_column
from familycard.snapshot.told import state_of
from familycard.snapshot.write import table_paths
from familycard.sources.linkage.links import links_of_load
from familycard.sources.store import Load


class Nation:
    """What one snapshot was built from and what it says, by person.

    Opening costs a pass over persons and ties; after that every look-up is of a few rows.
    """

    def __init__(self, snapshot: OpenSnapshot, folder: Path) -> None:
        """`folder` takes a copy of the persons that can be read row by row."""
        self.snapshot, self.pack, self.as_of = snapshot, snapshot.pack, snapshot.catalogue.as_of
        self.state = state_of(snapshot)
        self.shape = Shape(self.pack)
        engine = snapshot.engine
        load_sources(engine, self.pack, self.state)
        self.ties: PossibleTies = possible_ties(engine, self.pack, unit_inputs(self.pack), self.as_of)
        persons = _mapped(parts_of(snapshot.path / "persons"), folder / "persons.arrow")
        self._persons = Batches(persons)
        self._numbers = integers(persons["person"])
        self._row_of = Index(self._numbers)
        self._shared = {
            attribute: Shared(self._numbers, persons[attribute]) for attribute in self.shape.shared
        }
        of_units = engine.arrow(f"select * from {MEMBERSHIPS} order by person")
        self._unit_of = {kind: integers(of_units[unit_column(kind)]) for kind in self.pack.units}
        self._members = {kind: Index(units) for kind, units in self._unit_of.items()}
        self.without_right = engine.arrow(f"select * from {WITHOUT_RIGHT}")
        self._undecided = {
            source: np.unique(integers(engine.arrow(f"select person from {undecided(source)}")["person"]))
            for source in self.pack.sources
        }
        # Numbers are given in order, and never again.
        self._highest = int(engine.rows("select coalesce(max(person), 0) from serve.identifiers")[0][0])
        self.neighbours = engine.arrow(f"select * from {NEIGHBOURS}").combine_chunks()
        self._schemas: dict[str, pa.Schema] = {}
        self._rows: dict[str, HeldRows | FiledRows] = {}

    def people(self, persons: Collection[int], names: Collection[str] | None = None) -> pa.Table:
        """The rows of persons, as the snapshot has them, with all columns or only some."""
        return self._persons.take(self._row_of.of(persons), names)

    def who_share(self, attribute: str, values: Iterable[str]) -> set[int]:
        """Everyone who has one of the values of an attribute, in the snapshot."""
        return self._shared[attribute].of(values)

    def units_of(self, kind: str, persons: Collection[int]) -> set[int]:
        """The units of a kind that these persons are in, in the snapshot."""
        return set(self._unit_of[kind][self._row_of.of(persons)].tolist()) - {MISSING}

    def members_of(self, kind: str, units: Collection[int]) -> pa.Table:
        """unit, person, role of these units' members, in the snapshot."""
        rows = self._members[kind].of(units)
        unit, person = self._unit_of[kind][rows], self._numbers[rows]
        role = np.where(unit == person, "head", "member")
        return pa.table({"unit": unit, "person": person, "role": pa.array(role, pa.string())})

    def undecided(self, source: str, persons: Collection[int]) -> pa.Table:
        """Those of the persons whom a refused row of a source may be about."""
        found = self._undecided[source]
        return pa.table({"person": found[np.isin(found, np.array(sorted(persons), dtype=np.int64))]})

    def neighbours_among(self, persons: Collection[int]) -> pa.Table:
        """Those of the persons who share something with a refused row of people."""
        return naming(self.neighbours, ["person"], persons)

    def rows(self, source: str, columns: Collection[str], persons: Collection[int], event: Event) -> pa.Table:
        """The rows of a source that name one of the persons in one of the columns, after an event."""
        change = event.get(source)
        found, added = self.rows_before(source, columns, persons), None
        if change is not None and change.added is not None:
            added = naming(change.added, columns, persons)
        return changed(found, change, added)

    def rows_before(self, source: str, columns: Collection[str], persons: Collection[int]) -> pa.Table:
        """The same before the event."""
        return self._held(source).naming(columns, persons)

    def some_row(self, source: str) -> pa.Table:
        """A row of a source that is about somebody; none where there is none."""
        held, subject = self._held(source), self.shape.subjects[source]
        rows = held.table if isinstance(held, HeldRows) else held.first()
        return rows.filter(pc.is_valid(rows[subject[0]])).slice(0, 1) if subject else rows.slice(0, 0)

    def schema_of(self, path: str) -> pa.Schema:
        """Columns and types of a table of the snapshot, texts as texts."""
        if path not in self._schemas:
            table = table_paths(self.pack)[path][0]
            self._schemas[path] = self.snapshot.engine.arrow(f'select * from "{table}" limit 0').schema
        return self._schemas[path]

    def schema(self, source: str) -> pa.Schema:
        """Columns and types of a source's checked rows."""
        return self._held(source).schema

    def is_back(self, person: int) -> bool:
        """Whether a person whom the snapshot does not have is known all the same, so that registers may name them."""
        return person <= self._highest and not len(self._row_of.of([person]))

    def rows_sharing(self, source: str, values: Collection[str], event: Event) -> pa.Table:
        """The rows of a source about households or addresses that have one of the values, after an event."""
        held, subject = self._held(source), self.pack.sources[source].subject or ""
        assert isinstance(held, HeldRows), f"{source} is about what persons share, and held"
        change, wanted = event.get(source), pa.array(sorted(values), pa.string())

        def sharing(rows: pa.Table) -> pa.Table:
            return rows.filter(pc.is_in(pc.cast(rows[subject], pa.string()), value_set=wanted))

        added = None if change is None or change.added is None else sharing(change.added)
        return changed(sharing(held.table), change, added)

    def _held(self, source: str) -> HeldRows | FiledRows:
        if source not in self._rows:
            path, columns = self.state.loads[source].checked, self.shape.asked[source]
            of_persons = [c for c in columns if c in self.shape.naming(source)]
            subject = self.pack.sources[source].subject
            is_filed = of_persons == [subject] and len(columns) == 1
            self._rows[source] = (
                FiledRows(path, subject) if is_filed and subject else HeldRows(path, of_persons)
            )
        return self._rows[source]


class Shape:
    """What of a pack decides whom an event concerns."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.subject_of_people = pack.sources[pack.people.source].subject or ""
        self.of_ties = sorted({source for kind in pack.units.values() for source in kind.sources})
        self.by = {kind.by for kind in pack.units.values() if kind.by is not None}
        self.shared = sorted(self.by | {s.subject_of for s in pack.sources.values() if s.subject_of})
        self.subjects = {source: self._subjects(source) for source in pack.sources}
        self.roles = {source: self._roles(source) for source in pack.sources}
        self.asked = {
            source: sorted(
                {*self.subjects[source], *self.roles[source]}
                | (set(self.naming(source)) if source in self.of_ties else set())
            )
            for source in pack.sources
        }

    def naming(self, source: str) -> list[str]:
        """The columns of a source that name persons."""
        return [c.name for c in self.pack.sources[source].columns if c.identifies]

    def is_shared(self, source: str) -> bool:
        """Whether rows are about a household or an address."""
        return self.pack.sources[source].subject_of is not None

    def _subjects(self, source: str) -> list[str]:
        """The columns by which indicators are taken."""
        subject = self.pack.sources[source].subject
        by = {i.by or subject for i in self.pack.indicators.values() if i.source == source}
        return sorted({name for name in (*by, subject) if name})

    def _roles(self, source: str) -> list[str]:
        """The columns of whose persons attributes are named in indicators of a source."""
        named = [
            name
            for i in self.pack.indicators.values()
            if i.source == source
            for name in expression_names(i.where) | expression_names(i.person)
        ]
        return sorted({name.partition(".")[0] for name in named if "." in name} - {"period"})


def open_nation(path: Path, folder: Path) -> Nation:
    """Open a snapshot for events; `folder` is for what it keeps beside, to be deleted afterwards.

    SnapshotError where a row counts that the model linked and nobody has confirmed: what such a row must not
    take away is not followed from event to event.
    """
    nation = Nation(open_snapshot(path), folder)
    unconfirmed = sorted(source for source, load in nation.state.loads.items() if _is_unconfirmed(load))
    if unconfirmed:
        raise SnapshotError(
            f"{path}: rows of {', '.join(unconfirmed)} were linked to people and nobody has confirmed it, so events "
            "cannot be followed. List them with `familycard link --unconfirmed`, decide, and build again."
        )
    return nation


def _is_unconfirmed(load: Load) -> bool:
    links = links_of_load(load.source, load.extracted_on, load.checked.parent)
    return any(link.is_by_model for link in links.values())


def _mapped(paths: list[Path], copy: Path) -> pa.Table:
    """The rows of Parquet files, copied so that single rows are read where they lie on disk."""
    with pa.OSFile(str(copy), "wb") as out, pa.ipc.new_file(out, pq.read_schema(paths[0])) as writer:
        for path in paths:
            for batch in pq.ParquetFile(path).iter_batches(1 << 20):
                writer.write_batch(batch)
    return pa.ipc.open_file(pa.memory_map(str(copy))).read_all()
