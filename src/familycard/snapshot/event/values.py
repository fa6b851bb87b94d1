"""Families stay as they are and some values in them change: all that rests on values, anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from familycard.engine.small import EVERYBODY, SmallEngine
from familycard.families.asked import mapped_ties, names_of
from familycard.indicators.blocks import Blocks
from familycard.indicators.tables import FAULTS, members, undecided, units
from familycard.pack.dependencies import expression_names
from familycard.pack.model import Pack
from familycard.pack.once import once
from familycard.snapshot.build import Stages, compute_of_units
from familycard.snapshot.event.nation import Nation
from familycard.snapshot.rows import MEMBERSHIPS
from familycard.snapshot.write import table_paths

BLOCKS = Blocks(0, EVERYBODY, 1)
"""All persons are of one block, so that every event asks with the same words."""
_OF_UNITS = ("unit", "members", "composition_known", "area", "why_unknown")


@once
def columns_of_ties(pack: Pack) -> frozenset[str]:
    """The persons' values by which units are formed."""
    kinds = pack.units.values()
    ties = {name.rpartition(".")[2] for tie, _ in mapped_ties(kinds) for name in names_of(tie)}
    return frozenset(ties).union(*(expression_names(kind.excludes) for kind in kinds))


class ValuesAnew:
    """The stages after families, for the units of some persons whose values changed."""

    def __init__(self, nation: Nation, engine: SmallEngine, anew: frozenset[int]) -> None:
        self.nation, self.engine = nation, engine
        near = self._with_members(nation.pack.units, anew)
        # What a member may use counts for the card, whatever unit it comes from.
        self.results = frozenset(self._with_members([nation.pack.card_unit], near))
        """Persons of whom, or of whose units, anything may be another."""
        self.everybody = frozenset(self._with_members(nation.pack.units, self.results))

    def compute(self, stages: Stages) -> Mapping[str, pa.Table]:
        """All tables that rest on values, by folder of a snapshot; of everybody. `PERSONS` is everybody's by now."""
        nation = self.nation
        with stages.stage("units"):
            self._register_units()
        compute_of_units(self.engine, nation.pack, nation.as_of, stages, BLOCKS)
        with stages.stage("results"):
            return {
                path: self.engine.arrow(f"select * from {table} order by {order}")
                for path, (table, order) in table_paths(nation.pack).items()
                if path != MEMBERSHIPS and path.partition("/")[0] not in ("members", "evidence")
            }

    def _with_members(self, kinds: Iterable[str], persons: Collection[int]) -> set[int]:
        """The persons and all members of their units of some kinds."""
        found = set(persons)
        for kind in kinds:
            of = self.nation.units_of(kind, persons)
            found.update(self.nation.members_of(kind, of)["person"].to_pylist())
        return found

    def _register_units(self) -> None:
        """Units, members and the faults of ties as the snapshot has them, and of whom rows of ties were refused."""
        nation, pack = self.nation, self.nation.pack
        for kind in pack.units:
            of = nation.units_of(kind, self.results)
            rows = nation.snapshot.rows[kind]
            self.engine.register(members(kind), nation.members_of(kind, of))
            self.engine.register(units(kind), _table(rows.find(of, _OF_UNITS), rows.schema, _OF_UNITS))
        faults = self._faults()
        of_ties = pc.invert(pc.is_in(faults["fault"], value_set=pa.array(list(pack.checks), pa.string())))
        self.engine.register(FAULTS, faults.filter(of_ties))
        for source in {*nation.shape.of_ties, pack.people.source}:
            self.engine.register(undecided(source), nation.undecided(source, self.everybody))

    def _faults(self) -> pa.Table:
        """The snapshot's faults about everybody at hand, each once."""
        schema = self.nation.schema_of(FAULTS)
        found = self.nation.snapshot.rows[FAULTS].find(self.everybody)
        rows = {tuple(row[name] for name in schema.names): row for row in found}
        return _table(list(rows.values()), schema, schema.names)


def _table(rows: list[dict[str, Any]], schema: pa.Schema, names: Iterable[str]) -> pa.Table:
    fields = [schema.field(name) for name in names]
    return pa.table(
        [pa.array([row[f.name] for row in rows], f.type) for f in fields], pa.schema(fields).remove_metadata()
    )
