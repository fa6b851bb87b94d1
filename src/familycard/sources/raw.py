"""The raw folder: each delivered file as it came, named by its content."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import duckdb

from familycard.errors import SourceError, StoreError
from familycard.pack.contract import Source
from familycard.sources.delivery import Found
from familycard.sources.durable import publish
from familycard.sources.postgresql import dump_table
from familycard.sources.read import StoredFile
from familycard.sources.store import Load, Store

PIECE_BYTES = 1 << 22

STORE_IS_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def keep_files(
    store: Store, source: Source, found: Found, scratch: Path, connection: duckdb.DuckDBPyConnection
) -> tuple[StoredFile, ...]:
    """Copy what was found into the store's raw folder; a table of a database is first drawn as Parquet."""
    paths = [(path, path.name) for path in found.paths]
    if found.table is not None:
        paths = [(dump_table(found.table, source, scratch, connection), found.table)]
    return tuple(_keep(store, source, path, name, scratch / f"raw-{source.id}") for path, name in paths)


def _keep(store: Store, source: Source, path: Path, name: str, making: Path) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    try:
        with open(path, "rb") as delivered, open(making, "wb") as kept:
            while piece := delivered.read(PIECE_BYTES):
                digest.update(piece)
                size += kept.write(piece)
    except OSError as error:
        if error.errno in STORE_IS_FULL:
            # The delivery is not to blame, so it must not make a good load stale.
            raise StoreError(
                f"{store.path}: {error.strerror}; make room and run the intake again."
            ) from error
        raise SourceError(f"{name}: it cannot be read ({error.strerror}). Deliver it again.") from error
    final = store.raw_path(source.id, digest.hexdigest(), extension(path))
    publish(making, final)
    making.unlink(missing_ok=True)
    return StoredFile(name, final, digest.hexdigest(), size)


def extension(path: Path) -> str:
    """The last ending of a name, and the one before ``.gz``: ``.csv.gz``."""
    last = os.path.splitext(path.name)[1]
    return os.path.splitext(path.stem)[1] + last if last == ".gz" else last


def stored_files(store: Store, source: Source, load: Load) -> tuple[StoredFile, ...]:
    """The raw files of a load; StoreError where one is gone."""
    found = []
    for file in load.files:
        paths = sorted((store.path / "raw" / source.id).glob(f"{file.sha256}*"))
        if not paths:
            raise StoreError(f"raw file {file.sha256} of {source.id} is missing; restore the store's backup.")
        found.append(StoredFile(file.name, paths[0], file.sha256, file.bytes))
    return tuple(found)
