"""Refused rows that a test puts into a store, to see that nobody reads them as they were."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb


def plant(load: Path, values: list[str]) -> dict[str, Any]:
    """Refuse a row for each value: it stands in the value, the message and the record; what ``load.json`` then says."""
    with duckdb.connect() as connection:
        connection.execute("create table q (file varchar, row bigint, c varchar, rule varchar, v varchar)")
        rows = [(f"part{n % 2}.csv", n, "spouse_1", "pattern", value) for n, value in enumerate(values)]
        connection.executemany("insert into q values (?, ?, ?, ?, ?)", rows)
        connection.execute(
            f"""copy (select file, row, c as "column", rule, v as "value", 'line says ' || v as message, v || ';' || v as raw
            from q) to '{load / "quarantine.parquet"}' (format parquet)"""
        )
    said: dict[str, Any] = json.loads((load / "load.json").read_text())
    said["quality"]["refused"] = [{"column": "spouse_1", "rule": "pattern", "rows": len(values)}]
    said["quality"]["rows_refused"] = len(values)
    (load / "load.json").write_text(json.dumps(said))
    return said
