"""An intake that is killed at any moment leaves the store as it was or as it will be."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from country import WAGES, country, deliver, iin, people_csv, wages_csv
from killing import IS_WHOLE, deaths
from test_intake import rows

from familycard.sources.intake import intake
from familycard.sources.store import Store, StoreState

DYING = Path(__file__).with_name("dying.py")
EVENTS = ("open", "os.rename", "os.fsync")
EVENTS += ("os.mkdir", "os.remove") if IS_WHOLE else ()


def run(event: str, delivery: Path, stores: dict[int, Path]) -> dict[int, tuple[int, str]]:
    """For each number of a call: the signal that ended the intake there, and the calls of one that lived."""
    numbered = [f"{number}={store}" for number, store in stores.items()]
    command = [sys.executable, str(DYING), event, str(delivery), *numbered]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    return deaths(done.stdout)


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
    ended, counted = run(event, second, {0: tmp_path / "counted"})[0]
    assert ended == 0
    calls = int(counted)
    assert calls > 0
    step = max(1, calls // 3)
    stores = {n: tmp_path / f"store{n}" for n in sorted({*range(1, calls + 1, step), calls})}
    for store in stores.values():
        shutil.copytree(template, store)
    assert run(event, second, stores) == {number: (signal.SIGKILL, "-") for number in stores}
    for store in stores.values():
        assert meaning(Store(store).state()) in (meaning(before), meaning(after))
        intake(country(WAGES), second, store)
        assert meaning(Store(store).state()) == meaning(after)
        assert not list(store.glob(".making*")) and not list(store.glob(".current*"))


def test_killed_in_the_first_intake_nothing_was_taken_in_and_it_can_be_repeated(
    before_and_after: tuple[Path, Path, StoreState, StoreState], tmp_path: Path
) -> None:
    _, second, _, _ = before_and_after
    assert run("os.rename", second, {1: tmp_path / "store"}) == {1: (signal.SIGKILL, "-")}
    intake(country(WAGES), second, tmp_path / "store")
    assert len(rows(Store(tmp_path / "store").state().identity)) == 6
