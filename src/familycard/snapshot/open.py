"""Opening a snapshot: its catalogue, its manifest, and its tables under the names they had while built.

Because the names are the same, the queries that made the snapshot also read it: an
explanation cannot drift from the decision it explains.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar

import duckdb

from familycard.engine.column_file import ColumnFile
from familycard.engine.duck import DuckEngine
from familycard.errors import SnapshotError
from familycard.indicators.tables import PEOPLE, PERSONS
from familycard.pack.model import Pack
from familycard.snapshot.catalogue import Catalogue, read_catalogue
from familycard.snapshot.parts import parts_of
from familycard.snapshot.publish import CURRENT
from familycard.snapshot.rows import LINKED, Rows, open_rows
from familycard.snapshot.short_columns import open_columns
from familycard.snapshot.write import CATALOGUE, MANIFEST, SERVE, table_paths

T = TypeVar("T")


@dataclass(frozen=True)
class OpenSnapshot:
    """A snapshot with its tables as views of one engine; read only."""

    path: Path
    catalogue: Catalogue
    manifest: Mapping[str, Any]
    engine: DuckEngine
    rows: Mapping[str, Rows]
    """Rows by their key, for cards (`rows.py`)."""
    columns: Mapping[str, ColumnFile]
    """By folder the columns that segments are counted from (`short_columns.py`); none of an older snapshot."""
    _remembered: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)
    _making: RLock = field(default_factory=RLock, repr=False, compare=False)

    @property
    def pack(self) -> Pack:
        """The pack it was built with."""
        return self.catalogue.pack

    def remember(self, what: object, make: Callable[[], T]) -> T:
        """What is the same for every question asked of this snapshot: made once."""
        if what not in self._remembered:
            with self._making:
                if what not in self._remembered:
                    self._remembered[what] = make()
        found: T = self._remembered[what]
        return found

    def remembered(self, what: object, as_a: type[T]) -> T | None:
        """What has been remembered, None where nobody has asked for it yet."""
        found = self._remembered.get(what)
        return found if isinstance(found, as_a) else None


def open_snapshot(path: Path) -> OpenSnapshot:
    """Open a snapshot (or the link `current`); SnapshotError where it is not whole."""
    folder = _folder(path)
    manifest = _manifest(folder)
    catalogue = read_catalogue(folder / CATALOGUE)
    engine = DuckEngine()
    # A snapshot never changes, and the bounds of wide files take long to read.
    engine.run("set parquet_metadata_cache = true")
    for relative, (table, _) in table_paths(catalogue.pack).items():
        parts = parts_of(folder / relative)
        if len(parts) != manifest["files"].get(relative):
            raise SnapshotError(
                f"{folder / relative} lacks files: the snapshot is not whole; build it again."
            )
        with _broken(folder / relative):
            engine.read_parquet(table, parts)
    engine.view(PEOPLE, f"select * from {PERSONS}")
    if not (folder / SERVE).is_file():
        raise SnapshotError(f"{folder / SERVE} is missing: the snapshot is not whole; build it again.")
    serve = str(folder / SERVE).replace("'", "''")
    with _broken(folder / SERVE):
        engine.run(f"attach '{serve}' as serve (read_only)")
    columns = open_columns(folder, manifest.get("short_columns", ()))
    rows = open_rows(catalogue.pack, folder)
    if manifest.get("linked") and LINKED not in rows:
        raise SnapshotError(f"{folder / LINKED} is missing: the snapshot is not whole; build it again.")
    return OpenSnapshot(folder, catalogue, manifest, engine, rows, columns)


def _folder(path: Path) -> Path:
    """The snapshot's folder behind a link; SnapshotError where there is none."""
    try:
        folder = path.resolve(strict=True)
        is_snapshot = (folder / MANIFEST).is_file()
    except (OSError, RuntimeError):
        is_snapshot = False
    if not is_snapshot:
        advice = (
            f"Name {path / CURRENT}." if (path / CURRENT).exists() else "Build one with `familycard build`."
        )
        raise SnapshotError(f"{path} is no snapshot: {MANIFEST} is missing. {advice}")
    return folder


def _manifest(folder: Path) -> Mapping[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except ValueError as error:
        raise SnapshotError(
            f"{folder / MANIFEST} is broken: the snapshot is not whole; build it again."
        ) from error
    if not isinstance(manifest, dict):
        raise SnapshotError(f"{folder / MANIFEST} is no manifest: build the snapshot again.")
    return manifest


@contextmanager
def _broken(file: Path) -> Iterator[None]:
    """Say which file the engine could not read."""
    try:
        yield
    except duckdb.Error as error:
        raise SnapshotError(f"{file} is broken: the snapshot is not whole; build it again.") from error
