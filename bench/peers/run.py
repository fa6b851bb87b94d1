"""The same 20 indicators and 10 rules in Family Card, Polars and pandas, side by side on the same data.

    PYTHONPATH=bench python bench/peers/run.py --peers PYTHON [--people N | --folder FOLDER] [--write PAGE]

PYTHON is that of an environment with `requirements.txt`. FOLDER holds ``store`` and ``snapshots``
(`bench/job.py`); without one a made-up country is made first. Each side runs in a process of its own,
in turn; the results are compared value for value, and where they differ there is no table.
The best of several runs counts.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
from chosen import AS_OF, PARAMETERS, UNIT, chosen_pack
from compare import answers, first_difference
from given import Given
from page import replace_part

from familycard.indicators.coverage import coverage
from familycard.pack.model import Pack
from familycard.pack.periods import period_days
from familycard.snapshot.write import parts_of
from familycard.sources.store import Store, StoreState

HERE = Path(__file__).parent
BEGIN, END = "<!-- bench:peers -->", "<!-- /bench:peers -->"
SIDES = {"Family Card": "with_familycard.py", "Polars": "with_polars.py", "pandas": "with_pandas.py"}
OURS = "Family Card"


@dataclass(frozen=True)
class Run:
    """One run of a side."""

    seconds: float
    """Of the work, from opening the checked tables to the last file written."""
    cpu_seconds: float
    """Of the work, in all threads."""
    process_seconds: float
    """Of the process, with its start and imports (and, for Family Card, reading the pack)."""
    peak_bytes: int


def make_country(folder: Path, people: int) -> None:
    """A made-up country, taken in and built, each job in a process of its own."""
    for job in ("synth", "intake", "build"):
        print(f"{job} of {people:,} people", file=sys.stderr)
        command = [sys.executable, str(HERE.parent / "job.py"), job, str(folder), str(folder / f"{job}.json")]
        subprocess.run([*command, "--people", str(people)], check=True)


def given_from(folder: Path, work: Path, pack: Pack) -> Given:
    """The input of all sides; membership comes from the snapshot."""
    state = Store(folder / "store").state()
    _check_coverage(pack, state)
    tables = {
        "members": ("unit", "person", "role"),
        "units": ("unit", "members", "composition_known", "area"),
    }
    for name, columns in tables.items():
        parts = parts_of(folder / "snapshots" / "current" / name / UNIT)
        table = pq.read_table(parts, columns=list(columns))
        pq.write_table(table, work / f"{name}.parquet")
    start, end = period_days("previous_quarter", AS_OF)
    figures = {name: pack.parameters[name] for name in PARAMETERS}
    line = {value.area or "": int(value.value) for value in figures.pop("asp_line").on(AS_OF)}
    if len({len(area) for area in line}) != 1:
        raise SystemExit("asp_line has areas of several lengths; the peers' code looks up one length.")
    return Given(
        store=str(folder / "store"),
        checked={id_: str(state.loads[id_].checked) for id_ in pack.sources},
        undecided={id_: str(state.loads[id_].undecided) for id_ in pack.sources},
        members=str(work / "members.parquet"),
        units=str(work / "units.parquet"),
        as_of=AS_OF.isoformat(),
        quarter=(start.isoformat(), end.isoformat()),
        parameters={
            name: f"{figure.on(AS_OF)[0].value}e-{figure.type.scale}" for name, figure in figures.items()
        },
        line_by_area=line,
    )


def _check_coverage(pack: Pack, state: StoreState) -> None:
    """Where a load cannot speak of its period, absence is unknown: the peers' code does not provide for that."""
    for indicator in pack.indicators.values():
        if indicator.source is not None:
            source = pack.sources[indicator.source]
            said = coverage(source, state.loads.get(source.id), indicator.period, AS_OF)
            if not said.absence_is_known:
                raise SystemExit(f"{source.id}: {said.why}; take in a load that covers {indicator.id}.")


