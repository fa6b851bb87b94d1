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
from familycard.engine.interface import Engine
from familycard.errors import BuildError, SnapshotError
from familycard.indicators.tables import (
    FAULTS,
    PERSONS,
    entitlements,
    members,
    scores,
    tie_evidence,
    unit_values,
)
from familycard.pack.model import Pack
from familycard.programmes.evaluate import subjects_of
from familycard.programmes.unused import UNUSED, WITHOUT_RIGHT
from familycard.snapshot.catalogue import Catalogue, LoadNote, read_catalogue, write_catalogue
from familycard.snapshot.code import code_digest
from familycard.snapshot.digest import table_digest
from familycard.snapshot.publish import begin, discard, point_to, prepare, publish, set_aside, writing
from familycard.sources.store import StoreState

CATALOGUE = "catalogue.json"
MANIFEST = "manifest.json"
SERVE = "serve.duckdb"


def table_paths(pack: Pack) -> dict[str, tuple[str, str]]:
    """By path within a snapshot: the engine's table, and the columns it is ordered by."""
    paths = {"persons/part-0.parquet": (PERSONS, "person")}
    for kind in pack.units:
        paths[f"members/{kind}.parquet"] = (members(kind), "unit, person")
        paths[f"evidence/{kind}.parquet"] = (tie_evidence(kind), "unit, one, two, tie, mapping, file, row")
        paths[f"units/{kind}.parquet"] = (unit_values(kind), "unit")
    for card in pack.scorecards:
        paths[f"scores/{card}.parquet"] = (scores(card), "unit")
    for subject in subjects_of(pack):
        key = "person" if subject == "person" else "unit"
        paths[f"entitlements/{subject}.parquet"] = (entitlements(subject), key)
    paths[f"unused/{pack.card_unit}.parquet"] = (UNUSED, "unit")
    paths["without_right/part-0.parquet"] = (WITHOUT_RIGHT, "subject, programme, unit, person")
    order = "fault, person, other, unit, kind, source, detail"
    paths["faults/part-0.parquet"] = (FAULTS, order)
    return paths


def write_snapshot(
    engine: Engine,
    pack: Pack,
    state: StoreState,
    as_of: date,
    out: Path,
    name: str,
    seconds: Mapping[str, float],
) -> tuple[Path, int]:
    """Write, verify and publish; the snapshot's path and how many persons it has.

    Where a snapshot of the same inputs is already there, its digests must be the same; one whose
    files are no longer what was written is set aside.
    """
    prepare(out)
    with writing(out), _making(out, name) as folder:
        rows, digests = {}, {}
        for path, (table, order) in table_paths(pack).items():
            rows[path] = engine.write_parquet(f"select * from {table} order by {order}", folder / path)
            digests[path] = table_digest(folder / path)
        write_catalogue(_catalogue(pack, state, as_of), folder / CATALOGUE)
        manifest = _manifest(pack, state, as_of, name, rows, digests, seconds)
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf-8")
        _write_serve(pack, state, folder)
        return _published_path(folder, out, name, digests), rows["persons/part-0.parquet"]


@contextmanager
def _making(out: Path, name: str) -> Iterator[Path]:
    """The hidden folder of a snapshot being written; of a write that failed nothing stays."""
    folder = begin(out, name)
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
        return dict(json.loads((snapshot / MANIFEST).read_text(encoding="utf-8"))["digests"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _is_as_written(snapshot: Path, digests: Mapping[str, str]) -> bool:
    """Whether the files of a snapshot are what its manifest states: disks fail, and people delete."""
    try:
        read_catalogue(snapshot / CATALOGUE)
        with duckdb.connect(str(snapshot / SERVE), read_only=True) as connection:
            for table in ("identifiers", "memberships"):
                connection.execute(f"select sum(person) from {table}")
        return bool(digests) and all(table_digest(snapshot / path) == d for path, d in digests.items())
    except (OSError, duckdb.Error, pa.ArrowException, SnapshotError):
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
    name: str,
    rows: Mapping[str, int],
    digests: Mapping[str, str],
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
        "rows": dict(rows),
        "digests": dict(digests),
        "seconds": {stage: round(value, 3) for stage, value in seconds.items()},
    }


def _write_serve(pack: Pack, state: StoreState, folder: Path) -> None:
    """The look-up index: identifiers and memberships by person. Derived, so outside the digests."""
    with duckdb.connect(str(folder / SERVE)) as connection:
        connection.execute(
            "create table identifiers as select kind, value, person from read_parquet($1) order by value",
            [str(state.identity)],
        )
        parts = [
            f"select person, '{kind}' as kind, unit from read_parquet({_file(folder, kind)})"
            for kind in pack.units
        ]
        connection.execute(f"create table memberships as {' union all '.join(parts)} order by person")


def _file(folder: Path, kind: str) -> str:
    """The members of a kind as a path in SQL."""
    return "'" + str(folder / "members" / f"{kind}.parquet").replace("'", "''") + "'"
