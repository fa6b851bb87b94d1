"""The packs of this repository, each read once by a process of the tests and changed by none."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from familycard.pack.loader import load_pack
from familycard.pack.model import Pack

PACKS = Path(__file__).resolve().parents[1] / "packs"


@cache
def pack_of(country: str) -> Pack:
    """The pack `packs/<country>`."""
    return load_pack(PACKS / country)
