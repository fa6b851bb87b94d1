"""Tables written to disk while the next one is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from familycard.engine.digest import Digest


@dataclass
class Kept:
    """A table that is being written."""

    folder: Path
    making: Path
    """Where its files are until it is whole."""
    names: list[str] = field(default_factory=list)
    digest: Digest | None = None


class Keeping:
    """Writes parts of tables by one thread, in their order."""

    def __init__(self) -> None:
        self._writer: ThreadPoolExecutor | None = None
        self._unfinished: list[tuple[list[Future[None]], Callable[[], None]]] = []

    @contextmanager
    def together(self) -> Iterator[None]:
        """Tables that begin to be written in this block are finished when it ends."""
        with ThreadPoolExecutor(1) as writer:
            self._writer, self._unfinished = writer, []
            try:
                yield
                for writing, finish in self._unfinished:
                    for part in writing:
                        part.result()
                    finish()
            finally:
                self._writer, self._unfinished = None, []

    def write(self, parts: Iterable[Callable[[], None]], finish: Callable[[], None]) -> None:
        """Write the parts of a table, each while the next is made, and finish the table."""
        if self._writer is None:
            with self.together():
                self.write(parts, finish)
            return
        writing: list[Future[None]] = []
        for part in parts:
            for earlier in writing:
                earlier.result()
            writing = [self._writer.submit(part)]
        self._unfinished.append((writing, finish))
