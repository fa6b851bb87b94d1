"""Every stage of the main job on a made-up country: seconds, people a second, peak memory.

    python bench/stages.py --people 1000000 [--write docs/performance.md]

The physical limit stands beside the stages: the seconds it takes to read every column of
every checked table once, on the same machine in the same run.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import tempfile
from datetime import date
from pathlib import Path

import duckdb
from floor import floor_seconds
from page import replace_part
from watch import Stage, watching

from familycard.pack.loader import load_pack
from familycard.snapshot.build import build
from familycard.sources.intake import intake
from familycard.sources.store import Store
from familycard.synthetic import generate

BEGIN, END = "<!-- bench:stages -->", "<!-- /bench:stages -->"


def measure(people: int, seed: int, folder: Path) -> tuple[list[Stage], int, float]:
    """Stages, rows taken in, and the seconds to read all checked columns once."""
    pack = load_pack(Path(__file__).parents[1] / "packs" / "kz")
    with watching() as watch:
        watch.job = "synth"
        generate(pack, people, seed, folder / "delivery", progress=watch.progress)
        watch.close()
        watch.job = "intake"
        intake(
            pack,
            folder / "delivery",
            folder / "store",
            progress=lambda source, stage: watch.progress(stage if source in pack.sources else source, ""),
        )
        watch.close()
        watch.job = "build"
        build(pack, folder / "store", date(2025, 12, 31), folder / "snapshots", progress=watch.progress)
    state = Store(folder / "store").state()
    rows = sum(load.rows_read for load in state.loads.values())
    return watch.stages, rows, floor_seconds([load.checked for load in state.loads.values()])


def report(stages: list[Stage], people: int, rows: int, floor: float) -> str:
    """The table, in Markdown."""
    cores = os.cpu_count()
    machine = (
        f"{people:,} made-up people, {rows:,} register rows; {cores} cores, Python {platform.python_version()}, "
        f"DuckDB {duckdb.__version__}. Reading every checked column once takes {floor:.1f} s: the floor for a build."
    )
    lines = [
        machine,
        "",
        "| job | stage | seconds | register rows a second | people a second | peak memory, MiB |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for job in dict.fromkeys(stage.job for stage in stages):
        own = [stage for stage in stages if stage.job == job]
        lines += [_row(job, s.name, s.seconds, rows, people, s.peak_bytes) for s in own]
        total = sum(s.seconds for s in own)
        lines.append(_row(f"**{job}**", "**all**", total, rows, people, max(s.peak_bytes for s in own)))
    return "\n".join(lines)


def _row(job: str, name: str, seconds: float, rows: int, people: int, peak: int) -> str:
    """One line; the rows are all register rows, which every stage has to do with in one form or another."""
    rates = [f"{count / seconds:,.0f}" if seconds >= 0.01 else "–" for count in (rows, people)]
    return f"| {job} | {name} | {seconds:.1f} | {rates[0]} | {rates[1]} | {peak >> 20:,} |"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=1_000_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--write", type=Path, help="a Markdown file whose marked part is replaced")
    chosen = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="familycard-bench-"))
    try:
        text = report(*_measured(chosen, folder))
    finally:
        shutil.rmtree(folder)
    print(text)
    if chosen.write:
        replace_part(chosen.write, BEGIN, END, text)


def _measured(chosen: argparse.Namespace, folder: Path) -> tuple[list[Stage], int, int, float]:
    stages, rows, floor = measure(chosen.people, chosen.seed, folder)
    return stages, chosen.people, rows, floor


if __name__ == "__main__":
    main()
