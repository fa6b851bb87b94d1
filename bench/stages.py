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
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
from page import replace_part

from familycard.pack.loader import load_pack
from familycard.snapshot.build import build
from familycard.sources.intake import intake
from familycard.sources.store import Store
from familycard.synthetic import generate

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
BEGIN, END = "<!-- bench:stages -->", "<!-- /bench:stages -->"


@dataclass
class Stage:
    """One stage, measured."""

    job: str
    name: str
    seconds: float = 0.0
    peak_bytes: int = 0


@dataclass
class Watch:
    """Follows the stages that a job reports, and the process's memory meanwhile."""

    stages: list[Stage] = field(default_factory=list)
    job: str = ""
    began: float = 0.0
    running: bool = True

    def progress(self, name: str, detail: str) -> None:
        """A stage begins; the one before ends. Stages of one name in one job are summed up."""
        self.close()
        known = next((s for s in self.stages if s.job == self.job and s.name == name), None)
        self.current = known or Stage(self.job, name)
        if known is None:
            self.stages.append(self.current)
        self.began = time.perf_counter()

    def close(self) -> None:
        """The running stage ends."""
        if self.began:
            self.current.seconds += time.perf_counter() - self.began
        self.began = 0.0

    def sample(self) -> None:
        """Note the resident memory every 20 ms."""
        statm = Path("/proc/self/statm")
        while self.running:
            resident = int(statm.read_text().split()[1]) * PAGE_BYTES
            if self.began:
                self.current.peak_bytes = max(self.current.peak_bytes, resident)
            time.sleep(0.02)


@contextmanager
def watching() -> Iterator[Watch]:
    watch = Watch()
    thread = threading.Thread(target=watch.sample, daemon=True)
    thread.start()
    yield watch
    watch.close()
    watch.running = False
    thread.join()


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


def floor_seconds(files: list[Path]) -> float:
    """Seconds to read every column of every checked table once."""
    start = time.perf_counter()
    with duckdb.connect() as connection:
        for file in files:
            columns = [row[0] for row in connection.sql(f"describe select * from '{file}'").fetchall()]
            sums = ", ".join(f'max("{column}")' for column in columns)
            connection.sql(f"select {sums} from '{file}'").fetchall()
    return time.perf_counter() - start


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
