"""Follows a job: the stages that it reports, their seconds, and the memory of its processes meanwhile."""

from __future__ import annotations

import os
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Stage:
    """One stage, measured."""

    job: str
    name: str
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_bytes: int = 0


@dataclass
class Watch:
    """The stages so far; stages of one name in one job are summed up."""

    stages: list[Stage] = field(default_factory=list)
    job: str = ""
    began: float = 0.0
    cpu_began: float = 0.0
    running: bool = True

    def progress(self, name: str, detail: str) -> None:
        """A stage begins; the one before ends."""
        self.close()
        known = next((s for s in self.stages if s.job == self.job and s.name == name), None)
        self.current = known or Stage(self.job, name)
        if known is None:
            self.stages.append(self.current)
        self.began, self.cpu_began = time.perf_counter(), _cpu_seconds()

    def close(self) -> None:
        """The running stage ends."""
        if self.began:
            self.current.seconds += time.perf_counter() - self.began
            self.current.cpu_seconds += _cpu_seconds() - self.cpu_began
        self.began = 0.0

    def sample(self) -> None:
        """Note the resident memory of this process and its children every 100 ms."""
        while self.running:
            if self.began:
                self.current.peak_bytes = max(self.current.peak_bytes, _resident())
            time.sleep(0.1)


@contextmanager
def watching() -> Iterator[Watch]:
    """A watch whose memory is sampled until the end of the block."""
    watch = Watch()
    thread = threading.Thread(target=watch.sample, daemon=True)
    thread.start()
    yield watch
    watch.close()
    watch.running = False
    thread.join()


def _cpu_seconds() -> float:
    """Of this process and of children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _resident() -> int:
    """Bytes in memory of this process and its children's children."""
    parents: dict[int, int] = {}
    resident: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name, in parentheses, may hold anything.
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        process = int(stat.parent.name)
        parents[process], resident[process] = int(after_name[1]), int(after_name[21]) * PAGE_BYTES
    family = {os.getpid()}
    while more := {p for p, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(resident.get(process, 0) for process in family)
