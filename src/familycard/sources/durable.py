"""Files that survive a power cut: written, flushed to disk, then named by one atomic rename."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from familycard.errors import StoreError


def flush(path: Path) -> None:
    """Force a file or a folder to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_file(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Write `content` under `path` so that a reader finds the old or the new whole, never a part."""
    making = path.with_name(f".{path.name}.making")
    making.unlink(missing_ok=True)
    handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.rename(making, path)
    flush(path.parent)


def publish(making: Path, final: Path) -> None:
    """Give a finished file or folder its final name; what is there already is the same by content."""
    if final.exists():
        return
    for part in sorted(making.iterdir()) if making.is_dir() else ():
        flush(part)
    flush(making)
    make_folder(final.parent)
    try:
        os.rename(making, final)
    except OSError as error:
        # Another attempt at the same, on another machine maybe, has named its folder in the meantime.
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
    flush(final.parent)


def make_folder(path: Path) -> None:
    """Make a folder and those above it, each flushed into its parent."""
    if path.is_dir():
        return
    if path.exists():
        raise StoreError(f"{path} is a file, where a folder is needed; name another place.")
    make_folder(path.parent)
    path.mkdir(exist_ok=True)
    flush(path.parent)
