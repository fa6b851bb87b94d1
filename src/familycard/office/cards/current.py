"""The published snapshot, open for reading in this process.

A newly published one, or the one before it after a recall, is taken up without a restart: each
request compares where the link ``current`` points with what is open, and where they differ a
thread opens and warms the other one while requests go on with what they have. A request that has
begun with one snapshot ends with it: `Current.one_reader`.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
from django.conf import settings

from familycard.errors import FamilyCardError, SnapshotError
from familycard.pack.model import Pack
from familycard.pack.office import OfficeRules
from familycard.snapshot.reader import Reader

_log = logging.getLogger(__name__)
AGAIN_AFTER_SECONDS = 60
"""How long after a snapshot could not be opened it is tried again: not at each request, with a thread for each."""
_held: ContextVar[list[Reader] | None] = ContextVar("the reader of this request", default=None)
"""Empty until the request asks for one; None outside of requests."""
_preparations: list[Callable[[Reader], None]] = []


def register_preparation(prepare: Callable[[Reader], None]) -> None:
    """Say what is to be made of a newly published snapshot before requests meet it: called when an app is ready."""
    _preparations.append(prepare)


class Current:
    """The reader of what ``current`` in a folder of snapshots points to."""

    def __init__(self, snapshots: Path) -> None:
        self._link = snapshots / "current"
        self._lock = threading.Lock()
        self._reader: Reader | None = None
        self._target = ""
        self._opening = ""
        self._failed = ("", 0.0)
        """What could not be opened, and when (of a clock that only goes on)."""

    @contextmanager
    def one_reader(self) -> Iterator[None]:
        """While it lasts, everybody gets the reader that was got first: whom a page is about and what it says of
        them come from one snapshot."""
        token = _held.set([])
        try:
            yield
        finally:
            _held.reset(token)

    def reader(self) -> Reader:
        """The snapshot that is published, of this request; SnapshotError where none ever was."""
        held = _held.get()
        if held is None:
            return self._latest()
        if not held:
            held.append(self._latest())
        return held[0]

    def _latest(self) -> Reader:
        target = self._published()
        if self._reader is None:
            with self._lock:
                if self._reader is None:
                    self._open(target)
        elif target not in (self._target, self._opening) and not self._has_failed(target):
            self._open_beside(target)
        assert self._reader is not None
        return self._reader

    def rules(self) -> OfficeRules:
        """What the pack of the published snapshot says for the office: its law, its working days, its words."""
        return _rules(self.reader().pack)

    def _published(self) -> str:
        try:
            return os.readlink(self._link)
        except OSError as error:
            raise SnapshotError("No snapshot is published yet: run `familycard build` first.") from error

    def _open(self, target: str, preparations: Iterable[Callable[[Reader], None]] = ()) -> None:
        reader = Reader.open(self._link.parent / target).warm()
        _rules(reader.pack)
        for prepare in preparations:
            prepare(reader)
        self._reader, self._target = reader, target

    def _has_failed(self, target: str) -> bool:
        failed, at = self._failed
        return target == failed and time.monotonic() < at + AGAIN_AFTER_SECONDS

    def _open_beside(self, target: str) -> None:
        with self._lock:
            if target in (self._target, self._opening) or self._has_failed(target):
                return
            self._opening = target
        threading.Thread(target=self._take_up, args=(target,), daemon=True).start()

    def _take_up(self, target: str) -> None:
        try:
            self._open(target, _preparations)
        except (FamilyCardError, OSError, ValueError, duckdb.Error, pa.ArrowException):
            # The last good snapshot stays in use; a request tries again after a while.
            self._failed = (target, time.monotonic())
            _log.exception("The snapshot %s was published but cannot be opened.", target)
        finally:
            self._opening = ""


def _rules(pack: Pack) -> OfficeRules:
    if pack.office is None:
        raise SnapshotError(
            f"The pack `{pack.id}` of this snapshot has no office.yaml, so an office does not know its law and "
            f"its working days. Add the file (docs/pack-format.md) and build the snapshot again."
        )
    return pack.office


@cache
def current() -> Current:
    """This process's open snapshot."""
    return Current(settings.DEPLOYMENT.snapshots)
