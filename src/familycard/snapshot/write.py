"""Writing a snapshot: tables in the order of their keys, catalogue, manifest, look-up index."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from familycard import __version__
from familycard.engine.digest import TableDigest, table_digest
from familycard.engine.file_end import BrokenFile
from familycard.engine.interface import Engine
from familycard.errors import BuildError, SnapshotError
from familycard.indicators.tables import (
    FAULTS,
    PERSONS,
    entitlements,
    members,
    scores,
    subject_key,
    tie_evidence,
    unit_values,
)
from familycard.pack.model import Pack
from familycard.programmes.evaluate import subjects_of
from familycard.programmes.unused import UNUSED, WITHOUT_RIGHT
from familycard.snapshot.catalogue import Catalogue, LoadNote, read_catalogue, write_catalogue
from familycard.snapshot.code import code_digest
from familycard.snapshot.linked_rows import write_linked_by_person
from familycard.snapshot.name_index import RESIDENTS, write_residents
from familycard.snapshot.parents import write_parents_by_child
from familycard.snapshot.parts import parts_of
from familycard.snapshot.publish import begin, discard, point_to, prepare, publish, set_aside, writing
from familycard.snapshot.rows import MEMBERSHIPS, open_rows, write_faults_by_person
from familycard.snapshot.short_columns import folders_with_columns, open_columns, write_places
from familycard.sources.store import StoreState

CATALOGUE = "catalogue.json"
MANIFEST = "manifest.json"
SERVE = "serve.duckdb"
SERVE_MEMORY = "2GiB"
"""For a nation, by spilling; without a limit the names alone take 10 GiB."""
WORK = "work"
"""Folder of what the build needs on the way; gone before the snapshot is published."""


def table_paths(pack: Pack) -> dict[str, tuple[str, str]]:
    """By folder within a snapshot: the engine's table, and the columns it is ordered by."""
    paths = {"persons": (PERSONS, "person"), MEMBERSHIPS: (MEMBERSHIPS, "person")}
    for kind in pack.units:
        paths[f"members/{kind}"] = (members(kind), "unit, person")
        paths[f"evidence/{kind}"] = (tie_evidence(kind), "unit, one, two, tie, mapping, file, row")
        paths[f"units/{kind}"] = (unit_values(kind), "unit")
    for card in pack.scorecards:
        paths[f"scores/{card}"] = (scores(card), "unit")
    for subject in subjects_of(pack):
        paths[f"entitlements/{subject}"] = (entitlements(subject), subject_key(subject))
    paths[f"unused/{pack.card_unit}"] = (UNUSED, "unit")
    paths["without_right"] = (WITHOUT_RIGHT, "subject, programme, unit, person")
    paths["faults"] = (FAULTS, "fault, person, other, unit, kind, source, detail")
    return paths


def write_snapshot(
    engine: Engine,
    pack: Pack,
    state: StoreState,
    as_of: date,
    folder: Path,
    name: str,
    seconds: Mapping[str, float],
) -> tuple[Path, int]:
    """Write what is not yet written, verify and publish; the snapshot's path and how many persons it has.

    `folder` is that of `making`. Where a snapshot of the same inputs is already there, its digests
    must be the same; one whose files are no longer what was written is set aside.
    """
    digests: dict[str, TableDigest] = {}
    for path, (table, order) in table_paths(pack).items():
        digests[path] = engine.save(table, order, folder / path)
    engine.drop(MEMBERSHIPS)
    write_places(pack, folder)
    write_faults_by_person(engine, folder)
    write_parents_by_child(engine, pack, as_of, folder)
    linked = write_linked_by_person(engine, folder)
    shutil.rmtree(folder / WORK, ignore_errors=True)
    write_catalogue(_catalogue(pack, state, as_of), folder / CATALOGUE)
    manifest = _manifest(pack, state, as_of, folder, name, digests, seconds) | {"linked": linked}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf-8")
    _write_serve(pack, state, folder)
    published = _published_path(folder, folder.parent, name, {p: d.sha256 for p, d in digests.items()})
    return published, digests["persons"].rows


