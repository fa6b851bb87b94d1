"""Takes a delivery into the store: the main job of this folder.

The people source comes first, for it numbers everybody. Each source is read, checked and written
beside the loads in use; one rename of ``current.json`` at the end makes all of it visible, so
an intake that dies at any moment leaves the store as it was.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from familycard.errors import UsageError
from familycard.pack.model import Pack
from familycard.sources import identity, sql
from familycard.sources.connection import check_memory, connect
from familycard.sources.delivery import read_notes
from familycard.sources.known import list_known
from familycard.sources.report import IntakeReport, SourceReport
from familycard.sources.spark_intake import take_on_spark
from familycard.sources.store import Store
from familycard.sources.taking import Progress, Run, settle, show_people, take_beside

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Taking = Callable[[Run, Mapping[str, bool]], list[SourceReport | None]]
"""How the sources other than the people are taken in, of each of which is said whether its delivery is looked at."""
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
    session: SparkSession | None = None,
) -> IntakeReport:
    """Check the files of `delivery` and take them into `store`; `only` names the sources to look at.

    The engine uses `memory` at most (such as 4GB; by default 8 GB, on a small machine less) and spills to the
    store's disk beyond it; the sorted numbers of those who are known come on top, 25 bytes each, and about 1 GB
    for the files being read. With a Spark `session` every source but the people is a task of it
    (`spark_intake.py`), and each task takes that much.

    A source whose delivery is refused keeps its last good load and says why in the report; PackError,
    SourceError and StoreError are raised only where the intake as a whole cannot go on.
    """
    check_memory(memory)
    _check_arguments(pack, delivery, only)
    keeper = Store(store)
    small = _bytes_of(delivery) < SMALL_DELIVERY_BYTES
    others: Taking = partial(_take_others, workers=1 if small else WORKERS)
    if session is not None:
        others = partial(take_on_spark, session=session, memory=memory)
    with keeper.writing() as scratch:
        current = keeper.current()
        connection = connect(scratch, threads=1 if small else None, memory=memory)
        run = Run(
            pack, delivery, keeper, scratch, connection, progress or (lambda stage, detail: None),
            read_notes(delivery), {key: dict(entry) for key, entry in current["loads"].items()}, current["identity"],
            links=current.get("links"),
        )  # fmt: skip
        with run.connection:
            return _take_in(run, current, only, others)


def _check_arguments(pack: Pack, delivery: Path, only: Collection[str] | None) -> None:
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


def _take_in(
    run: Run, current: Mapping[str, Any], only: Collection[str] | None, others: Taking
) -> IntakeReport:
    people = run.pack.people.source
    reports = _take_people(run, current, only)
    show_people(run)
    run.aliases = identity.alias_digest(run.connection)
    _drop_tables_of_people(run.connection)
    sources = sorted(set(run.pack.sources) - {people})
    reports += others(run, {source: only is None or source in only for source in sources})
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


def _take_others(run: Run, asked: Mapping[str, bool], workers: int) -> list[SourceReport | None]:
    """The sources, several at a time: none depends on another, so their order changes nothing."""
    run.known = run.known or list_known(run.connection, run.pack)
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(take_beside, run, source, delivered) for source, delivered in asked.items()]
        try:
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
