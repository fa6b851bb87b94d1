"""The snapshots between two snapshots, each a step further: data, life, law.

From A (its data, law and day) to B::

    A ─data→ told today ─life→ at the later day ─law→ B

*Told today* is built with the law of A on the day of A from what the registers say today
(`told.py`); *at the later day* on the day of B from the registers of B, still with the law that
was in force on the day of A (`frozen_law.py`).
Where another version of the software built A or B, they are built anew by this one and the
difference is the step ``software``. A step whose snapshots have the same inputs is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from familycard.errors import SnapshotError
from familycard.pack.model import Pack
from familycard.snapshot.build import build
from familycard.snapshot.code import code_digest
from familycard.snapshot.frozen_law import frozen_law
from familycard.snapshot.open import OpenSnapshot, open_snapshot
from familycard.snapshot.told import Told, state_of, told_of_earlier_day, told_of_later_day
from familycard.snapshot.told_store import load_name, write_told_store

SOFTWARE, DATA, LIFE, LAW = "software", "data", "life", "law"
Progress = Callable[[str, str], None]


@dataclass(frozen=True)
class Step:
    """A snapshot of the chain, and what differs between it and the one before."""

    cause: str
    snapshot: OpenSnapshot


@dataclass(frozen=True)
class EarlierWord:
    """A source for which the earlier load speaks at a step, and why."""

    step: str
    source: str
    why: str


@dataclass(frozen=True)
class Steps:
    """The way from one snapshot to another; without steps where both have the same inputs."""

    start: OpenSnapshot
    steps: tuple[Step, ...]
    earlier_words: tuple[EarlierWord, ...]
    """What cannot be told apart, also at a step that is left out."""

    @property
    def end(self) -> OpenSnapshot:
        """The later snapshot."""
        return self.steps[-1].snapshot if self.steps else self.start


@dataclass(frozen=True)
class _Inputs:
    """All that a snapshot is made from."""

    pack: Pack
    as_of: date
    told: Mapping[str, Told]
    identity: Path
    code: str

    @property
    def key(self) -> tuple[str, date, tuple[tuple[str, str], ...], str]:
        """Equal where the tables are."""
        loads = tuple(sorted((source, load_name(told)) for source, told in self.told.items()))
        return self.pack.digest, self.as_of, loads, self.code


def steps_between(a: OpenSnapshot, b: OpenSnapshot, work: Path, progress: Progress | None = None) -> Steps:
    """The steps from `a` to `b`, the last of them `b` itself; what has to be built lies in `work`.

    SnapshotError where `b` speaks of an earlier day than `a`.
    """
    if b.catalogue.as_of < a.catalogue.as_of:
        raise SnapshotError(
            f"{b.path.name} speaks of an earlier day than {a.path.name}: name the earlier snapshot first."
        )
    first, last = _own_inputs(a), _own_inputs(b)
    planned = _planned(first, last)
    known = {last.key: b, first.key: a}
    steps, key = [], first.key
    for number, (cause, inputs) in enumerate(planned, start=1):
        if inputs.key == key:
            continue
        if inputs.key not in known:
            known[inputs.key] = _built(inputs, work / f"store-{number}-{cause}", work / "snapshots", progress)
        steps.append(Step(cause, known[inputs.key]))
        key = inputs.key
    words = [
        EarlierWord(cause, source, told.why_earlier)
        for cause, inputs in planned
        for source, told in sorted(inputs.told.items())
        if told.why_earlier is not None
    ]
    return Steps(a, tuple(steps), tuple(words))


def _own_inputs(snapshot: OpenSnapshot) -> _Inputs:
    state = state_of(snapshot)
    told = {source: Told(load) for source, load in state.loads.items() if source in snapshot.pack.sources}
    code = str(snapshot.manifest["code"]["digest"])
    return _Inputs(snapshot.pack, snapshot.catalogue.as_of, told, state.identity, code)


def _planned(first: _Inputs, last: _Inputs) -> list[tuple[str, _Inputs]]:
    """Every step that may be needed, in order."""
    code = code_digest()
    before, after = ({source: told.load for source, told in one.told.items()} for one in (first, last))
    told_today = told_of_earlier_day(first.pack, first.as_of, before, after)
    later = told_of_later_day(first.pack, before, after)
    law_of_first = frozen_law(first.pack, first.as_of, last.as_of)
    return [
        (SOFTWARE, _Inputs(first.pack, first.as_of, first.told, first.identity, code)),
        (DATA, _Inputs(first.pack, first.as_of, told_today, last.identity, code)),
        (LIFE, _Inputs(law_of_first, last.as_of, later, last.identity, code)),
        (LAW, _Inputs(last.pack, last.as_of, last.told, last.identity, code)),
        (SOFTWARE, last),
    ]


def _built(inputs: _Inputs, store: Path, snapshots: Path, progress: Progress | None) -> OpenSnapshot:
    write_told_store(store, inputs.pack, inputs.told, inputs.identity)
    return open_snapshot(build(inputs.pack, store, inputs.as_of, snapshots, progress=progress).path)
