"""The compiled pack inside a snapshot: explanations read this, never today's pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter

from familycard.errors import SnapshotError
from familycard.pack.model import Pack


@dataclass(frozen=True)
class LoadNote:
    """What an explanation says of the load that a value comes from."""

    load: str
    extracted_on: date | None
    covers_from: date | None
    covers_to: date | None
    stale: bool
    checked: Path
    """Where the accepted rows lie, relative to the store."""


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything an explanation needs beside the snapshot's tables."""

    pack: Pack
    as_of: date
    loads: Mapping[str, LoadNote]
    store: Path


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Catalogue]:
    return TypeAdapter(Catalogue)


def write_catalogue(catalogue: Catalogue, path: Path) -> None:
    """Write the catalogue as JSON, with sorted keys left in the pack's order."""
    path.write_bytes(_adapter().dump_json(catalogue, indent=1))


def read_catalogue(path: Path) -> Catalogue:
    """Read the catalogue; SnapshotError where it is missing or from another version."""
    try:
        return _adapter().validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise SnapshotError(f"{path} is missing: this is no snapshot.") from error
    except ValueError as error:
        raise SnapshotError(f"{path} cannot be read by this version: build the snapshot again.") from error
