"""The parts of a country made side by side, each by a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from familycard.errors import FamilyCardError
from familycard.synthetic.part import Count, Plan, make_part

_LOOK_SECONDS = 0.5
"""How often the progress of the others is looked at."""


class _Stopped(Exception):
    """Another process failed, or somebody pressed Ctrl-C."""


@dataclass
class _Worker:
    """What a process is given when it begins."""

    plan: Plan
    begun: Any
    """Blocks begun by all processes together."""
    stop: Any
    """Set when no further block is wanted."""

    def before_block(self) -> None:
        if self.stop.is_set():
            raise _Stopped
        with self.begun.get_lock():
            self.begun.value += 1


_worker: _Worker | None = None


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def make_parts(plan: Plan, workers: int, show: Callable[[int], None]) -> Count:
    """Make every part with so many processes; `show` is told how many blocks have begun."""
    workers = min(workers, plan.parts)
    return _alone(plan, show) if workers == 1 else _together(plan, workers, show)


def _alone(plan: Plan, show: Callable[[int], None]) -> Count:
    total = Count()
    begun = iter(range(1, plan.blocks + 1))
    for part in range(plan.parts):
        total.add(make_part(plan, part, lambda: show(next(begun))))
    return total


def _together(plan: Plan, workers: int, show: Callable[[int], None]) -> Count:
    """New processes that share nothing with this one: its threads and locks stay here."""
    context = multiprocessing.get_context("spawn")
    begun, stop = context.Value("i", 0), context.Event()
    with ProcessPoolExecutor(workers, context, _begin, (plan, begun, stop)) as pool:
        try:
            with _deaf():
                first = [pool.submit(os.getpid) for _ in range(workers)]
            # The pool looks after a process only when a result has come in since that process began.
            wait(first)
            futures = [pool.submit(_make, part) for part in range(plan.parts)]
            _watch(futures, begun, show)
        except BrokenProcessPool:
            stop.set()
            raise FamilyCardError(
                "A process that made the country was ended from outside, perhaps for want of memory; "
                "try again with fewer workers."
            ) from None
        except BaseException:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    total = Count()
    for future in futures:
        total.add(future.result())
    return total


def _watch(futures: list[Future[Count]], begun: Any, show: Callable[[int], None]) -> None:
    """Wait for all; the first failure is raised at once."""
    waiting, shown = set(futures), 0
    while waiting:
        done, waiting = wait(waiting, _LOOK_SECONDS, FIRST_COMPLETED)
        for future in done:
            future.result()
        if begun.value > shown:
            shown = begun.value
            show(shown)


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes begun here do not hear Ctrl-C, which reaches all of a terminal: this one alone decides what to do."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _begin(plan: Plan, begun: Any, stop: Any) -> None:
    """Keep what every part of this process needs; the processes are as many as the processors are."""
    global _worker
    pa.set_cpu_count(1)
    _worker = _Worker(plan, begun, stop)


def _make(part: int) -> Count:
    assert _worker is not None
    return make_part(_worker.plan, part, _worker.before_block)
