"""Publishing and taking back: `current` always leads to a whole snapshot, also with two builds at once."""

from __future__ import annotations

import shutil
import threading
from datetime import date
from pathlib import Path

import pytest
from town import AS_OF, town

from familycard.engine.digest import TableDigest
from familycard.engine.duck import DuckEngine
from familycard.errors import SnapshotError, UsageError
from familycard.pack.loader import load_pack
from familycard.snapshot.build import build
from familycard.snapshot.open import OpenSnapshot, open_snapshot
from familycard.snapshot.publish import begin, check_name, point_to, recall, writing


@pytest.fixture
def snapshots(tmp_path: Path) -> Path:
    for name in ("2025-01-31-a", "2025-02-28-b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text("{}")
    point_to(tmp_path, "2025-02-28-b")
    return tmp_path


@pytest.mark.parametrize("name", ["current", "../elsewhere", ".", "..", "", "2025-01-31-a/", "2025-01-31-x"])
def test_recall_goes_to_a_snapshot_by_its_name_and_to_nothing_else(snapshots: Path, name: str) -> None:
    elsewhere = snapshots.parent / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    (elsewhere / "manifest.json").write_text("{}")
    with pytest.raises(SnapshotError):
        recall(snapshots, name)
    with pytest.raises(SnapshotError):
        check_name(snapshots, name)
    assert (snapshots / "current").resolve().name == "2025-02-28-b"


def test_recall_points_back(snapshots: Path) -> None:
    recall(snapshots, "2025-01-31-a")
    assert (snapshots / "current").resolve().name == "2025-01-31-a"


def test_a_second_writer_waits_and_does_not_sweep_the_first_ones_work_away(tmp_path: Path) -> None:
    done: list[str] = []

    def second() -> None:
        with writing(tmp_path):
            begin(tmp_path, "two")
            done.append("second")

    with writing(tmp_path):
        folder = begin(tmp_path, "one")
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
        assert folder.is_dir()
        done.append("first")
    thread.join(5)
    assert done == ["first", "second"]


def test_a_folder_that_is_a_file_is_refused_before_the_build(tmp_path: Path) -> None:
    snapshot = town(tmp_path / "town")
    (tmp_path / "file").write_text("mine")
    pack, told = load_pack(tmp_path / "town" / "pack-0"), []
    with pytest.raises(UsageError, match="cannot hold snapshots"):
        build(
            pack,
            snapshot.catalogue.store,
            AS_OF,
            tmp_path / "file",
            progress=lambda stage, _: told.append(stage),
        )
    assert told == []
    assert (tmp_path / "file").read_text() == "mine"


@pytest.fixture(scope="module")
def oddly_named(tmp_path_factory: pytest.TempPathFactory) -> OpenSnapshot:
    """A town in a folder whose name needs quoting; a test damages a copy of it."""
    return town(tmp_path_factory.mktemp("publish") / "it's a [town]")


@pytest.mark.parametrize(
    "lost",
    [
        "manifest.json",
        "serve.duckdb",
        "catalogue.json",
        "units/family/part-000.parquet",
        "persons/part-000.parquet",
        "units/family/by-key.rows",
        "units/family/short.columns",
    ],
)
@pytest.mark.parametrize("how", ["deleted", "cut"])
def test_a_damaged_snapshot_says_so_and_building_it_again_mends_it(
    oddly_named: OpenSnapshot, tmp_path: Path, lost: str, how: str
) -> None:
    snapshots = tmp_path / "it's a [copy]"
    shutil.copytree(oddly_named.path.parent, snapshots, symlinks=True)
    damaged = snapshots / oddly_named.path.name
    file = damaged / lost
    if how == "deleted":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(SnapshotError, match="is missing|is broken|again"):
        open_snapshot(damaged)
    again = build(oddly_named.pack, oddly_named.catalogue.store, AS_OF, snapshots)
    assert again.path == damaged
    mended = open_snapshot(snapshots / "current")
    assert mended.engine.rows("select count(*) from persons")[0][0] > 0
    aside = list(snapshots.glob(".broken-*"))
    assert len(aside) == 1, "nothing of the damaged one is deleted"


def test_of_a_write_that_fails_nothing_stays(tmp_path: Path) -> None:
    built = town(tmp_path)
    snapshots = built.path.parent

    class FullDisk(DuckEngine):
        def save(self, table: str, order: str, folder: Path) -> TableDigest:
            super().save(table, order, folder)
            raise OSError(28, "No space left on device", str(folder))

    pack, later = load_pack(tmp_path / "pack-0"), date(2026, 1, 31)
    with pytest.raises(OSError, match="No space left"):
        build(pack, built.catalogue.store, later, snapshots, engine=FullDisk())
    assert list(snapshots.glob(".making-*")) == []
    assert (snapshots / "current").resolve() == built.path
