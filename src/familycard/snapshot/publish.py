"""Making a snapshot visible all at once, and taking a bad one back.

A snapshot is written beside the others under a hidden name, forced to disk, renamed, and
only then does `current` point to it, by one atomic rename. A crash at any moment leaves
`current` on a whole snapshot. One process at a time writes into a folder of snapshots; a
second one waits.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from familycard.errors import SnapshotError, UsageError
from familycard.sources.durable import flush

CURRENT = "current"
MAKING = ".making-"
BROKEN = ".broken-"
LOCK = ".lock"


def prepare(snapshots: Path) -> None:
    """Make the folder of snapshots; UsageError where it cannot be one, before hours are spent on a build."""
    try:
        snapshots.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{snapshots} cannot hold snapshots: {error.strerror}. Name another folder."
        ) from error
    if not os.access(snapshots, os.W_OK | os.X_OK):
        raise UsageError(
            f"{snapshots} may not be written to; name another folder, or change its permissions."
        )


@contextmanager
def writing(snapshots: Path) -> Iterator[None]:
    """Hold the folder of snapshots for one writer; a second one waits until the first has ended.

    The lock is the process's own, so a writer that dies lets go of it.
    """
    with open(snapshots / LOCK, "wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def begin(snapshots: Path, name: str) -> Path:
    """An empty hidden folder to write a snapshot into; what an earlier crash left is removed.

    Only while `writing`: else the folder of a running build would be taken for what a crash left.
    """
    for left in snapshots.glob(f"{MAKING}*"):
        shutil.rmtree(left)
    folder = snapshots / f"{MAKING}{name}"
    folder.mkdir()
    return folder


def publish(folder: Path, name: str) -> Path:
    """Rename a finished folder to its name and repoint `current`; the snapshot's path."""
    snapshots = folder.parent
    for path in sorted(folder.rglob("*"), reverse=True):
        flush(path)
    flush(folder)
    final = snapshots / name
    os.rename(folder, final)
    flush(snapshots)
    point_to(snapshots, name)
    return final


def discard(folder: Path) -> None:
    """Remove a finished folder that is not needed after all."""
    shutil.rmtree(folder)


def set_aside(snapshots: Path, name: str) -> None:
    """Take a broken snapshot out of the way under a hidden name; nothing of it is deleted."""
    number = 1
    while (aside := snapshots / f"{BROKEN}{name}-{number}").exists():
        number += 1
    os.rename(snapshots / name, aside)


def point_to(snapshots: Path, name: str) -> None:
    """Repoint `current` by one atomic rename."""
    link = snapshots / f".{CURRENT}-new"
    link.unlink(missing_ok=True)
    link.symlink_to(name)
    os.replace(link, snapshots / CURRENT)
    flush(snapshots)


def recall(snapshots: Path, back_to: str) -> None:
    """Point `current` back to an earlier snapshot; the recalled one stays on disk, unused.

    SnapshotError where `back_to` is not the name of a whole snapshot of this folder: a path, or
    `current` itself, would leave a link that leads nowhere.
    """
    check_name(snapshots, back_to)
    if not (snapshots / back_to / "manifest.json").is_file():
        raise SnapshotError(f"{snapshots / back_to} is not a whole snapshot; `current` stays where it is.")
    with writing(snapshots):
        point_to(snapshots, back_to)


def check_name(snapshots: Path, name: str) -> None:
    """SnapshotError unless `name` is the name of a folder right in `snapshots`, itself no link."""
    folder = snapshots / name
    is_plain = name not in ("", "..") and Path(name).name == name
    if not is_plain or folder.is_symlink() or not folder.is_dir():
        raise SnapshotError(
            f"`{name}` is not the name of a snapshot in {snapshots}; name one of its folders. "
            f"`current` stays where it is."
        )
