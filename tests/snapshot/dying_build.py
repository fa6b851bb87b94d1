"""Runs builds that kill themselves: ``python dying_build.py EVENT PACK STORE AS_OF N=SNAPSHOTS …``."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from killing import printed

from familycard.pack.loader import load_pack
from familycard.snapshot.build import build

if __name__ == "__main__":
    event, folder, store, as_of, *deaths = sys.argv[1:]
    pack = load_pack(Path(folder))
    printed(event, deaths, lambda snapshots: build(pack, Path(store), date.fromisoformat(as_of), snapshots))
