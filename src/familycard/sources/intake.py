"""Takes a delivery into the store: the main job of this folder.

The people source comes first, for it numbers everybody. Each source is read, checked and written
beside the loads in use; one rename of ``current.json`` at the end makes all of it visible, so
an intake that dies at any moment leaves the store as it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from familycard.errors import SourceError, StoreError, UsageError
from familycard.pack.contract import Source
from familycard.pack.model import Pack
from familycard.sources import identity, sql
from familycard.sources.check import compile_checks
from familycard.sources.delivery import Found, Notes, find, notes_of, read_notes
from familycard.sources.durable import publish
from familycard.sources.loading import Loading
from familycard.sources.quality import Quality, from_json
from familycard.sources.raw import keep_files, stored_files
from familycard.sources.read import Records, StoredFile
from familycard.sources.store import Store
from familycard.sources.undecided import find_undecided

CHECKS_VERSION = "2"
"""Goes up when the same files and contract would be judged differently: loads are then made anew."""

Progress = Callable[[str, str], None]


@dataclass(frozen=True)
class SourceReport:
    """What became of one source."""

    source: str
    outcome: str
    """loaded, unchanged, rechecked, refused (the last good load stays, stale), or absent."""
    load: str | None = None
    quality: Quality | None = None
    reason: str = ""
    """Why the delivery was refused: what, where and what to do."""

    def to_json(self) -> dict[str, Any]:
        shown = self.quality.to_json() if self.quality else None
        return {
            "source": self.source,
            "outcome": self.outcome,
            "load": self.load,
            "reason": self.reason,
            "quality": shown,
        }


@dataclass(frozen=True)
class IntakeReport:
    """What became of a delivery, source by source in the order in which they were taken in."""

    sources: tuple[SourceReport, ...]
    identity: str | None
    persons: int

    @property
    def is_clean(self) -> bool:
        """Whether nothing was refused as a whole."""
        return all(report.outcome != "refused" for report in self.sources)

    def to_json(self) -> dict[str, Any]:
        return {
            "identity": self.identity,
            "persons": self.persons,
            "sources": [report.to_json() for report in self.sources],
        }


@dataclass
class _Run:
    """One intake at work."""

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
    reports: list[SourceReport] = field(default_factory=list)


def intake(
    pack: Pack,
    delivery: Path,
    store: Path,
    *,
    progress: Progress | None = None,
    only: Collection[str] | None = None,
) -> IntakeReport:
    """Check the files of `delivery` and take them into `store`; `only` names the sources to look at.

    A source whose delivery is refused keeps its last good load and says why in the report; PackError,
    SourceError and StoreError are raised only where the intake as a whole cannot go on.
    """
    _check_arguments(pack, delivery, only)
    keeper = Store(store)
    with keeper.writing() as scratch:
        current = keeper.current()
        run = _Run(
            pack, delivery, keeper, scratch, _connect(scratch), progress or (lambda stage, detail: None),
            read_notes(delivery), {key: dict(entry) for key, entry in current["loads"].items()}, current["identity"],
        )  # fmt: skip
        with run.connection:
            return _take_in(run, current, only)


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


def _connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"temp_directory": str(scratch / "spill"), "preserve_insertion_order": True})


def _take_in(run: _Run, current: Mapping[str, Any], only: Collection[str] | None) -> IntakeReport:
    path = run.store.identity_path(run.identity) if run.identity else None
    identity.read_index(run.connection, path)
    identity.read_aliases(run.connection, run.delivery, run.pack)
    identity.apply_aliases(run.connection)
    people = run.pack.people.source
    _settle(run, run.pack.sources[people], delivered=only is None or people in only)
    identity.refuse_unknown_aliases(run.connection)
    _show_people(run)
    for source in sorted(set(run.pack.sources) - {people}):
        _settle(run, run.pack.sources[source], delivered=only is None or source in only)
    if run.entries != current["loads"] or run.identity != current["identity"]:
        run.progress("publish", str(run.store.path))
        run.store.set_current(run.identity, run.entries)
    persons = run.connection.execute("SELECT count(DISTINCT person) FROM identity").fetchall()
    return IntakeReport(tuple(run.reports), run.identity, int(persons[0][0]))


def _settle(run: _Run, source: Source, delivered: bool) -> None:
    """Take a source in, or check it again from its raw files where what it depends on has changed."""
    people = source.id == run.pack.people.source
    try:
        found = find(source, run.delivery) if delivered else None
        report = _delivered(run, source, found) if found else _kept(run, source, delivered)
    except SourceError as error:
        entry = run.entries.get(source.id)
        if entry is not None:
            entry |= {"stale": True, "reason": str(error)}
        report = SourceReport(source.id, "refused", entry["load"] if entry else None, reason=str(error))
    if people and run.identity is None:
        reason = report.reason or "the delivery has no file for it"
        raise SourceError(f"The people source '{source.id}' cannot be used, so nobody is known: {reason}")
    if report.outcome != "absent" or delivered:
        run.reports.append(_with_quality(run, report))


def _delivered(run: _Run, source: Source, found: Found) -> SourceReport:
    run.progress(source.id, "reading")
    notes = notes_of(source, run.notes)
    files = keep_files(run.store, source, found, run.scratch, run.connection)
    return _load(run, source, found.format, files, notes, "loaded")


def _kept(run: _Run, source: Source, delivered: bool) -> SourceReport:
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
    run: _Run,
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
    loading = Loading(run.connection, compile_checks(source, run.pack, notes.extracted_on), records)
    loading.check()
    if people:
        identity.number_people(run.connection, loading.checks, run.pack)
        identity.apply_aliases(run.connection)
        _write_identity(run)
    run.progress(source.id, "writing")
    load = _write(run, loading, notes, content, before)
    stale = bool(kept["stale"]) if kept else False
    run.entries[source.id] = {"load": load, "stale": stale} | (
        {"reason": kept["reason"]} if kept and stale else {}
    )
    return SourceReport(source.id, outcome, load)


def _content_digest(run: _Run, source: Source, files: tuple[StoredFile, ...], notes: Notes) -> str:
    """What a load is made from, apart from who is known."""
    kinds = [repr(run.pack.identifiers.get(column.identifies or "")) for column in source.columns]
    parts = [
        CHECKS_VERSION, source.digest, str(notes), *kinds, str(run.pack.minor_digits), run.pack.leap_day,
        *(f"{file.name} {file.sha256}" for file in files),
        identity.alias_digest(run.connection),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _still_holds(run: _Run, before: Mapping[str, Any], people: bool) -> bool:
    """Whether a load of the same content would come out the same with the people known today."""
    if people or not before["depends_on_identity"]:
        return True
    return bool(before["identity"] == _people_version(run))


def _people_version(run: _Run) -> str:
    """Who is known, and in which households: what unknown persons and refused rows depend on."""
    entry = run.entries.get(run.pack.people.source)
    return f"{run.identity} {entry['load'] if entry else ''}"


def _write(run: _Run, loading: Loading, notes: Notes, content: str, before: Mapping[str, Any] | None) -> str:
    source = loading.source
    people = source.id == run.pack.people.source
    entry = run.entries.get(run.pack.people.source)
    has_people = not people and entry is not None
    find_undecided(run.connection, loading.checks, has_people=has_people, is_people=people)
    folder = run.scratch / source.id
    folder.mkdir()
    version = _people_version(run)
    loading.write(folder, notes, version, before["quality"] if before else None, {"content": content})
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


def _write_identity(run: _Run) -> None:
    path, run.identity = identity.write_index(run.connection, run.scratch)
    publish(path, run.store.identity_path(run.identity))


def _show_people(run: _Run) -> None:
    """The view ``people_attributes``: who lives in which household, for contracts about households."""
    source = run.pack.sources[run.pack.people.source]
    load = run.store.load(source.id, run.entries[source.id]["load"])
    run.connection.execute(
        f"CREATE OR REPLACE TEMP VIEW people_attributes AS SELECT *, {sql.name(source.subject or '')} AS _person "
        f"FROM read_parquet({sql.text(str(load.checked))})"
    )


def _with_quality(run: _Run, report: SourceReport) -> SourceReport:
    if report.load is None or report.outcome == "refused":
        return report
    try:
        said = run.store.load(report.source, report.load).description["quality"]
    except StoreError:
        return report
    return replace(report, quality=from_json(said))
