"""Who changed between two snapshots, by the steps between them: data, life, law.

Each person is followed through the snapshots of `steps.py`. The causes of a change are the
steps in which the person's result changes, in that order: ``data``, ``life and law``. Where a
snapshot on the way cannot tell the result, nothing is said to have changed there; the step
that next tells another one has the cause ``unclear``, since it may have been either step.

Moves are changes between two results that are known: a category ``up`` or ``down``, a right
``gained`` or ``lost``. A result that merely became known or unknown is no move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from familycard.engine.duck import DuckEngine
from familycard.indicators.tables import empty, members
from familycard.pack.model import Pack
from familycard.snapshot.basis import CATEGORY
from familycard.snapshot.cause_queries import BOTH, CAUSES, causes_query, results_of
from familycard.snapshot.comparison import AFTER, BEFORE, load_both, load_tables
from familycard.snapshot.steps import DATA, LAW, LIFE, SOFTWARE, EarlierWord, Steps

SEVERAL, UNCLEAR = "several", "unclear"
GROUPS = (LIFE, DATA, LAW, SOFTWARE, SEVERAL, UNCLEAR)
"""What a change is counted under: one cause alone, several, or one that cannot be told."""
MOVES = ("up", "down", "gained", "lost")


@dataclass(frozen=True)
class CauseCount:
    """How many changed alike. `families` are those of the second snapshot, each followed by its head,
    so that a family is counted in one line of a result."""

    result: str
    before: str
    after: str
    direction: str
    """up, down, gained, lost, became_known, became_unknown or other"""
    causes: str
    people: int
    families: int

    @property
    def group(self) -> str:
        """One of `GROUPS`."""
        if self.causes in (LIFE, DATA, LAW, SOFTWARE):
            return self.causes
        return UNCLEAR if UNCLEAR in self.causes else SEVERAL


@dataclass(frozen=True)
class Causes:
    """Two snapshots and the steps between them; the list of persons is read when asked for."""

    before: str
    after: str
    as_of_before: date
    as_of_after: date
    people_in_both: int
    steps: tuple[str, ...]
    """The causes of the steps, in order."""
    earlier_words: tuple[EarlierWord, ...]
    """The sources for which the earlier load spoke, and why."""
    counts: tuple[CauseCount, ...]
    engine: DuckEngine

    def moves(self, result: str = CATEGORY) -> dict[str, dict[str, tuple[int, int]]]:
        """People and families by direction and group of causes, of one result; moves alone."""
        found = {direction: dict.fromkeys(GROUPS, (0, 0)) for direction in MOVES}
        for count in self.counts:
            if count.result == result and count.direction in MOVES:
                people, families = found[count.direction][count.group]
                found[count.direction][count.group] = (people + count.people, families + count.families)
        return {direction: groups for direction, groups in found.items() if any(map(any, groups.values()))}

    def table(self, result: str | None = None) -> pa.Table:
        """One row a person and changed result, with the result at each step; numbers stay in the core."""
        where = "" if result is None else f" where result = '{result.replace(chr(39), chr(39) * 2)}'"
        return self.engine.arrow(f"select * from {CAUSES}{where} order by result, person")


def causes_of(way: Steps) -> Causes:
    """Follow everybody who has a card family in the first snapshot and in the last."""
    a, b = way.start, way.end
    engine = DuckEngine()
    chain = _loaded(engine, way)
    engine.make(
        BOTH,
        "select a.person, b.unit as unit_after"
        f" from {BEFORE}{members(a.pack.card_unit)} a join {AFTER}{members(b.pack.card_unit)} b using (person)",
    )
    labels = [step.cause for step in way.steps]
    engine.make(CAUSES, empty(_COLUMNS))
    # One result after the other: sixty programmes of a nation at once would not fit into memory.
    for result in results_of(a.pack, b.pack) if labels else ():
        engine.run(f"insert into {CAUSES} by name {causes_query(result, chain, labels)}")
    return Causes(
        before=a.path.name,
        after=b.path.name,
        as_of_before=a.catalogue.as_of,
        as_of_after=b.catalogue.as_of,
        people_in_both=int(engine.rows(f"select count(*) from {BOTH}")[0][0]),
        steps=tuple(labels),
        earlier_words=way.earlier_words,
        counts=tuple(CauseCount(**row) for row in engine.arrow(_COUNTS).to_pylist()),
        engine=engine,
    )


def _loaded(engine: DuckEngine, way: Steps) -> list[tuple[Pack, str]]:
    """Make the tables of all snapshots known: each one's pack and the prefix of its tables."""
    load_both(engine, way.start, way.end)
    chain = [(way.start.pack, BEFORE)]
    for number, step in enumerate(way.steps[:-1], start=1):
        chain.append((step.snapshot.pack, f"step_{number}_"))
        load_tables(engine, f"step_{number}_", step.snapshot)
    return [*chain, (way.end.pack, AFTER)]


_COLUMNS = {"person": "BIGINT", "unit_after": "BIGINT", "result": "VARCHAR", "before": "VARCHAR"}
_COLUMNS |= {"on_the_way": "VARCHAR[]", "after": "VARCHAR", "direction": "VARCHAR", "causes": "VARCHAR"}
_COUNTS = (
    "select result, before, after, direction, causes, count(*) as people,"
    f" count(*) filter (where person = unit_after) as families from {CAUSES} group by all"
    " order by result, before, after, direction, causes"
)


def causes_json(found: Causes) -> dict[str, Any]:
    """The summary for machines; no persons."""
    results = dict.fromkeys(count.result for count in found.counts)
    return {
        "before": found.before,
        "after": found.after,
        "as_of_before": found.as_of_before.isoformat(),
        "as_of_after": found.as_of_after.isoformat(),
        "people_in_both": found.people_in_both,
        "steps": list(found.steps),
        "earlier_words": [vars(word) for word in found.earlier_words],
        "moves": {result: _named(found.moves(result)) for result in results if found.moves(result)},
        "counts": [vars(count) for count in found.counts],
    }


def _named(moves: Mapping[str, Mapping[str, tuple[int, int]]]) -> dict[str, Any]:
    return {
        direction: {group: {"people": n, "families": m} for group, (n, m) in groups.items()}
        for direction, groups in moves.items()
    }


def only_data(counts: Iterable[CauseCount], direction: str) -> tuple[int, int]:
    """People and families whose category moved in this direction only because data were corrected."""
    chosen = [c for c in counts if (c.result, c.direction, c.causes) == (CATEGORY, direction, DATA)]
    return sum(c.people for c in chosen), sum(c.families for c in chosen)
