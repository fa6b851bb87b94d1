"""An intake that is killed at any moment leaves the store as it was or as it will be."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from country import WAGES, country, deliver, iin, people_csv, wages_csv
from test_intake import rows

from familycard.sources.intake import intake
from familycard.sources.store import Store, StoreState

DYING = Path(__file__).with_name("dying.py")
EVENTS = ("open", "os.rename", "os.fsync", "os.mkdir", "os.remove")


def run(event: str, number: int, delivery: Path, store: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(DYING), event, str(number), str(delivery), str(store)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def meaning(state: StoreState) -> tuple[object, ...]:
    """The whole state, read from its files."""
    parts = [
        (name, rows(load.checked), rows(load.quarantine), load.stale) for name, load in state.loads.items()
    ]
    return (parts, rows(state.identity))


@pytest.fixture(scope="module")
def before_and_after(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, StoreState, StoreState]:
    """A store with a first delivery, a second delivery, and what both states look like."""
    folder = tmp_path_factory.mktemp("crash")
    march = [(iin(n), "2025-03", "5") for n in range(4)]
    first = deliver(folder / "first", people_csv=people_csv(range(4)), wages_csv=wages_csv(march))
    april = [(iin(n), "2025-04", "6") for n in range(6)]
    second = deliver(folder / "second", people_csv=people_csv(range(6)), wages_csv=wages_csv(april))
    intake(country(WAGES), first, folder / "store")
    shutil.copytree(folder / "store", folder / "done")
    intake(country(WAGES), second, folder / "done")
    return folder / "store", second, Store(folder / "store").state(), Store(folder / "done").state()


@pytest.mark.parametrize("event", EVENTS)
def test_killed_at_any_moment_the_store_is_the_old_one_or_the_new_one(
    event: str, before_and_after: tuple[Path, Path, StoreState, StoreState], tmp_path: Path
) -> None:
    template, second, before, after = before_and_after
    shutil.copytree(template, tmp_path / "counted")
    calls = int(run(event, 0, second, tmp_path / "counted").stdout)
    assert calls > 0
    step = max(1, calls // 5)

    def die(number: int) -> None:
        store = tmp_path / f"store{number}"
        shutil.copytree(template, store)
        assert run(event, number, second, store).returncode == -signal.SIGKILL
        found = meaning(Store(store).state())
        assert found in (meaning(before), meaning(after))
        intake(country(WAGES), second, store)
        assert meaning(Store(store).state()) == meaning(after)
        assert not list(store.glob(".making*")) and not list(store.glob(".current*"))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(die, sorted({*range(1, calls + 1, step), calls})))


def test_killed_in_the_first_intake_nothing_was_taken_in_and_it_can_be_repeated(
    before_and_after: tuple[Path, Path, StoreState, StoreState], tmp_path: Path
) -> None:
    _, second, _, _ = before_and_after
    assert run("os.rename", 1, second, tmp_path / "store").returncode == -signal.SIGKILL
    intake(country(WAGES), second, tmp_path / "store")
    assert len(rows(Store(tmp_path / "store").state().identity)) == 6
