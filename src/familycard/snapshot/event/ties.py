"""Whom ties may join: what forming units looks at together lies in one component of this graph.

Every choice between ties, every attachment, doubt and cut by size looks at rows whose
conditions hold or are undecided, and at nothing else; so these rows are the edges. A circle of
parents is looked for among the descendants of suspect ties; these are edges too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

import numpy as np
import pyarrow as pa

from familycard.engine.interface import Engine
from familycard.families.forming import Forming
from familycard.families.one_person import narrowed
from familycard.families.parentage import suspect_pairs
from familycard.families.records import UnitInputs, make_records
from familycard.pack.model import Pack
from familycard.snapshot.event.rows import Index, Integers


class PossibleTies:
    """The graph of a snapshot, by person."""

    def __init__(self, one: Integers, two: Integers) -> None:
        self._index = Index(np.concatenate([one, two]))
        self._other = np.concatenate([two, one])

    def of(self, persons: Collection[int]) -> set[int]:
        """Everyone at the other end of a tie of these persons."""
        return set(self._other[self._index.of(persons)].tolist())

    def closure(self, persons: Iterable[int], further: Iterable[Collection[int]] = ()) -> set[int]:
        """Everyone who can be reached, also by `further` groups of persons who are tied together."""
        groups: dict[int, set[int]] = {}
        for group in further:
            for person in group:
                groups.setdefault(person, set()).update(group)
        found = set(persons)
        front = found
        while front:
            reached = self.of(front).union(*(groups.get(person, ()) for person in front))
            front = reached - found
            found = found | front
        return found


def possible_ties(engine: Engine, pack: Pack, inputs: UnitInputs, as_of: date) -> PossibleTies:
    """The graph of all that a snapshot's persons and registers say; tables as in a build."""
    records = make_records(engine, pack, pack.units.values(), inputs, as_of)
    found = [engine.arrow(f"select distinct one, two from ({query})") for query in sorted(records.awaited)]
    for kind in pack.units.values():
        forming = Forming(records, narrowed(records, kind))
        found.append(suspect_pairs(forming).rename_columns(["one", "two"]))
        engine.drop(*sorted(forming.made))
    records.drop()
    edges = pa.concat_tables([pairs.cast(_PAIRS) for pairs in found]).combine_chunks()
    return PossibleTies(edges["one"].to_numpy(), edges["two"].to_numpy())


_PAIRS = pa.schema([("one", pa.int64()), ("two", pa.int64())])
