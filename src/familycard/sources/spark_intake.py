"""The sources of a delivery on Spark: each is one task, which takes it in as the embedded engine does.

No source depends on another, so nothing has to move between machines: a task reads one source's files,
checks them in an embedded engine of its own, which spills to the store's disk, and writes the load into the
store. What it says of it comes back to the machine that gave the command, which numbered the people before and
makes all loads visible at the end. The delivery and the store have the same paths on all machines.

Spark may try a task again, or twice at once: every attempt makes its files in a folder of its own, and
who is last to name a finished load finds it there already, equal by content.
"""

from __future__ import annotations

import math
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from familycard.errors import FamilyCardError, SourceError, StoreError
from familycard.pack.contract import Source
from familycard.pack.model import Pack
from familycard.sources import identity
from familycard.sources.connection import connect, default_memory
from familycard.sources.delivery import Notes, find
from familycard.sources.known import list_known
from familycard.sources.report import SourceReport
from familycard.sources.store import Store
from familycard.sources.taking import Run, take_beside

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Entry = dict[str, Any]
"""What ``current.json`` says of a source."""


@dataclass(frozen=True)
class Work:
    """What every task is told; paths are absolute, and the same on all machines."""

    pack: Pack
    delivery: Path
    store: Path
    scratch: Path
    """The folder of this intake in the store: no other intake has the same."""
    people: Path
    """The identity index, as it is once everybody is numbered."""
    notes: Mapping[str, Notes]
    entries: Mapping[str, Entry]
    identity: str | None
    aliases: str | None
    links: str | None
    memory: str | None
    """What the engine of a task takes at most."""
    sources: tuple[tuple[str, bool], ...]
    """Each task's source, and whether its delivery is to be looked at."""


@dataclass(frozen=True)
class Said:
    """What a task says of its source: what became of it, or the error that ends the intake."""

    report: SourceReport | None = None
    entry: Entry | None = None
    error: FamilyCardError | None = None


def take_on_spark(
    run: Run, asked: Mapping[str, bool], session: SparkSession, memory: str | None
) -> list[SourceReport | None]:
    """Take the sources in as tasks of Spark, as many at a time as it has cores; the reports in the order of `asked`.

    `asked` says of each source whether its delivery is to be looked at. An error of ours in a task is raised here.
    """
    run.progress("spark", f"{len(asked)} sources, each of them a task")
    work = _work(run, asked, memory)
    tasks = session.range(0, len(work.sources), 1, numPartitions=len(work.sources))
    rows = tasks.mapInArrow(_function(work), "place bigint, said binary").collect()
    said: dict[str, Said] = {work.sources[row.place][0]: pickle.loads(row.said) for row in rows}
    for source in asked:
        if (error := said[source].error) is not None:
            raise error
        if (entry := said[source].entry) is not None:
            run.entries[source] = entry
    return [said[source].report for source in asked]


def _work(run: Run, asked: Mapping[str, bool], memory: str | None) -> Work:
    # Not the store's index: aliases of a delivery whose people were refused are in the connection alone.
    people, _ = identity.write_index(run.connection, run.scratch)
    return Work(
        run.pack, run.delivery.absolute(), run.store.path.absolute(), run.scratch.absolute(), people.absolute(),
        run.notes, run.entries, run.identity, run.aliases, run.links, memory, largest_first(run, asked),
    )  # fmt: skip


def largest_first(run: Run, asked: Mapping[str, bool]) -> tuple[tuple[str, bool], ...]:
    """The sources by their bytes, so that the largest is not begun when all others are done."""
    size = {
        source: _bytes_of(run, run.pack.sources[source], delivered) for source, delivered in asked.items()
    }
    return tuple(sorted(asked.items(), key=lambda item: (-size[item[0]], item[0])))


def _bytes_of(run: Run, source: Source, delivered: bool) -> float:
    """How large a source is: of what was delivered, else of its load in use, which may be checked again."""
    try:
        if delivered and (found := find(source, run.delivery)):
            # Nobody here knows how large a table of a database is.
            return math.inf if found.table else sum(path.stat().st_size for path in found.paths)
        entry = run.entries.get(source.id)
        return sum(file.bytes for file in run.store.load(source.id, entry["load"]).files) if entry else 0
    except (OSError, SourceError, StoreError):
        # Its task says what is wrong.
        return 0


def _function(work: Work) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What Spark runs in a worker: the places of sources come, and of each what was said goes."""

    def take(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            places = batch.column(0)
            said = [pickle.dumps(_take(work, *work.sources[place])) for place in places.to_pylist()]
            yield pa.record_batch([places, pa.array(said, pa.binary())], ["place", "said"])

    return take


def _take(work: Work, source: str, delivered: bool) -> Said:
    """One attempt at a source. What is no error of ours ends it, and Spark tries it again."""
    with _folder(work.scratch, source) as scratch:
        try:
            run = replace(_run(work), scratch=scratch, entries=dict(work.entries))
            return Said(take_beside(run, source, delivered), run.entries.get(source))
        except FamilyCardError as error:
            return Said(error=error)


@contextmanager
def _folder(scratch: Path, name: str) -> Iterator[Path]:
    """A folder of this attempt alone, gone after it."""
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=scratch))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_at_hand: dict[Path, Run] = {}
"""The intake that this worker process works for, by its folder: Spark gives a process one task after another."""


def _run(work: Work) -> Run:
    """The engine of this process with all who are known in it, made for its first task."""
    if work.scratch not in _at_hand:
        while _at_hand:
            _at_hand.popitem()[1].connection.close()
        _at_hand[work.scratch] = _opened(work)
    return _at_hand[work.scratch]


def _opened(work: Work) -> Run:
    from pyspark import TaskContext

    # Beside this task the machine has others: each has the cores that Spark gives it, and their share of memory.
    cores = TaskContext.get().cpus()
    memory = work.memory or default_memory(min(1, cores / (os.cpu_count() or 1)))
    spilled = Path(tempfile.mkdtemp(prefix="engine-", dir=work.scratch))
    connection = connect(spilled, threads=cores, memory=memory)
    identity.read_index(connection, work.people)
    return Run(
        work.pack, work.delivery, Store(work.store), spilled, connection, lambda stage, detail: None, work.notes, {},
        work.identity, list_known(connection, work.pack), work.aliases, work.links,
    )  # fmt: skip
