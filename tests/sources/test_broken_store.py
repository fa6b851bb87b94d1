"""A store that was damaged says which file is broken, never how Python failed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from country import country, deliver, people_csv

from familycard.errors import StoreError
from familycard.sources.durable import make_folder
from familycard.sources.intake import intake
from familycard.sources.store import Store

DAMAGE: dict[str, tuple[str, Callable[[Path], object]]] = {
    "no loads": ("current.json", lambda path: path.write_text('{"format": 1}')),
    "a load that is a number": (
        "current.json",
        lambda path: path.write_text('{"format": 1, "identity": null, "loads": {"people": 3}}'),
    ),
    "an empty description": ("load.json", lambda path: path.write_text("{}")),
    "a description cut short": ("load.json", lambda path: path.write_bytes(path.read_bytes()[:40])),
    "a table cut short": ("checked.parquet", lambda path: path.write_bytes(path.read_bytes()[:100])),
    "a table gone": ("undecided.parquet", lambda path: path.unlink()),
}


@pytest.fixture
def a_store(tmp_path: Path) -> Path:
    """A store of one small delivery."""
    intake(country(), deliver(tmp_path / "in", people_csv=people_csv(range(4))), tmp_path / "store")
    return tmp_path / "store"


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_store_names_what_is_broken(name: str, a_store: Path) -> None:
    file, damage = DAMAGE[name]
    damage(next(a_store.rglob(file)))
    with pytest.raises(StoreError, match="missing or broken") as caught:
        Store(a_store).state()
    assert str(a_store) in str(caught.value)


def test_a_file_where_the_store_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("not a folder")
    with pytest.raises(StoreError, match="is a file"):
        make_folder(tmp_path / "store")