def run_side(python: str, script: str, given: Path, out: Path) -> Run:
    """One run in a process of its own; SystemExit where it fails."""
    began = time.perf_counter()
    process = subprocess.Popen([python, str(HERE / script), str(given), str(out)])
    _, status, used = os.wait4(process.pid, 0)
    process_seconds = time.perf_counter() - began
    if status:
        raise SystemExit(f"{script} ended with {os.waitstatus_to_exitcode(status)}.")
    return Run(
        **json.loads((out / "took.json").read_text(encoding="utf-8")),
        process_seconds=process_seconds,
        peak_bytes=used.ru_maxrss * 1024,
    )


def measure(peers: str, given: Given, work: Path, times: int) -> dict[str, list[Run]]:
    """Every side so many times, in turn, so that a busy moment meets all; SystemExit where results differ."""
    given.write(work / "given.json")
    runs: dict[str, list[Run]] = {side: [] for side in SIDES}
    for turn in range(times):
        for side, script in SIDES.items():
            out = work / f"{Path(script).stem}-{turn}"
            out.mkdir()
            python = sys.executable if side == OURS else peers
            runs[side].append(run_side(python, script, work / "given.json", out))
            print(f"{side}: {runs[side][-1].seconds:.2f} s", file=sys.stderr)
            difference = None if side == OURS else first_difference(work / f"with_familycard-{turn}", out)
            if difference:
                raise SystemExit(f"{side} gives another result than {OURS}: {difference}")
    return runs


def report(runs: Mapping[str, list[Run]], given: Given, work: Path, circumstances: str) -> str:
    """The table, in Markdown; ratios are against Family Card."""
    rows = sum(pq.read_metadata(path).num_rows for path in given.checked.values())
    told = answers(work / "with_familycard-0")
    best = {side: _best(of_side) for side, of_side in runs.items()}
    persons, families = (pq.read_metadata(path).num_rows for path in (given.members, given.units))
    about = (
        f"{persons:,} members of {families:,} families, {rows:,} rows of {len(given.checked)} registers; "
        f"{os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}, {circumstances}. "
        f"The best of {len(runs[OURS])} runs each, in turn; × is against {OURS}. All gave the same values and answers: "
        f"{told['eligible']:,} yes, {told['not_eligible']:,} no, {told['cannot_tell']:,} unknown."
    )
    lines = [
        about,
        "",
        "| | seconds | × | CPU seconds | × | peak memory, MiB | × | whole process, seconds |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    ours = best[OURS]
    for side, run in best.items():
        lines.append(
            f"| {side} | {run.seconds:.2f} | {run.seconds / ours.seconds:.2f} "
            f"| {run.cpu_seconds:.2f} | {run.cpu_seconds / ours.cpu_seconds:.2f} "
            f"| {run.peak_bytes >> 20:,} | {run.peak_bytes / ours.peak_bytes:.2f} | {run.process_seconds:.2f} |"
        )
    return "\n".join(lines)


def _best(runs: list[Run]) -> Run:
    """The lowest of each figure."""
    return Run(*(min(getattr(run, field.name) for run in runs) for field in fields(Run)))


def _versions(peers: str) -> str:
    """Of the peers, as their own environment has them."""
    code = "import pandas, polars; print(f'Polars {polars.__version__}, pandas {pandas.__version__}')"
    return subprocess.run([peers, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--peers", required=True, help="the Python of the peers' environment")
    arguments.add_argument("--people", type=int, default=1_000_000)
    arguments.add_argument(
        "--folder", type=Path, help="a folder with a store and its snapshots, instead of a new one"
    )
    arguments.add_argument("--times", type=int, default=3)
    arguments.add_argument("--write", type=Path, help="a Markdown file whose marked part is replaced")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="familycard-peers-") as temporary:
        work = Path(temporary)
        if chosen.folder is None:
            make_country(work, chosen.people)
        versions = _versions(chosen.peers)
        given = given_from((chosen.folder or work).resolve(), work, chosen_pack())
        load = os.getloadavg()[0]
        runs = measure(chosen.peers, given, work, chosen.times)
        text = report(runs, given, work, f"{versions}; load before the first run {load:.1f}")
    print(text)
    if chosen.write:
        replace_part(chosen.write, BEGIN, END, text)


if __name__ == "__main__":
    main()
