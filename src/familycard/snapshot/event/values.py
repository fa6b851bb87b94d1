"""Families stay as they are and some values in them change: what rests on these values, anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from familycard.engine.small import EVERYBODY, SmallEngine
from familycard.indicators.blocks import Blocks
from familycard.indicators.of_units import make_unit_values
from familycard.indicators.tables import (
    FAULTS,
    PERSONS,
    entitlements,
    members,
    scores,
    subject_key,
    undecided,
    unit_values,
    units,
)
from familycard.programmes.evaluate import make_entitlements, subjects_of
from familycard.programmes.unused import UNUSED, WITHOUT_RIGHT, make_unused, make_without_right
from familycard.scoring.score import make_scores
from familycard.snapshot.build import Stages
from familycard.snapshot.checks import find_contradictions
from familycard.snapshot.event.nation import Nation
from familycard.snapshot.event.reached import Reached, reached
from familycard.snapshot.write import table_paths

BLOCKS = Blocks(0, EVERYBODY, 1)
"""All persons are of one block, so that every event asks with the same words."""
_OF_UNITS = ("unit", "members", "composition_known", "area", "why_unknown")


@dataclass
class ValuesAnew:
    """The stages after families, for the units of some persons whose values changed."""

    nation: Nation
    engine: SmallEngine
    anew: frozenset[int]
    columns: frozenset[str]
    """The values that changed."""
    stages: Stages
    tables: dict[str, pa.Table] = field(default_factory=dict)
    """What was computed, by folder of a snapshot; of everybody at hand."""

    def __post_init__(self) -> None:
        kinds = self.nation.pack.units
        self.changed = {kind: self.nation.units_of(kind, self.anew) for kind in kinds}
        """Units with somebody whose values changed."""
        self.results = frozenset(self.anew.union(*map(self._members, kinds, self.changed.values())))
        self.units = {kind: self.nation.units_of(kind, self.results) for kind in kinds}
        self.everybody = self.results.union(*map(self._members, kinds, self.units.values()))

    def _members(self, kind: str, of: Collection[int]) -> set[int]:
        return set(self.nation.members_of(kind, of)["person"].to_pylist())

    def compute(self) -> None:
        """Fill in `tables`; `PERSONS` is everybody's by now."""
        part = reached(self.nation.pack, self.columns)
        self.tables["persons"] = self.engine.arrow(f"from {PERSONS}")
        with self.stages.stage("units"):
            found = self._register_units()
        with self.stages.stage("unit indicators"):
            self._make_values(part, found)
        with self.stages.stage("scores"):
            for card in part.pack.scorecards.values():
                make_scores(self.engine, part.pack, card, self.nation.as_of)
                self.tables[f"scores/{card.id}"] = self.engine.arrow(f"from {scores(card.id)}")
        with self.stages.stage("programmes"):
            is_other = self._make_entitlements(part, found)
        with self.stages.stage("rights"):
            faults = self._faults()
            if is_other:
                self._make_rights(faults)
        with self.stages.stage("checks"):
            self._make_faults(part, faults)

    def _register_units(self) -> dict[str, list[dict[str, Any]]]:
        """Units and members under their names; the rows of the snapshot by subject."""
        found = {"person": self._rows("person", self.everybody)}
        for kind, of in self.units.items():
            found[kind] = self._rows(kind, of)
            self.engine.register(members(kind), self.nation.members_of(kind, of))
            schema = self.nation.snapshot.rows[kind].schema
            self.engine.register(units(kind), _table(found[kind], schema, _OF_UNITS))
        return found

    def _rows(self, name: str, keys: Iterable[int]) -> list[dict[str, Any]]:
        return self.nation.snapshot.rows[name].find(keys)

    def _make_values(self, part: Reached, found: Mapping[str, list[dict[str, Any]]]) -> None:
        for kind, wanted in part.wanted.items():
            make_unit_values(self.engine, part.pack, kind, wanted, self.nation.as_of, BLOCKS)
            now = self.engine.arrow(f"from {unit_values(kind)}")
            self.tables[f"units/{kind}"] = self._merged(f"units/{kind}", found[kind], now)

    def _make_entitlements(self, part: Reached, found: Mapping[str, list[dict[str, Any]]]) -> bool:
        """Whether anybody has another right than before."""
        is_other = False
        for subject in subjects_of(part.pack):
            make_entitlements(self.engine, part.pack, subject, self.nation.as_of, BLOCKS)
            path = f"entitlements/{subject}"
            before = self._merged(path, found[subject], None)
            now = self._merged(path, found[subject], self.engine.arrow(f"from {entitlements(subject)}"))
            if not now.equals(before):
                is_other = True
                self.tables[path] = now
        if is_other:
            for subject in subjects_of(self.nation.pack):
                path = f"entitlements/{subject}"
                table = self.tables.get(path)
                merged = self._merged(path, found[subject], None) if table is None else table
                self.engine.register(entitlements(subject), merged)
        return is_other

    def _merged(self, path: str, rows: list[dict[str, Any]], now: pa.Table | None) -> pa.Table:
        """The snapshot's rows with the columns that were computed anew in their places."""
        schema = self.nation.schema_of(path)
        table = _table(rows, schema, schema.names)
        key = subject_key(path.partition("/")[2])
        if now is None:
            return table
        assert now[key].to_pylist() == table[key].to_pylist(), f"{path}: other rows than before"
        anew = {
            name: now[name].cast(schema.field(name).type) for name in schema.names if name in now.column_names
        }
        return pa.table({name: anew.get(name, table[name]) for name in schema.names}, schema)

    def _make_rights(self, faults: pa.Table) -> None:
        pack, card = self.nation.pack, self.nation.pack.card_unit
        make_unused(self.engine, pack)
        # Of other units of these persons not all members are at hand.
        now = self.engine.arrow(f"from {UNUSED}")
        changed = pa.array(sorted(self.changed[card]), pa.int64())
        others = sorted(self.results - self.changed[card])
        kept = _table(self._rows("unused", others), now.schema, now.column_names)
        now = now.filter(pc.is_in(now["unit"], value_set=changed))
        self.tables[f"unused/{card}"] = pa.concat_tables([now, kept]).sort_by("unit")
        self._register_refused()
        of_ties = pc.invert(pc.is_in(faults["fault"], value_set=pa.array(list(pack.checks), pa.string())))
        self.engine.register(FAULTS, faults.filter(of_ties))
        make_without_right(self.engine, pack)
        self.tables["without_right"] = self.engine.arrow(f"from {WITHOUT_RIGHT}")

    def _register_refused(self) -> None:
        shape = self.nation.shape
        for source in {*shape.of_ties, self.nation.pack.people.source}:
            self.engine.register(undecided(source), self.nation.undecided(source, self.everybody))

    def _faults(self) -> pa.Table:
        """The snapshot's faults about everybody at hand, each once."""
        schema = self.nation.schema_of(FAULTS)
        rows = {tuple(row[name] for name in schema.names): row for row in self._rows(FAULTS, self.everybody)}
        return _table(list(rows.values()), schema, schema.names)

    def _make_faults(self, part: Reached, faults: pa.Table) -> None:
        if not part.pack.checks:
            return
        asked = pa.array(list(part.pack.checks), pa.string())
        self.engine.register(FAULTS, faults.filter(pc.invert(pc.is_in(faults["fault"], value_set=asked))))
        find_contradictions(self.engine, part.pack, self.nation.as_of)
        order = table_paths(self.nation.pack)[FAULTS][1]
        self.tables[FAULTS] = self.engine.arrow(f"select * from {FAULTS} order by {order}")


def _table(rows: list[dict[str, Any]], schema: pa.Schema, names: Iterable[str]) -> pa.Table:
    fields = [schema.field(name) for name in names]
    return pa.table(
        [pa.array([row[f.name] for row in rows], f.type) for f in fields], pa.schema(fields).remove_metadata()
    )
