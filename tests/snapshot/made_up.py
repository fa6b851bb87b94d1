"""A made-up Kazakhstan, small, taken in and built as a real one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from familycard.pack.loader import load_pack
from familycard.pack.model import Pack
from familycard.snapshot.build import build
from familycard.sources.intake import intake
from familycard.synthetic import generate

AS_OF = date(2025, 12, 31)
PACK = Path(__file__).resolve().parents[2] / "packs" / "kz"


@dataclass(frozen=True)
class MadeUp:
    """A country with all that became of it."""

    pack: Pack
    delivery: Path
    store: Path
    snapshots: Path
    snapshot: Path


def made_up(folder: Path, people: int, seed: int) -> MadeUp:
    """Make a country up in `folder`, take it in and build it."""
    pack = load_pack(PACK)
    generate(pack, people, seed, folder / "delivery")
    intake(pack, folder / "delivery", folder / "store")
    snapshots = folder / "snapshots"
    built = build(pack, folder / "store", AS_OF, snapshots)
    return MadeUp(pack, folder / "delivery", folder / "store", snapshots, built.path)
