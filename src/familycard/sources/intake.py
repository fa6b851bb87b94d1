"""Takes a delivery into the store: the main job of this folder.

The people source comes first, for it numbers everybody. Each source is read, checked and written
beside the loads in use; one rename of ``current.json`` at the end makes all of it visible, so
an intake that dies at any moment leaves the store as it was.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from familycard.errors import UsageError
from familycard.pack.model import Pack
from familycard.sources import identity, sql
from familycard.sources.delivery import read_notes
from familycard.sources.known import list_known
from familycard.sources.report import IntakeReport, SourceReport
from familycard.sources.store import Store
from familycard.sources.taking import Progress, Run, settle, show_people

MEMORY_BYTES, SHARE_OF_MEMORY = 8 * 10**9, 0.6
"""What the engine takes at most unless told otherwise: this, or where the machine is small, this share of it."""
WORKERS = 2
"""Sources taken in at a time: more would need more memory than they save time."""
SMALL_DELIVERY_BYTES = 1 << 20
"""Below this, threads cost more than they give."""


def intake(
    pack: Pack,
    delivery: Path,
    store: Path,
    *,
    progress: Progress | None = None,
    only: Collection[str] | None = None,
    memory: str | None = None,
) -> IntakeReport:
    """Check the files of `delivery` and take them into `store`; `only` names the sources to look at.

    The engine uses `memory` at most (such as 4GB; by default 8 GB, on a small machine less) and spills to the store's disk beyond it; the sorted numbers of those
    who are known come on top, 25 bytes each, and about 1 GB for the files being read.

    A source whose delivery is refused keeps its last good load and says why in the report; PackError,
    SourceError and StoreError are raised only where the intake as a whole cannot go on.
    """
    _check_arguments(pack, delivery, only, memory)
    keeper = Store(store)
    small = _bytes_of(delivery) < SMALL_DELIVERY_BYTES
    with keeper.writing() as scratch:
        current = keeper.current()
        run = Run(
            pack, delivery, keeper, scratch, connect(scratch, small, memory), progress or (lambda stage, detail: None),
            read_notes(delivery), {key: dict(entry) for key, entry in current["loads"].items()}, current["identity"],
            links=current.get("links"),
        )  # fmt: skip
        with run.connection:
            return _take_in(run, current, only, workers=1 if small else WORKERS)


def _check_arguments(pack: Pack, delivery: Path, only: Collection[str] | None, memory: str | None) -> None:
    if memory is not None and not re.fullmatch(r"[1-9][0-9]{0,5} ?(MB|GB|MiB|GiB)", memory):
        raise UsageError(f"`{memory}` is no amount of memory; write it as 8GB or 500MB.")
    if not delivery.is_dir():
        raise UsageError(f"{delivery} is no folder; --from names the folder with the delivered files.")
    unknown = sorted(set(only or ()) - set(pack.sources))
    if unknown:
        raise UsageError(
            f"pack {pack.id} has no source '{unknown[0]}'; it has {', '.join(sorted(pack.sources))}."
        )
    if pack.people.source not in pack.sources:
        raise UsageError(f"pack {pack.id} has no people source '{pack.people.source}'.")


def _bytes_of(delivery: Path) -> int:
    return sum(path.stat().st_size for path in delivery.iterdir() if path.is_file())


def connect(scratch: Path, small: bool, memory: str | None = None) -> duckdb.DuckDBPyConnection:
    """The engine of an intake, which spills into `scratch`."""
    settings: dict[str, Any] = {"temp_directory": str(scratch / "spill"), "preserve_insertion_order": True}
    settings["memory_limit"] = memory or f"{_default_memory_bytes()}B"
    if small:
        settings["threads"] = 1
    connection = duckdb.connect(config=settings)
    # How many records a stream will give is not known: the engine must not build a join's table of them.
    connection.execute("SET disabled_optimizers = 'build_side_probe_side'")
    return connection


def _default_memory_bytes() -> int:
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return int(min(MEMORY_BYTES, SHARE_OF_MEMORY * machine))


def _take_in(
    run: Run, current: Mapping[str, Any], only: Collection[str] | None, workers: int
) -> IntakeReport:
    people = run.pack.people.source
    reports = _take_people(run, current, only)
    show_people(run)
    run.known = run.known or list_known(run.connection, run.pack)
    run.aliases = identity.alias_digest(run.connection)
    _drop_tables_of_people(run.connection)
    others = sorted(set(run.pack.sources) - {people})
    reports += _take_others(run, others, only, workers)
    if run.entries != current["loads"] or run.identity != current["identity"]:
        run.progress("publish", str(run.store.path))
        run.store.set_current(run.identity, run.entries, run.links)
    persons = run.connection.execute("SELECT count(DISTINCT person) FROM identity").fetchall()
    return IntakeReport(tuple(report for report in reports if report), run.identity, int(persons[0][0]))


def _drop_tables_of_people(connection: duckdb.DuckDBPyConnection) -> None:
    """The temporary tables of the people source: other sources have theirs, and these are large."""
    for (table,) in connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE temporary ORDER BY ALL"
    ).fetchall():
        connection.execute(f"DROP TABLE {sql.name(table)}")


def _take_people(
    run: Run, current: Mapping[str, Any], only: Collection[str] | None
) -> list[SourceReport | None]:
    """Number everybody; an alias file that cannot be used is refused, and the aliases known before hold."""
    people = run.pack.people.source
    asked = only is None or people in only
    identity.read_index(run.connection, run.store.identity_path(run.identity) if run.identity else None)
    try:
        identity.read_aliases(run.connection, run.delivery, run.pack)
        identity.apply_aliases(run.connection)
        report = settle(run, run.pack.sources[people], asked)
        identity.refuse_unknown_aliases(run.connection)
        return [report]
    except identity.AliasError as error:
        refused = SourceReport(Path(identity.ALIASES).stem, "refused", reason=str(error))
    run.identity, run.known = current["identity"], None
    run.entries.clear()
    run.entries.update({key: dict(entry) for key, entry in current["loads"].items()})
    shutil.rmtree(run.scratch / people, ignore_errors=True)
    identity.read_index(run.connection, run.store.identity_path(run.identity) if run.identity else None)
    identity.no_aliases(run.connection)
    return [refused, settle(run, run.pack.sources[people], asked)]


def _take_others(
    run: Run, sources: Sequence[str], only: Collection[str] | None, workers: int
) -> list[SourceReport | None]:
    """The sources, several at a time: none depends on another, so their order changes nothing."""

    def take(source: str) -> SourceReport | None:
        with run.connection.cursor() as connection:
            own = replace(run, connection=connection)
            show_people(own)
            return settle(own, run.pack.sources[source], only is None or source in only)

    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(take, source) for source in sources]
        try:
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
