"""Jobs that kill themselves in front of the n-th call of one kind, each in a fork of its own.

A fork has the libraries loaded, so a death costs no more than the job that dies.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

IS_WHOLE = os.environ.get("FAMILYCARD_CI") == "whole"
"""Whether time does not matter: then jobs die at calls of every kind."""


def killed_at(event: str, number: int, folder: Path, job: Callable[[], object]) -> tuple[int, str]:
    """Run `job`; SIGKILL in front of its n-th call of `event` on a path below `folder`.

    `event` is an audit event of Python's, or `os.fsync`, which raises none. The signal that ended the job (0
    where it lived, with the calls counted; else `-`). Nothing of the engine may have started here before.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, str(_counted(event, number, folder, job)).encode())
        os._exit(0)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    calls = os.read(reader, 20).decode() or "-"
    os.close(reader)
    return os.WTERMSIG(status) or os.WEXITSTATUS(status), calls


def _counted(event: str, number: int, folder: Path, job: Callable[[], object]) -> int:
    calls = 0

    def count() -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def hear(name: str, arguments: tuple[Any, ...]) -> None:
        # The second argument of a link or a renaming is the path that comes to be.
        if name == event and any(str(folder) in str(argument) for argument in arguments[:2]):
            count()

    if event == "os.fsync":
        flush = os.fsync
        os.fsync = lambda handle: (count(), flush(handle))[1]
    else:
        sys.addaudithook(hear)
    job()
    return calls


def printed(event: str, deaths: list[str], job: Callable[[Path], object]) -> None:
    """Die as each of `N=FOLDER` says, one after another; a line of the number, the signal and the calls."""
    for death in deaths:
        number, folder = death.split("=", 1)
        signalled, calls = killed_at(event, int(number), Path(folder), lambda at=Path(folder): job(at))
        print(number, signalled, calls)


def deaths(done: str) -> dict[int, tuple[int, str]]:
    """What `printed` wrote, by number."""
    lines = [line.split() for line in done.splitlines()]
    return {int(number): (int(signalled), calls) for number, signalled, calls in lines}