@contextmanager
def making(out: Path, name: str) -> Iterator[Path]:
    """The hidden folder of a snapshot in the making; of a build that failed nothing stays.

    One process at a time has it; another waits.
    """
    prepare(out)
    with writing(out):
        folder = begin(out, name)
        (folder / WORK).mkdir()
        try:
            yield folder
        finally:
            # A full disk would stay full.
            shutil.rmtree(folder, ignore_errors=True)


def _published_path(folder: Path, out: Path, name: str, digests: Mapping[str, str]) -> Path:
    if not (out / name).exists():
        return publish(folder, name)
    before = _digests(out / name)
    differing = sorted(path for path in digests if before.get(path, digests[path]) != digests[path])
    if differing:
        raise BuildError(
            f"The same inputs gave other tables than before ({', '.join(differing)}); {out / name} is left as it was."
        )
    if not _is_as_written(out / name, before):
        set_aside(out, name)
        return publish(folder, name)
    discard(folder)
    point_to(out, name)
    return out / name


def _digests(snapshot: Path) -> dict[str, str]:
    """The digests that a manifest states; none where it is gone or broken."""
    try:
        return dict(_stated(snapshot, "digests"))
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _stated(snapshot: Path, what: str) -> Any:
    """Something of a snapshot's manifest."""
    return json.loads((snapshot / MANIFEST).read_text(encoding="utf-8"))[what]


def _is_as_written(snapshot: Path, digests: Mapping[str, str]) -> bool:
    """Whether the files of a snapshot are what its manifest states: disks fail, and people delete."""
    try:
        with duckdb.connect(str(snapshot / SERVE), read_only=True) as connection:
            connection.execute(
                f"select sum(person) from identifiers union all select sum(person) from {RESIDENTS}"
            )
        for rows in open_rows(read_catalogue(snapshot / CATALOGUE).pack, snapshot).values():
            rows.check()
        for columns in open_columns(snapshot, _stated(snapshot, "short_columns")).values():
            columns.check()
        return bool(digests) and all(
            (parts := parts_of(snapshot / path)) and table_digest(parts).sha256 == sha256
            for path, sha256 in digests.items()
        )
    except (OSError, ValueError, KeyError, duckdb.Error, pa.ArrowException, BrokenFile, SnapshotError):
        return False


def _catalogue(pack: Pack, state: StoreState, as_of: date) -> Catalogue:
    loads = {
        source: LoadNote(
            load=load.load,
            extracted_on=load.extracted_on,
            covers_from=load.covers_from,
            covers_to=load.covers_to,
            stale=load.stale,
            checked=load.checked.relative_to(state.path),
        )
        for source, load in sorted(state.loads.items())
    }
    return Catalogue(pack, as_of, loads, state.path.resolve())


def _manifest(
    pack: Pack,
    state: StoreState,
    as_of: date,
    folder: Path,
    name: str,
    digests: Mapping[str, TableDigest],
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    return {
        "snapshot": name,
        "as_of": as_of.isoformat(),
        "pack": {"id": pack.id, "digest": pack.digest},
        "code": {"version": __version__, "digest": code_digest()},
        "store": {"version": state.version},
        "inputs": {
            source: {
                "load": load.load,
                "files": [asdict(file) for file in load.files],
                "rows": load.rows_accepted,
            }
            for source, load in sorted(state.loads.items())
        },
        "files": {path: digest.files for path, digest in digests.items()},
        "rows": {path: digest.rows for path, digest in digests.items()},
        "digests": {path: digest.sha256 for path, digest in digests.items()},
        "short_columns": folders_with_columns(folder),
        "seconds": {stage: round(value, 3) for stage, value in seconds.items()},
    }


def _write_serve(pack: Pack, state: StoreState, folder: Path) -> None:
    """The index of identifiers and that of residents by area. Derived, so outside the digests."""
    with duckdb.connect(str(folder / SERVE), config={"memory_limit": SERVE_MEMORY}) as connection:
        connection.execute(
            "create table identifiers as select kind, value, person from read_parquet($1) order by value",
            [str(state.identity)],
        )
        write_residents(connection, pack, folder)
