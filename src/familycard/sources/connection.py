"""The embedded engine of an intake: how much it takes, and where it spills what is more."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import duckdb

from familycard.errors import UsageError

MEMORY_BYTES, SHARE_OF_MEMORY = 8 * 10**9, 0.6
"""What the engine takes at most unless told otherwise: this, or where the machine is small, this share of it."""


def check_memory(memory: str | None) -> None:
    """UsageError for an amount of memory that is none."""
    if memory is not None and not re.fullmatch(r"[1-9][0-9]{0,5} ?(MB|GB|MiB|GiB)", memory):
        raise UsageError(f"`{memory}` is no amount of memory; write it as 8GB or 500MB.")


def connect(
    scratch: Path, *, threads: int | None = None, memory: str | None = None
) -> duckdb.DuckDBPyConnection:
    """The engine of an intake, which spills into `scratch` what is beyond `memory` (such as 4GB).

    It works with so many `threads`, or as many as there are cores.
    """
    settings: dict[str, Any] = {"temp_directory": str(scratch / "spill"), "preserve_insertion_order": True}
    settings["memory_limit"] = memory or default_memory(1)
    if threads is not None:
        settings["threads"] = threads
    connection = duckdb.connect(config=settings)
    # How many records a stream will give is not known: the engine must not build a join's table of them.
    connection.execute("SET disabled_optimizers = 'build_side_probe_side'")
    return connection


def default_memory(share: float) -> str:
    """What an engine takes at most unless told otherwise, where it has this share of the machine."""
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{int(min(MEMORY_BYTES, SHARE_OF_MEMORY * machine * share))}B"
