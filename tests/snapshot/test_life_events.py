"""One family recomputed after a life event is what the next build says of it, and nobody else changes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pytest
from built_after import built_after, is_same
from killing import IS_WHOLE
from made_up import made_up
from random_events import Registers, merged

from familycard.snapshot.event.change import Event
from familycard.snapshot.event.concerned import concerned
from familycard.snapshot.event.nation import Nation, open_nation
from familycard.snapshot.event.recompute import Recomputer, others, rows_of
from familycard.snapshot.rows import MEMBERSHIPS
from familycard.snapshot.write import table_paths

EVENTS = 500
"""Random events of a round, which is compared with one whole build."""
ROUNDS = 2 if IS_WHOLE else 1
ALONE = 24
"""Events of each round that are recomputed one by one; the others at once."""


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Nation:
    made = made_up(tmp_path_factory.mktemp("events"), people=12_000, seed=3)
    return open_nation(made.snapshot, tmp_path_factory.mktemp("nation"))


@dataclass
class Apart:
    """Events whose persons do not touch each other."""

    nation: Nation
    registers: Registers

    def bundles(self, count: int) -> list[list[Event]]:
        """So many events: some alone, the others as one."""
        taken: set[int] = set()
        found: list[Event] = []
        while len(found) < count:
            event = self.registers.event()
            whom = concerned(self.nation, event).everybody
            if not whom & taken:
                taken |= whom
                found.append(event)
        return [*([event] for event in found[:ALONE]), found[ALONE:]]


def before(nation: Nation) -> Mapping[str, pa.Table]:
    return {
        path: nation.snapshot.engine.arrow(f"select * from {table} order by {order}")
        for path, (table, order) in table_paths(nation.pack).items()
    }


@pytest.fixture(scope="module")
def recomputer(nation: Nation) -> Recomputer:
    return Recomputer(nation)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_hundreds_of_events_give_what_a_whole_build_gives(
    nation: Nation, recomputer: Recomputer, number: int, tmp_path: Path
) -> None:
    registers = Registers(nation.pack, nation.state, random.Random(number))
    bundles = Apart(nation, registers).bundles(EVENTS)
    after = built_after(
        nation.pack, nation.state, nation.as_of, merged(list(chain(*bundles))), tmp_path / "whole"
    )
    was, everyone, ways = before(nation), set[int](), Counter[bool]()
    for bundle in bundles:
        found = recomputer.recompute(merged(bundle))
        everyone |= found.results
        ways[MEMBERSHIPS in found.tables] += any(
            not is_same(rows_of(was[path], found.results), now) for path, now in found.tables.items()
        )
        for path, table in after.items():
            now = found.tables.get(path)
            expected = rows_of(table, found.results)
            assert is_same(rows_of(was[path], found.results) if now is None else now, expected), path
    assert ways[True] and ways[False], "families formed anew or not, something became another"
    for path, table in after.items():
        assert is_same(others(was[path], everyone), others(table, everyone)), f"{path}: somebody else changed"
