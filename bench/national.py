"""A made-up nation from nothing to answers: every stage against its budget and the physical limit.

    python bench/national.py [--folder F] [--only JOB …] [--write docs/performance.md]

Each job runs in a process of its own (`job.py`) and leaves its figures in ``F/<people>/<job>.json``;
with `--only` the others' figures are those that an earlier run left there. Besides the nation, one
and five million people are made, for the growth, and a million in CSV, for the rate of text.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
from floor import floor_seconds
from page import replace_part

HERE = Path(__file__).parent
BEGIN, END = "<!-- bench:national -->", "<!-- /bench:national -->"
NATION = 20_000_000
GROWTH = (1_000_000, 5_000_000, NATION)
BUDGETS = {
    ("synth", "all"): 360,
    ("intake", "all"): 360,
    ("build", "people"): 2,
    ("build", "person indicators"): 30,
    ("build", "families"): 28,
    ("build", "unit indicators"): 18,
    ("build", "scores"): 2,
    ("build", "programmes"): 15,
    ("build", "rights"): 8,
    ("build", "checks"): 5,
    ("build", "write"): 12,
    ("build", "all"): 120,
}
"""Seconds for 20 million people on 2 cores."""
QUESTIONS = {"card with explanation": 30, "segment": 100, "evidence": 20, "life event": 100}
"""Milliseconds at the 99th percentile."""


def jobs(people: int) -> list[str]:
    """What is run for a country, in order."""
    csv = ["csv-synth", "csv-intake"] if people == GROWTH[0] else []
    last = {GROWTH[0]: ["events"], NATION: ["counts", "questions", "little-build"]}
    return [*csv, "synth", "intake", "build", *last.get(people, [])]


def run(job: str, people: int, folder: Path) -> None:
    """One job in a process of its own."""
    own = folder / str(people)
    own.mkdir(parents=True, exist_ok=True)
    print(f"{people:,} people: {job} …", file=sys.stderr, flush=True)
    if job in ("questions", "events"):
        _ask(job, own)
        return
    form, memory = "parquet", []
    name = job.rpartition("-")[2]
    data = own
    if job.startswith("csv-"):
        form, data = "csv", own / "csv"
        data.mkdir(exist_ok=True)
    if job.startswith("little-"):
        memory = ["--memory", "4", "--snapshots", "little"]
    arguments = [name, str(data), str(own / f"{job}.json"), "--people", str(people), "--format", form]
    subprocess.run([sys.executable, str(HERE / "job.py"), *arguments, *memory], check=True)


def _ask(job: str, own: Path) -> None:
    """Figures of a snapshot that another program prints as JSON."""
    snapshot = found(own, "build")["snapshot"]
    command = {
        "questions": [sys.executable, str(HERE / "questions.py"), snapshot, "--json"],
        "events": [sys.executable, str(HERE / "life_events.py"), snapshot, "--events", "40", "--json"],
    }[job]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    (own / f"{job}.json").write_text(done.stdout, encoding="utf-8")


def found(own: Path, job: str) -> dict[str, Any]:
    """A job's figures; nothing where it was not run."""
    file = own / f"{job}.json"
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def page(folder: Path) -> str:
    """The part of the page that is measured."""
    own = folder / str(NATION)
    parts = [_stages(own), _growth(folder), _little(own), _csv(folder / str(GROWTH[0])), _questions(own)]
    parts.append(_events(folder / str(GROWTH[0])))
    return "\n\n".join(part for part in parts if part)


def _stages(own: Path) -> str:
    build, intake = found(own, "build"), found(own, "intake")
    floor = found(own, "floor") or _floor(own, build)
    lines = [
        (
            f"{NATION:,} made-up people, {intake['sources']} sources, {intake['rows']:,} register rows of which "
            f"{intake['rows'] - intake['accepted']:,} were refused or replaced; {os.cpu_count()} cores, "
            f"Python {platform.python_version()}, DuckDB {duckdb.__version__}. DuckDB alone needs "
            f"{floor['seconds']:.0f} s to read every column of every checked table once: the floor of a build."
        ),
        "",
        *_table(
            ("job", "stage", "seconds", "budget", "CPU seconds", "rows a second", "peak memory, GiB"),
            (
                row
                for job in ("synth", "intake", "build")
                for row in _stage_rows(job, found(own, job), intake["rows"])
            ),
        ),
    ]
    return "\n".join(lines)


def _stage_rows(job: str, figures: dict[str, Any], rows: int) -> Iterable[tuple[str, ...]]:
    if not figures:
        return
    stages = figures["stages"]
    for stage in [*stages, _whole(figures)]:
        budget = BUDGETS.get((job, stage["name"]))
        seconds = stage["seconds"]
        yield (
            job,
            stage["name"],
            f"{seconds:.1f}",
            f"{budget}" if budget else "",
            f"{stage['cpu_seconds']:.0f}",
            f"{rows / seconds:,.0f}" if seconds >= 0.1 else "–",
            f"{stage['peak_bytes'] / 2**30:.1f}",
        )


def _whole(figures: dict[str, Any]) -> dict[str, Any]:
    stages = figures["stages"]
    return {
        "name": "all",
        "seconds": figures["seconds"],
        "cpu_seconds": sum(s["cpu_seconds"] for s in stages),
        "peak_bytes": max(s["peak_bytes"] for s in stages),
    }


