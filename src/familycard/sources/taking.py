"""One source of a delivery: found, kept as it came, checked, written, or refused with its reason.

A source whose delivery is refused keeps its last good load, and one that is not delivered is checked
again where who is known has changed since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from familycard.errors import SourceError, StoreError
from familycard.pack.contract import Source
from familycard.pack.model import Pack
from familycard.sources import identity, sql
from familycard.sources.check import compile_checks
from familycard.sources.delivery import Found, Notes, find, notes_of
from familycard.sources.durable import publish
from familycard.sources.known import Known, list_known
from familycard.sources.linkage.accepting import (
    accept,
    links_digest,
    write_linked,
)
from familycard.sources.linkage.links import LINKED_ROWS
from familycard.sources.loading import Loading, TooManyRefused
from familycard.sources.quality import from_json
from familycard.sources.raw import keep_files, stored_files
from familycard.sources.read import Records, StoredFile
from familycard.sources.report import SourceReport
from familycard.sources.resolving import worth_joining
from familycard.sources.store import Store
from familycard.sources.undecided import find_undecided

CHECKS_VERSION = "6"
"""Goes up when the same files and contract would be judged differently: loads are then made anew."""

Progress = Callable[[str, str], None]


@dataclass
class Run:
    """One intake at work; workers share all but the connection."""

    pack: Pack
    delivery: Path
    store: Store
    scratch: Path
    connection: duckdb.DuckDBPyConnection
    progress: Progress
    notes: Mapping[str, Notes]
    entries: dict[str, dict[str, Any]]
    """What ``current.json`` will say of each source."""
    identity: str | None
    known: Known | None = None
    """Who is known, once everybody is numbered."""
    aliases: str | None = None
    """The digest of all aliases, once everybody is numbered."""
    links: str | None = None
    """The version of the links in use."""

    @property
    def links_file(self) -> Path | None:
        return self.store.links_path(self.links) if self.links else None


def take_beside(run: Run, source: str, delivered: bool) -> SourceReport | None:
    """`settle` a source other than the people, in a cursor of its own, so that others can be taken beside it."""
    with run.connection.cursor() as connection:
        own = replace(run, connection=connection)
        show_people(own)
        return settle(own, run.pack.sources[source], delivered)


def settle(run: Run, source: Source, delivered: bool) -> SourceReport | None:
    """Take a source in, or check it again from its raw files where what it depends on has changed.

    None for a source that nobody asked for and that need not change.
    """
    people = source.id == run.pack.people.source
    try:
        found = find(source, run.delivery) if delivered else None
        report = _delivered(run, source, found) if found else _kept(run, source, delivered)
    except SourceError as error:
        entry = run.entries.get(source.id)
        if entry is not None:
            entry |= {"stale": True, "reason": str(error)}
        place = error.refused_rows if isinstance(error, TooManyRefused) else None
        load = entry["load"] if entry else None
        report = SourceReport(source.id, "refused", load, reason=str(error), refused_rows=place)
    if people and run.identity is None:
        reason = report.reason or "the delivery has no file for it"
        raise SourceError(f"The people source '{source.id}' cannot be used, so nobody is known: {reason}")
    return _with_quality(run, report) if report.outcome != "absent" or delivered else None


def _delivered(run: Run, source: Source, found: Found) -> SourceReport:
    run.progress(source.id, "reading")
    notes = notes_of(source, run.notes)
    files = keep_files(run.store, source, found, run.scratch, run.connection)
    return _load(run, source, found.format, files, notes, "loaded")


def _kept(run: Run, source: Source, delivered: bool) -> SourceReport:
    """A source that the delivery lacks: its last load stays, checked again where need be."""
    entry = run.entries.get(source.id)
    if entry is None:
        return SourceReport(source.id, "absent")
    load = run.store.load(source.id, entry["load"])
    notes = Notes(load.extracted_on, load.covers_from, load.covers_to)
    files = stored_files(run.store, source, load)
    report = _load(run, source, load.description["format"], files, notes, "rechecked", entry)
    return report if report.outcome != "unchanged" else replace(report, outcome="absent")


def _load(
    run: Run,
    source: Source,
    form: str,
    files: tuple[StoredFile, ...],
    notes: Notes,
    outcome: str,
    kept: Mapping[str, Any] | None = None,
) -> SourceReport:
    entry = run.entries.get(source.id)
    before = run.store.load(source.id, entry["load"]).description if entry else None
    content = _content_digest(run, source, files, notes)
    people = source.id == run.pack.people.source
    if before is not None and before["content"] == content and _still_holds(run, before, people):
        run.entries[source.id] = dict(kept or {"load": entry["load"] if entry else "", "stale": False})
        return SourceReport(source.id, "unchanged", entry["load"] if entry else None)
    run.progress(source.id, "checking")
    records = Records(run.connection, source, form, files)
    joined = worth_joining(source, run.known.counts if run.known else {}, records.most_rows())
    checks = compile_checks(source, run.pack, notes.extracted_on, joined)
    loading = Loading(run.connection, checks, records, None if people else run.known)
    try:
        loading.check()
    except TooManyRefused as refusal:
        raise _with_refused_rows(run, loading, refusal, content) from refusal
    if run.links_file and run.pack.can_be_linked(source):
        loading.accept_linked(accept(run.connection, loading.checks, run.pack, run.links_file, files))
    if people:
        identity.number_people(run.connection, loading.checks, run.pack)
        identity.apply_aliases(run.connection)
        run.known = loading.resolving.known = list_known(run.connection, run.pack)
        loading.collapse(identity.merged_rows(source, run.pack))
        _write_identity(run)
    run.progress(source.id, "writing")
    load = _write(run, loading, notes, content, before)
    stale = bool(kept["stale"]) if kept else False
    run.entries[source.id] = {"load": load, "stale": stale} | (
        {"reason": kept["reason"]} if kept and stale else {}
    )
    return SourceReport(source.id, outcome, load)


def _with_refused_rows(run: Run, loading: Loading, refusal: TooManyRefused, content: str) -> TooManyRefused:
    """Keep the quarantine of a refused delivery, so that its owner can see what to correct."""
    folder = run.scratch / f"refused-{loading.source.id}"
    folder.mkdir()
    loading.write_quarantine(folder)
    (folder / "reason.txt").write_text(f"{refusal}\n", "utf-8")
    final = run.store.refused_path(loading.source.id, content[:16])
    publish(folder, final)
    place = str((final / "quarantine.parquet").relative_to(run.store.path))
    return TooManyRefused(f"{refusal} The rows and their faults are in {place} of the store.", place)


def _content_digest(run: Run, source: Source, files: tuple[StoredFile, ...], notes: Notes) -> str:
    """What a load is made from, apart from who is known."""
    kinds = [repr(run.pack.identifiers.get(column.identifies or "")) for column in source.columns]
    parts = [
        CHECKS_VERSION, source.digest, str(notes), *kinds, str(run.pack.minor_digits), run.pack.leap_day,
        *(f"{file.name} {file.sha256}" for file in files),
        identity.alias_digest(run.connection) if run.aliases is None else run.aliases,
    ]  # fmt: skip
    if links := links_digest(run.connection, run.links_file, source, files):
        parts.append(links)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _still_holds(run: Run, before: Mapping[str, Any], people: bool) -> bool:
    """Whether a load of the same content would come out the same with the people known today."""
    if people or not before["depends_on_identity"]:
        return True
    return bool(before["identity"] == _people_version(run))


def _people_version(run: Run) -> str:
    """Who is known, and in which households: what unknown persons and refused rows depend on."""
    entry = run.entries.get(run.pack.people.source)
    return f"{run.identity} {entry['load'] if entry else ''}"


def _write(run: Run, loading: Loading, notes: Notes, content: str, before: Mapping[str, Any] | None) -> str:
    source = loading.source
    people = source.id == run.pack.people.source
    entry = run.entries.get(run.pack.people.source)
    has_people = not people and entry is not None
    find_undecided(
        run.connection,
        loading.checks,
        run.known or Known(),
        has_people=has_people,
        is_people=people,
        has_linked=loading.linked > 0,
    )
    folder = run.scratch / source.id
    folder.mkdir()
    version = _people_version(run)
    loading.write(folder, notes, version, before["quality"] if before else None, {"content": content})
    if loading.linked:
        write_linked(run.connection, folder / LINKED_ROWS)
    depends = _mark_dependence(folder)
    name = hashlib.sha256(f"{content} {version if depends and not people else ''}".encode()).hexdigest()[:16]
    publish(folder, run.store.load_path(source.id, name))
    return name


def _mark_dependence(folder: Path) -> bool:
    """Rows of unknown persons and refused rows may mean somebody else once more people are known."""
    path = folder / "load.json"
    said = json.loads(path.read_text("utf-8"))
    depends = bool(said["quality"]["rows_of_unknown_persons"] or said["rows_refused"])
    said["depends_on_identity"] = depends
    path.write_text(json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    return depends


def _write_identity(run: Run) -> None:
    path, run.identity = identity.write_index(run.connection, run.scratch)
    publish(path, run.store.identity_path(run.identity))


def show_people(run: Run) -> None:
    """The view ``people_attributes``: who lives in which household, for contracts about households."""
    source = run.pack.sources[run.pack.people.source]
    load = run.store.load(source.id, run.entries[source.id]["load"])
    run.connection.execute(
        f"CREATE OR REPLACE TEMP VIEW people_attributes AS SELECT *, {sql.name(source.subject or '')} AS _person "
        f"FROM read_parquet({sql.text(str(load.checked))})"
    )


def _with_quality(run: Run, report: SourceReport) -> SourceReport:
    if report.load is None or report.outcome == "refused":
        return report
    try:
        said = run.store.load(report.source, report.load).description["quality"]
    except StoreError:
        return report
    return replace(report, quality=from_json(said))
