"""A build that is killed at any moment leaves `current` on a whole snapshot, the old one or the new one."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from killing import IS_WHOLE, deaths
from town import AS_OF, town, write_pack

from familycard.engine.digest import table_digest
from familycard.pack.loader import load_pack
from familycard.snapshot.build import build
from familycard.snapshot.open import open_snapshot
from familycard.snapshot.write import parts_of

DYING = Path(__file__).with_name("dying_build.py")
EVENTS = ("open", "os.fsync", "os.rename", "os.symlink")
EVENTS += ("os.mkdir", "os.remove", "shutil.rmtree") if IS_WHOLE else ()
LATER = date(2026, 1, 31)
POINTS = 3
"""Points of each kind of call at which a build is killed, first, middle and last."""


@dataclass(frozen=True)
class Town:
    """A built town: its pack, its store, its snapshots of `AS_OF`."""

    pack: Path
    store: Path
    snapshots: Path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("crash")
    town(folder)
    # What an earlier crash left is to be swept away, also by a build that is killed while sweeping.
    (folder / "snapshots" / ".making-left").mkdir()
    return Town(write_pack(folder / "pack"), folder / "store", folder / "snapshots")


def run(event: str, the: Town, snapshots: dict[int, Path]) -> dict[int, tuple[int, str]]:
    """For each number of a call: the signal that ended the build there, and the calls of one that lived."""
    numbered = [f"{number}={folder}" for number, folder in snapshots.items()]
    command = [sys.executable, str(DYING), event, str(the.pack), str(the.store), str(LATER), *numbered]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    return deaths(done.stdout)


def whole(snapshots: Path) -> str:
    """The day of `current`, after every table was read and found to be what the manifest says."""
    opened = open_snapshot(snapshots / "current")
    for path, digest in opened.manifest["digests"].items():
        assert table_digest(parts_of(opened.path / path)).sha256 == digest
    assert opened.engine.rows("select count(*) from serve.identifiers")[0][0] > 0
    for rows in opened.rows.values():
        rows.check()
    return str(opened.manifest["as_of"])


@pytest.mark.parametrize("event", EVENTS)
def test_killed_at_any_moment_the_published_snapshot_is_whole_and_the_build_can_be_repeated(
    event: str, built: Town, tmp_path: Path
) -> None:
    shutil.copytree(built.snapshots, tmp_path / "counted", symlinks=True)
    ended, counted = run(event, built, {0: tmp_path / "counted"})[0]
    assert ended == 0
    calls = int(counted)
    assert calls > 0
    folders = {1 + i * (calls - 1) // (POINTS - 1): tmp_path / str(i) for i in range(POINTS)}
    for snapshots in folders.values():
        shutil.copytree(built.snapshots, snapshots, symlinks=True)
    assert run(event, built, folders) == {number: (signal.SIGKILL, "-") for number in folders}
    pack, days = load_pack(built.pack), []
    for snapshots in folders.values():
        days.append(whole(snapshots))
        again = build(pack, built.store, LATER, snapshots)
        assert whole(snapshots) == LATER.isoformat()
        names = {path.name for path in snapshots.iterdir()} - {".lock"}
        assert names == {"current", again.name, built.snapshots.joinpath("current").resolve().name}
    assert set(days) <= {AS_OF.isoformat(), LATER.isoformat()}
    assert days[0] == AS_OF.isoformat()
