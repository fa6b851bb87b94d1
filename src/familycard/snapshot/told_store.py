"""A store of loads chosen one by one, so that the build reads it like any other.

Loads and the identity index are links into the stores they come from: nothing is copied but
the people source where two loads speak for it together.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from familycard.engine.duck import DuckEngine
from familycard.pack.model import Pack
from familycard.snapshot.told import Told, folder_of, undated_columns
from familycard.sources.store import Load, Store


def load_name(told: Told) -> str:
    """The name of the load that speaks; one of its own where two speak together."""
    if told.undated_from is None:
        return told.load.load
    return hashlib.sha256(f"{told.load.load} {told.undated_from.load}".encode()).hexdigest()[:16]


def write_told_store(folder: Path, pack: Pack, told: Mapping[str, Told], identity: Path) -> None:
    """Make the store anew in `folder`, which may be there from before."""
    shutil.rmtree(folder, ignore_errors=True)
    store = Store(folder)
    for source, one in told.items():
        place = store.load_path(source, load_name(one))
        place.parent.mkdir(parents=True)
        if one.undated_from is None:
            place.symlink_to(folder_of(one.load).resolve(), target_is_directory=True)
        else:
            _mix(pack.sources[source].subject or "", one.load, one.undated_from, place)
    link = store.identity_path(identity.stem)
    link.parent.mkdir()
    link.symlink_to(identity.resolve())
    store.set_current(
        identity.stem,
        {source: {"load": load_name(one), "stale": one.load.stale} for source, one in told.items()},
    )


def _mix(subject: str, later: Load, earlier: Load, place: Path) -> None:
    """The later load's rows and dates, with the earlier load's other columns of whom it knows."""
    place.mkdir()
    for table in ("quarantine", "undecided", "neighbours"):
        (place / f"{table}.parquet").symlink_to((folder_of(later) / f"{table}.parquet").resolve())
    (place / "load.json").symlink_to((folder_of(later) / "load.json").resolve())
    engine = DuckEngine()
    engine.read_parquet("later", [later.checked])
    engine.read_parquet("earlier", [earlier.checked])
    kept = [name for name in undated_columns(later) if name in undated_columns(earlier) and name != subject]
    columns = ", ".join(
        f'case when e."{subject}" is null then l."{name}" else e."{name}" end as "{name}"' for name in kept
    )
    replaced = f" replace ({columns})" if kept else ""
    engine.write_parquet(
        f'select l.*{replaced} from later l left join earlier e on e."{subject}" = l."{subject}"'
        f' order by l."{subject}" nulls last, l._file, l._row',
        place / "checked.parquet",
    )
