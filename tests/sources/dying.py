"""Runs intakes that kill themselves at the n-th call of one kind that touches the disk.

Called as ``python dying.py EVENT DELIVERY N=STORE …``. Each runs in a fork of its own, so the libraries
are loaded once; prints for each N the signal that ended it (0 where it lived) and the calls counted.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from country import WAGES, country

import familycard.sources.intake as job


def die(event: str, number: int, delivery: str, store: str) -> int:
    """Count the calls of `event` below the store; SIGKILL in front of the n-th."""
    calls = 0

    def count() -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def hear(name: str, arguments: tuple[Any, ...]) -> None:
        if name == event and str(arguments[0]).startswith(store):
            count()

    if event == "os.fsync":  # raises no audit event
        flush = os.fsync
        os.fsync = lambda handle: (count(), flush(handle))[1]  # type: ignore[assignment,func-returns-value]
    else:
        sys.addaudithook(hear)
    job.intake(country(WAGES), Path(delivery), Path(store))
    return calls


def main(event: str, delivery: str, deaths: list[str]) -> None:
    """Fork, one after another: nothing of the engine has started here yet."""
    for death in deaths:
        number, store = death.split("=", 1)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writer, str(die(event, int(number), delivery, store)).encode())
            os._exit(0)
        os.close(writer)
        _, status = os.waitpid(child, 0)
        print(number, os.WTERMSIG(status) or os.WEXITSTATUS(status), os.read(reader, 20).decode() or "-")
        os.close(reader)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
