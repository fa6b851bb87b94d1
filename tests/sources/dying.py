"""Runs an intake that kills itself at the n-th call of one kind that touches the disk.

Called as ``python dying.py EVENT N DELIVERY STORE``; prints the number of calls when it lives.
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


def main(event: str, number: int, delivery: str, store: str) -> None:
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
    print(calls)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4])