def _floor(own: Path, build: dict[str, Any]) -> dict[str, Any]:
    figures = {"seconds": floor_seconds(map(Path, build["checked"]))}
    (own / "floor.json").write_text(json.dumps(figures), encoding="utf-8")
    return figures


def _growth(folder: Path) -> str:
    rows = []
    for people in GROWTH:
        own = folder / str(people)
        for job in ("synth", "intake", "build"):
            if figures := found(own, job):
                whole = _whole(figures)
                a_million = figures["seconds"] / people * 1e6
                memory = f"{whole['peak_bytes'] / 2**30:.1f}"
                rows.append((job, f"{people:,}", f"{figures['seconds']:.0f}", f"{a_million:.1f}", memory))
    rows.sort(key=lambda row: ("synth", "intake", "build").index(row[0]))
    heads = ("job", "people", "seconds", "seconds a million people", "peak memory, GiB")
    return "\n".join(["### Growth", "", *_table(heads, rows)])


def _little(own: Path) -> str:
    figures = found(own, "little-build")
    if not figures:
        return ""
    whole = _whole(figures)
    return (
        "### With 4 GiB\n\n"
        f"`familycard build --memory 4GiB` of the same nation took {figures['seconds']:.0f} s and at most "
        f"{whole['peak_bytes'] / 2**30:.1f} GiB; its tables have the same digests: "
        f"{'yes' if figures['digests'] == found(own, 'build')['digests'] else 'no'}."
    )


def _csv(own: Path) -> str:
    figures = found(own, "csv-intake")
    if not figures:
        return ""
    rate = figures["bytes"] / figures["seconds"] / 1e6
    return (
        "### From CSV\n\n"
        f"Intake of {GROWTH[0]:,} people delivered in CSV ({figures['bytes'] / 1e6:,.0f} MB, "
        f"{figures['rows']:,} rows) took {figures['seconds']:.1f} s: {rate:.0f} MB/s (aim: 60)."
    )


def _questions(own: Path) -> str:
    figures = found(own, "questions")
    if not figures:
        return ""
    rows = [
        (name, f"{one['count']:,}", f"{one['p50']:.1f}", f"{one['p99']:.1f}", f"{one['max']:.1f}", _aim(name))
        for name, one in figures.items()
    ]
    heads = ("question", "asked", "median, ms", "99th percentile, ms", "longest, ms", "aim, ms")
    return "\n".join(["### Questions to the snapshot of the nation", "", *_table(heads, rows)])


def _events(own: Path) -> str:
    figures = found(own, "events")
    if not figures:
        return ""
    wall, processor, persons = (figures[name] for name in ("ms", "processor_ms", "persons"))
    return (
        "### One family after a life event\n\n"
        f"Of {GROWTH[0]:,} people, {figures['events']} random events, each recomputed alone (`bench/life_events.py`): "
        f"median {wall['p50']:.0f} ms, 99th percentile {wall['p99']:.0f} ms, longest {wall['max']:.0f} ms "
        f"(aim: {QUESTIONS['life event']} ms); processor time {processor['p50']:.0f} and {processor['p99']:.0f} ms; "
        f"{persons['p50']:.0f} persons concerned in the median, {persons['max']:.0f} at most."
    )


def counts_page(own: Path) -> str:
    """What every programme says of the nation."""
    details = found(own, "counts")
    counted = details["overview"]
    kinds = ("eligible", "cannot_tell", "received", "unused", "without_right", "excluded", "failed_on_one")
    rows = [
        (id_, one["subject"], *(f"{one[kind]:,}" for kind in kinds))
        for id_, one in counted["programmes"].items()
    ]
    heads = ("programme", "of", *(kind.replace("_", " ") for kind in kinds))
    first = (
        f"{counted['people']:,} people in {counted['families']:,} families on {details['as_of']}; "
        f"{counted['unused']['families']:,} families have rights that they do not use."
    )
    return "\n".join([first, "", *_table(heads, rows)])


def _aim(name: str) -> str:
    return next((str(aim) for start, aim in QUESTIONS.items() if name.startswith(start)), "")


def _table(heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """A Markdown table; all but the first two columns are numbers."""
    heads = list(heads)
    rule = "|".join("---" if n < 2 else "---:" for n in range(len(heads)))
    return [f"| {' | '.join(heads)} |", f"|{rule}|", *(f"| {' | '.join(row)} |" for row in rows)]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--folder", type=Path, help="where data and figures lie; needs some 25 GB")
    arguments.add_argument("--only", nargs="*", metavar="PEOPLE:JOB", help="such as 20000000:build")
    arguments.add_argument("--write", type=Path, help="a Markdown file whose marked part is replaced")
    arguments.add_argument("--counts", type=Path, help="another, for what every programme says")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="familycard-nation-") as own:
        folder = chosen.folder or Path(own)
        for people in GROWTH:
            for job in jobs(people):
                if chosen.only is None or f"{people}:{job}" in chosen.only:
                    run(job, people, folder)
        if not found(folder / str(NATION), "build"):
            print(f"The nation itself was not built: the figures of what was run are in {folder}.")
            return
        text = page(folder)
        counts = counts_page(folder / str(NATION)) if chosen.counts else ""
    print(text)
    if chosen.write:
        replace_part(chosen.write, BEGIN, END, text)
    if chosen.counts:
        replace_part(chosen.counts, BEGIN, END, counts)


if __name__ == "__main__":
    main()
