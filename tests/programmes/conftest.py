"""The small pack of the pack's tests serves programmes too."""

from __future__ import annotations

from pathlib import Path

import pytest

from familycard.pack.loader import load_pack
from familycard.pack.model import Pack

SMALL_PACK = Path(__file__).parents[1] / "pack" / "small_pack"


@pytest.fixture(scope="session")
def pack() -> Pack:
    """A whole, small and faultless pack."""
    return load_pack(SMALL_PACK)
