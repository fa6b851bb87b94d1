"""The append-only store: every load of every source, by content, and which of them are in use.

Nothing is overwritten but ``current.json``, and that by one atomic rename; so a reader sees the
state before an intake or the state after it. The layout is in ``docs/store-and-snapshot.md``.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from familycard.errors import StoreError
from familycard.sources.durable import flush, make_folder, replace_file

FORMAT = 1
SECRET_BYTES = 32
MAKING = ".making"
BROKEN = (
    "is missing or broken; restore the store from its backup, or take the delivery in again into a new store."
)


@dataclass(frozen=True)
class LoadedFile:
    """A file of a load, as it was delivered."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Load:
    """One load of a source. Paths are absolute; counts are rows."""

    source: str
    load: str
    checked: Path
    quarantine: Path
    undecided: Path
    neighbours: Path
    files: tuple[LoadedFile, ...]
    rows_read: int
    rows_accepted: int
    rows_refused: int
    rows_doubled: int
    extracted_on: date | None
    covers_from: date | None
    covers_to: date | None
    stale: bool
    """A newer delivery was refused as a whole; this is the last good one."""
    description: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """All of ``load.json``: format, contract digest, quality, what the load depends on."""


@dataclass(frozen=True)
class StoreState:
    """What is in use: the load of each source and the identity index."""

    path: Path
    loads: Mapping[str, Load]
    identity: Path
    version: str
    """SHA-256 of the meaning of ``current.json``."""


class Store:
    """A store on disk; `state` is what readers want."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def state(self) -> StoreState:
        """The state in use; StoreError when nothing was taken in yet or a part is missing."""
        current = self.current()
        if not current["loads"]:
            raise StoreError(f"{self.path}: nothing was taken in yet; run `familycard intake` first.")
        try:
            loads = {
                source: self.load(source, entry["load"], bool(entry["stale"]))
                for source, entry in sorted(current["loads"].items())
            }
        except (KeyError, TypeError) as error:
            raise StoreError(f"{self.path / 'current.json'} {BROKEN}") from error
        identity = self.identity_path(current["identity"])
        if not identity.is_file():
            raise StoreError(f"{identity}: the identity index is missing; restore the store from its backup.")
        meaning = json.dumps(current, sort_keys=True, separators=(",", ":"))
        return StoreState(self.path, loads, identity, hashlib.sha256(meaning.encode()).hexdigest())

    def secret(self) -> bytes:
        """The key of keyed references; StoreError where the store has none yet."""
        path = self.path / "secret"
        if not path.is_file():
            raise StoreError(f"{path} is missing; run `familycard intake`, or restore it from its backup.")
        return path.read_bytes()

    def load(self, source: str, load: str, stale: bool = False) -> Load:
        """A load of the store, in use or not; StoreError where it is not whole."""
        folder = self.load_path(source, load)
        try:
            said = json.loads((folder / "load.json").read_text("utf-8"))
            return self._described(folder, source, load, stale, said)
        except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
            raise StoreError(f"{folder}: the load {BROKEN}") from error

    @staticmethod
    def _described(folder: Path, source: str, load: str, stale: bool, said: Mapping[str, Any]) -> Load:
        """The load as its description says, with tables whose footers can be read."""
        for table in ("checked", "undecided", "neighbours"):
            pq.read_metadata(folder / f"{table}.parquet")
        return Load(
            source=source,
            load=load,
            checked=folder / "checked.parquet",
            quarantine=folder / "quarantine.parquet",
            undecided=folder / "undecided.parquet",
            neighbours=folder / "neighbours.parquet",
            files=tuple(LoadedFile(**file) for file in said["files"]),
            rows_read=said["rows_read"],
            rows_accepted=said["rows_accepted"],
            rows_refused=said["rows_refused"],
            rows_doubled=said["rows_doubled"],
            extracted_on=_day(said["extracted_on"]),
            covers_from=_day(said["covers_from"]),
            covers_to=_day(said["covers_to"]),
            stale=stale,
            description=said,
        )

    def current(self) -> dict[str, Any]:
        """What ``current.json`` says; empty where nothing was taken in yet."""
        try:
            said = json.loads((self.path / "current.json").read_text("utf-8"))
        except FileNotFoundError:
            return {"format": FORMAT, "identity": None, "loads": {}}
        except (OSError, ValueError) as error:
            raise StoreError(f"{self.path / 'current.json'} cannot be read: {error}") from error
        if not isinstance(said, dict) or said.get("format") != FORMAT:
            raise StoreError(f"{self.path}: the store was written by another version of Family Card.")
        if not isinstance(said.get("loads"), dict) or "identity" not in said:
            raise StoreError(f"{self.path / 'current.json'} {BROKEN}")
        return said

    def set_current(
        self, identity: str | None, loads: Mapping[str, Mapping[str, Any]], links: str | None = None
    ) -> None:
        """Repoint the store: the one step that makes an intake visible."""
        said = {
            "format": FORMAT,
            "identity": identity,
            "loads": {key: dict(loads[key]) for key in sorted(loads)},
        } | ({"links": links} if links else {})
        replace_file(self.path / "current.json", (json.dumps(said, indent=1, sort_keys=True) + "\n").encode())

    def load_path(self, source: str, load: str) -> Path:
        return self.path / "loads" / source / load

    def raw_path(self, source: str, sha256: str, extension: str) -> Path:
        return self.path / "raw" / source / f"{sha256}{extension}"

    def refused_path(self, source: str, content: str) -> Path:
        """Where the quarantine of a delivery is kept that was refused as a whole."""
        return self.path / "refused" / source / content

    def links_path(self, version: str) -> Path:
        """Who is meant by rows that do not name their person, as of a version (see `linkage`)."""
        return self.path / "links" / f"{version}.parquet"

    def identity_path(self, version: str) -> Path:
        return self.path / "identity" / f"{version}.parquet"

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """Hold the store for one writer and give a scratch folder in it; StoreError if another writes."""
        make_folder(self.path)
        with open(self.path / ".lock", "wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StoreError(
                    f"{self.path}: another intake is running; wait until it has ended."
                ) from error
            for left in self.path.glob(f"{MAKING}*"):
                shutil.rmtree(left, ignore_errors=True)
            self._make_secret()
            scratch = Path(tempfile.mkdtemp(prefix=f"{MAKING}-", dir=self.path))
            flush(self.path)
            try:
                yield scratch
            finally:
                shutil.rmtree(scratch, ignore_errors=True)

    def _make_secret(self) -> None:
        path = self.path / "secret"
        if not path.exists():
            replace_file(path, secrets.token_bytes(SECRET_BYTES), mode=0o600)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
