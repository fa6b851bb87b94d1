"""A small pack that is right, and a way to break it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

SMALL_PACK = Path(__file__).parent / "small_pack"

Break = Callable[[str, str, str], Path]


@pytest.fixture
def small_pack() -> Path:
    """The folder of a whole, small and faultless pack; not to be changed."""
    return SMALL_PACK


@pytest.fixture
def broken(tmp_path: Path) -> Break:
    """`broken(file, old, new)`: a copy of the small pack with one text of one file replaced."""

    def breaking(file: str, old: str, new: str) -> Path:
        folder = tmp_path / "small"
        if not folder.exists():
            shutil.copytree(SMALL_PACK, folder)
        path = folder / file
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        assert old in text, f"{file} no longer has {old!r}: mend the test"
        path.write_text(text.replace(old, new, 1) if old else new, encoding="utf-8")
        return folder

    return breaking
