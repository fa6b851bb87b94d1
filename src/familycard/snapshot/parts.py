"""The files of a table of a snapshot."""

from __future__ import annotations

from pathlib import Path


def parts_of(folder: Path) -> list[Path]:
    """The files of a table's folder, in order."""
    return sorted(folder.glob("part-*.parquet"))
