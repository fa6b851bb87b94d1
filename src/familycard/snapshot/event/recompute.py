"""The stages of a build over the few persons whom an event concerns."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from familycard.engine.small import SmallEngine
from familycard.indicators.people import make_people
from familycard.indicators.persons import Earlier, make_persons
from familycard.indicators.tables import NEIGHBOURS, PERSONS, checked, undecided
from familycard.snapshot.build import Stages, compute_of_units, form_all_units
from familycard.snapshot.event.change import Change, Event, persons_in, texts_in
from familycard.snapshot.event.concerned import Concerned, concerned
from familycard.snapshot.event.nation import Nation
from familycard.snapshot.event.values import BLOCKS, ValuesAnew, columns_of_ties
from familycard.snapshot.write import table_paths

EARLIER = "_earlier"
KEYS = ("unit", "person", "other")
"""Columns of a published table that hold the persons whom a row is of; a unit's number is its head's."""


@dataclass(frozen=True)
class Recomputed:
    """What the next build would say of the persons whom an event concerns."""

    anew: frozenset[int]
    """Persons of whom a register says something else."""
    results: frozenset[int]
    """Persons of whom, or of whose units, anything may be another."""
    everybody: frozenset[int]
    """Persons who were looked at."""
    tables: Mapping[str, pa.Table]
    """By folder of the snapshot: the rows that stand where those that `rows_of` finds in it for
    `results` stood. Of a folder that is not named nothing changes."""
    seconds: Mapping[str, float]


def rows_of(table: pa.Table, persons: Collection[int]) -> pa.Table:
    """The rows that are of one of the persons: units by their head, members by person, faults by either end."""
    marks = _is_of(table, persons)
    # To copy hundreds of columns takes longer than to see that nothing is left out.
    return table if pc.all(marks, min_count=0).as_py() else table.filter(marks)


def others(table: pa.Table, persons: Collection[int]) -> pa.Table:
    """The rows that are of none of the persons."""
    return table.filter(pc.invert(_is_of(table, persons)))


def _is_of(table: pa.Table, persons: Collection[int]) -> pa.ChunkedArray:
    wanted = _numbers(persons)
    names = ["person"] if "role" in table.column_names else [n for n in KEYS if n in table.column_names]
    marks = [pc.is_in(table[name], value_set=wanted) for name in names]
    return reduce(pc.or_, marks)


class Recomputer:
    """Recomputes event after event over one nation; for one thread at a time."""

    def __init__(self, nation: Nation) -> None:
        self.nation = nation
        self.engine = SmallEngine()

    def prepare(self) -> None:
        """Plan beforehand what events ask: of each source a row goes, for trial."""
        for source in self.nation.state.loads:
            row = self.nation.some_row(source)
            if row.num_rows:
                self.recompute({source: Change(removed=row)})
        # What lives as long as this is left out of the rounds of garbage collection: each would hold up an event.
        gc.collect()
        gc.freeze()
        atexit.register(gc.unfreeze)

    def recompute(self, event: Event) -> Recomputed:
        """What a build of the store with the event's rows would give for all whom it concerns."""
        stages = Stages()
        with stages.stage("concerned"):
            whom = concerned(self.nation, event)
        with stages.stage("person indicators"):
            before = self.nation.people(whom.anew)
            now = self._persons_anew(whom, before, event)
            columns = None if whom.may_move else _differing(before, now)
        if columns is None or columns & columns_of_ties(self.nation.pack):
            return self._with_families(whom, now, event, stages)
        return self._with_values(whom, now, columns, stages)

    def _with_families(self, whom: Concerned, now: pa.Table, event: Event, stages: Stages) -> Recomputed:
        with stages.stage("rows of ties"):
            self._register_persons(whom.everybody, now, whom.anew)
            self._register_ties(whom, event)
        form_all_units(self.engine, self.nation.pack, self.nation.as_of, stages)
        compute_of_units(self.engine, self.nation.pack, self.nation.as_of, stages, BLOCKS)
        with stages.stage("results"):
            tables = {
                path: rows_of(self.engine.arrow(f"select * from {table} order by {order}"), whom.results)
                for path, (table, order) in table_paths(self.nation.pack).items()
            }
        return Recomputed(whom.anew, whom.results, whom.everybody, tables, stages.seconds)

    def _with_values(
        self, whom: Concerned, now: pa.Table, columns: frozenset[str], stages: Stages
    ) -> Recomputed:
        if not columns:
            return Recomputed(whom.anew, whom.anew, whom.anew, {}, stages.seconds)
        anew = ValuesAnew(self.nation, self.engine, whom.anew)
        self._register_persons(anew.everybody, now, whom.anew)
        tables = {path: rows_of(table, anew.results) for path, table in anew.compute(stages).items()}
        return Recomputed(whom.anew, anew.results, anew.everybody, tables, stages.seconds)

    def _persons_anew(self, whom: Concerned, before: pa.Table, event: Event) -> pa.Table:
        nation, engine = self.nation, self.engine
        engine.register(EARLIER, before)
        self._register_sources(whom, event)
        make_people(engine, nation.pack, nation.as_of)
        are_same = nation.pack.people.source not in event
        earlier = Earlier(EARLIER, whom.sources, are_same)
        make_persons(engine, nation.pack, nation.state, nation.as_of, BLOCKS, earlier)
        names = ", ".join(f'"{name}"' for name in before.column_names)
        now = _as(before.schema, engine.arrow(f"select {names} from {PERSONS}"))
        return rows_of(now, whom.anew)

    def _register_persons(self, everybody: Collection[int], now: pa.Table, anew: frozenset[int]) -> None:
        others = self.nation.people(set(everybody) - anew)
        self.engine.register(PERSONS, pa.concat_tables([others, now]).sort_by("person").combine_chunks())

    def _register_sources(self, whom: Concerned, event: Event) -> None:
        """The rows of the sources read anew about the persons computed anew, and people's rows of all in them."""
        nation, shape, people = self.nation, self.nation.shape, self.nation.pack.people.source
        subject = shape.subject_of_people
        own = nation.rows(people, [subject], whom.anew, event)
        named = set(whom.anew)
        for source in whom.sources - {people}:
            shared = nation.pack.sources[source].subject_of
            if shared is not None:
                rows = nation.rows_sharing(source, texts_in(own, shared), event)
            else:
                rows = nation.rows(source, shape.subjects[source], whom.anew, event)
            named |= persons_in(rows, shape.roles[source])
            self.engine.register(checked(source), rows)
        self.engine.register(checked(people), nation.rows(people, [subject], named, event))
        for source in whom.sources | {people}:
            self.engine.register(undecided(source), nation.undecided(source, named))

    def _register_ties(self, whom: Concerned, event: Event) -> None:
        nation = self.nation
        for source in nation.shape.of_ties:
            rows = nation.rows(source, nation.shape.naming(source), whom.ties, event)
            self.engine.register(checked(source), rows)
        people = nation.pack.people.source
        own = nation.rows(people, [nation.shape.subject_of_people], whom.everybody, event)
        self.engine.register(checked(people), own)
        for source in {*nation.shape.of_ties, people}:
            self.engine.register(undecided(source), nation.undecided(source, whom.everybody))
        self.engine.register(NEIGHBOURS, nation.neighbours_among(whom.everybody))


def _differing(before: pa.Table, now: pa.Table) -> frozenset[str] | None:
    """The columns in which persons have other values; None where there are other persons."""
    if not before["person"].equals(now["person"]):
        return None
    return frozenset(name for name in now.column_names if not now[name].equals(before[name]))


def _as(schema: pa.Schema, table: pa.Table) -> pa.Table:
    """The table with columns of these types: those that are of another are cast."""
    columns = zip(table.columns, schema, strict=True)
    return pa.table(
        [c if c.type == field.type else c.cast(field.type) for c, field in columns], schema=schema
    )


def _numbers(persons: Collection[int]) -> pa.Array:
    return pa.array(sorted(persons), pa.int64())
