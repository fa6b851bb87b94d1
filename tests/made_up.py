"""A made-up Kazakhstan, small, taken in and built as a real one is."""

from __future__ import annotations

import fcntl
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from packs_read import PACKS, pack_of

from familycard.pack.model import Pack
from familycard.snapshot.build import build
from familycard.sources.intake import intake
from familycard.synthetic import generate

EARLIER, AS_OF = date(2025, 11, 30), date(2025, 12, 31)
PACK = PACKS / "kz"


@dataclass(frozen=True)
class MadeUp:
    """A country with all that became of it."""

    pack: Pack
    delivery: Path
    store: Path
    snapshots: Path
    snapshot: Path
    """The published one, of `AS_OF`."""


def made_up(folder: Path, people: int, seed: int, *, days: tuple[date, ...] = (AS_OF,)) -> MadeUp:
    """Make a country up in `folder`, take it in and build it for each day; what is there is not made again."""
    pack = pack_of("kz")
    folder.mkdir(exist_ok=True)
    snapshots = folder / "snapshots"
    # Of two processes that want it, one makes it and the other waits.
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            generate(pack, people, seed, folder / "delivery")
            intake(pack, folder / "delivery", folder / "store")
            for day in days:
                build(pack, folder / "store", day, snapshots)
            (folder / "whole").touch()
    return MadeUp(pack, folder / "delivery", folder / "store", snapshots, (snapshots / "current").resolve())
