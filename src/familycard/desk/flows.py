"""Families between categories from one snapshot to the next, under disclosure control."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from familycard.desk.caseload import NOT_KNOWN, NOT_THERE, caseload, categories, ranks_before
from familycard.desk.disclosure import Rule, hide_complements
from familycard.errors import SnapshotError
from familycard.snapshot.difference import ChangeCount
from familycard.snapshot.open import OpenSnapshot

UNCLEAR, NEW = "unclear", "new"
"""Between two categories; no family in the snapshot before."""


@dataclass(frozen=True)
class Flow:
    """How many families of now were in one category and are in another; None is hidden."""

    before: str
    after: str
    shown: int | None


def category_flows(
    previous: OpenSnapshot, snapshot: OpenSnapshot, rule: Rule, areas: Sequence[str] | None = None
) -> tuple[Flow, ...]:
    """All pairs of categories, of the families of `snapshot` as their heads' families were before.

    Of some areas if named. SnapshotError where the two do not come from one store.
    """
    if previous.catalogue.store != snapshot.catalogue.store:
        raise SnapshotError("The two snapshots come from two stores and do not number people alike.")
    load = caseload(snapshot)
    among = np.arange(len(load.units)) if areas is None else load.within(areas)
    letters = categories(snapshot.pack)
    befores = {NEW: NOT_THERE, **{name: rank for rank, name in enumerate(letters)}, UNCLEAR: NOT_KNOWN}
    afters = {name: rank for name, rank in befores.items() if name != NEW}
    was, now = ranks_before(load, previous)[among], load.rank[among]
    place = f"{previous.path.name}>{snapshot.path.name}|{','.join(sorted(set(areas or ())))}"
    counts = {
        (before, after): int(((was == befores[before]) & (now == afters[after])).sum())
        for before in befores
        for after in afters
    }
    shown = {pair: rule.shown(count, f"{place}|{pair[0]}>{pair[1]}") for pair, count in counts.items()}
    return tuple(_with_complements(shown, tuple(befores), tuple(afters)))


def _with_complements(
    shown: dict[tuple[str, str], int | None], befores: Sequence[str], afters: Sequence[str]
) -> Iterator[Flow]:
    """Hidden by lines, then by columns: the sums of both stand elsewhere."""
    for before in befores:
        line = hide_complements([shown[before, after] for after in afters])
        shown |= {(before, after): count for after, count in zip(afters, line, strict=True)}
    for after in afters:
        line = hide_complements([shown[before, after] for before in befores])
        yield from (Flow(before, after, count) for before, count in zip(befores, line, strict=True))


@dataclass(frozen=True)
class CausedFlow:
    """How many families' result changed alike for one cause (`snapshot/difference.py`); None is hidden."""

    result: str
    before: str | None
    after: str | None
    cause: str
    shown: int | None


def flows_by_cause(changes: Sequence[ChangeCount], rule: Rule, place: str) -> tuple[CausedFlow, ...]:
    """Changes of a difference with their causes; `place` names the two snapshots."""
    together: dict[tuple[str, str | None, str | None, str], int] = {}
    for change in changes:
        key = (change.result, change.before, change.after, change.cause)
        together[key] = together.get(key, 0) + change.families
    return tuple(
        CausedFlow(*key, rule.shown(families, f"{place}|{key}")) for key, families in together.items()
    )
