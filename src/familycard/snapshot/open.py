"""Opening a snapshot: its catalogue, its manifest, and its tables under the names they had while built.

Because the names are the same, the queries that made the snapshot also read it: an
explanation cannot drift from the decision it explains.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from familycard.engine.duck import DuckEngine
from familycard.errors import SnapshotError
from familycard.pack.model import Pack
from familycard.snapshot.catalogue import Catalogue, read_catalogue
from familycard.snapshot.write import CATALOGUE, MANIFEST, SERVE, table_paths


@dataclass(frozen=True)
class OpenSnapshot:
    """A snapshot with its tables as views of one engine; read only."""

    path: Path
    catalogue: Catalogue
    manifest: Mapping[str, Any]
    engine: DuckEngine

    @property
    def pack(self) -> Pack:
        """The pack it was built with."""
        return self.catalogue.pack


def open_snapshot(path: Path) -> OpenSnapshot:
    """Open a snapshot (or the link `current`); SnapshotError where it is not whole."""
    folder = path.resolve()
    if not (folder / MANIFEST).is_file():
        raise SnapshotError(
            f"{path} is no snapshot: {MANIFEST} is missing. Build one with `familycard build`."
        )
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    catalogue = read_catalogue(folder / CATALOGUE)
    engine = DuckEngine()
    for relative, (table, _) in table_paths(catalogue.pack).items():
        if not (folder / relative).is_file():
            raise SnapshotError(f"{folder / relative} is missing: the snapshot is not whole; build it again.")
        engine.read_parquet(table, [folder / relative])
    serve = str(folder / SERVE).replace("'", "''")
    engine.run(f"attach '{serve}' as serve (read_only)")
    return OpenSnapshot(folder, catalogue, manifest, engine)
