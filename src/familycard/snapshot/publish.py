"""Making a snapshot visible all at once, and taking a bad one back.

A snapshot is written beside the others under a hidden name, forced to disk, renamed, and
only then does `current` point to it, by one atomic rename. A crash at any moment leaves
`current` on a whole snapshot.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from familycard.errors import SnapshotError

CURRENT = "current"
MAKING = ".making-"


def begin(snapshots: Path, name: str) -> Path:
    """An empty hidden folder to write a snapshot into; what an earlier crash left is removed."""
    snapshots.mkdir(parents=True, exist_ok=True)
    for left in snapshots.glob(f"{MAKING}*"):
        shutil.rmtree(left)
    folder = snapshots / f"{MAKING}{name}"
    folder.mkdir()
    return folder


def publish(folder: Path, name: str) -> Path:
    """Rename a finished folder to its name and repoint `current`; the snapshot's path."""
    snapshots = folder.parent
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync(path)
    _sync(folder)
    final = snapshots / name
    os.rename(folder, final)
    _sync(snapshots)
    point_to(snapshots, name)
    return final


def discard(folder: Path) -> None:
    """Remove a finished folder that is not needed after all."""
    shutil.rmtree(folder)


def point_to(snapshots: Path, name: str) -> None:
    """Repoint `current` by one atomic rename."""
    link = snapshots / f".{CURRENT}-new"
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    os.replace(link, snapshots / CURRENT)
    _sync(snapshots)


def recall(snapshots: Path, back_to: str) -> None:
    """Point `current` back to an earlier snapshot; the recalled one stays on disk, unused."""
    if not (snapshots / back_to / "manifest.json").is_file():
        raise SnapshotError(f"{snapshots / back_to} is not a whole snapshot; `current` stays where it is.")
    point_to(snapshots, back_to)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
