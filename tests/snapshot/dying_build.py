"""Runs a build that kills itself at the n-th call of one kind that touches the snapshots.

Called as ``python dying_build.py EVENT N PACK STORE AS_OF SNAPSHOTS``; prints the number of calls when it lives.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import date
from pathlib import Path
from typing import Any

from familycard.pack.loader import load_pack
from familycard.snapshot.build import build


def main(event: str, number: int, pack: Path, store: Path, as_of: date, snapshots: Path) -> None:
    """Count the calls of `event` below the snapshots; SIGKILL in front of the n-th."""
    calls = 0

    def count() -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def hear(name: str, arguments: tuple[Any, ...]) -> None:
        if name == event and any(str(snapshots) in str(argument) for argument in arguments[:2]):
            count()

    if event == "os.fsync":  # raises no audit event
        flush = os.fsync
        os.fsync = lambda handle: (count(), flush(handle))[1]  # type: ignore[assignment,func-returns-value]
    else:
        sys.addaudithook(hear)
    build(load_pack(pack), store, as_of, snapshots)
    print(calls)


if __name__ == "__main__":
    event, number, pack, store, as_of, snapshots = sys.argv[1:]
    main(event, int(number), Path(pack), Path(store), date.fromisoformat(as_of), Path(snapshots))
