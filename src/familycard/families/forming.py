"""What every step of forming one kind of unit has at hand, and the tables the steps share.

A step reads and leaves tables in the engine; their names start with an underscore and the
kind, and are dropped when the kind is done:

=============  ======================================================================
people         residents who can be members: person, seniority, the attribute of a kind `by` one
held_<level>   ties of one level that hold: mapping, file, row, one, two
live           all ties that hold: level, mapping, file, row, one, two
doubts         person, reason: why the composition of the person's unit is unknown
found          faults of this kind, before the unit of each is known; it stays until those of all kinds are told
mappings       level, mapping, tie, source, opening: what the numbers in `live` mean
components     node, component (named by its head), size
excluded       person, surely: whom the kind excludes, or perhaps
=============  ======================================================================

`level` counts ties and then attachments in the pack's order: a lower one has priority.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from familycard.engine.interface import Engine
from familycard.families.shared import Records, UnitInputs, quoted
from familycard.pack.model import Pack, Tie, UnitKind


@dataclass(frozen=True)
class Forming:
    """One kind of unit being formed."""

    records: Records
    kind: UnitKind
    made: set[str] = field(default_factory=set)
    """Tables to drop when the kind is done."""

    @property
    def engine(self) -> Engine:
        """Where the tables are."""
        return self.records.engine

    @property
    def pack(self) -> Pack:
        """The pack that the kind is of."""
        return self.records.pack

    @property
    def inputs(self) -> UnitInputs:
        """The tables that the build gives."""
        return self.records.inputs

    def table(self, name: str) -> str:
        """The engine's name of a table of this kind."""
        table = f"_{self.kind.id}_{name}"
        self.made.add(table)
        return table

    def make(self, name: str, query: str) -> None:
        """Make a table of this kind that rows are added to."""
        self.engine.make(self.table(name), query)

    def hold(self, name: str, query: str) -> None:
        """Make a table of this kind that is only read."""
        self.engine.hold(self.table(name), query)

    def make_view(self, name: str, query: str) -> None:
        """Give a query a name among the tables of this kind, without running it."""
        self.engine.view(self.table(name), query)

    def derive(self, name: str, query: str) -> None:
        """Give a query over tables that stay as they are a name among the tables of this kind."""
        self.engine.derive(self.table(name), query)

    def add(self, name: str, query: str) -> None:
        """Add a query's rows to a table of this kind."""
        self.engine.add(self.table(name), query)

    def count(self, name: str) -> int:
        """How many rows a table of this kind has."""
        return self.engine.count(self.table(name))

    def doubt(self, persons: str, reason: str) -> None:
        """Note that the composition of these persons' units is unknown; `persons` is a query of numbers."""
        self.add("doubts", f"select *, {quoted(reason)} from ({persons})")

    @property
    def covers_all(self) -> bool:
        """Whether everybody is in a unit of this kind, also alone."""
        return self.kind.covers == "everyone" or self.kind.by is not None

    @property
    def levels(self) -> tuple[Tie, ...]:
        """Ties and then attachments: the place in this list is the level."""
        return (*self.kind.ties, *self.kind.attach)


def both_ends(table: str, where: str = "true") -> str:
    """A query of the persons at both ends of a table's ties."""
    return f'select unnest([one, two]) as person from "{table}" where {where}'
