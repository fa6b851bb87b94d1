"""Both engines side by side: the same stores built by DuckDB and by Spark, and whether their tables are equal.

    python bench/engines.py FOLDER … [--cores 2 --cores 1] [--option spark.driver.memory=8g] [--write docs/performance.md]

Each FOLDER holds a `store` (`bench/job.py synth` and `intake`). Builds run one after the other, each in a process of
its own; what one took is kept in `FOLDER/engines` and not measured again while it lies there, because
Spark takes long for a large country.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from page import replace_part

PACK = Path(__file__).parents[1] / "packs" / "kz"
AS_OF = "2025-12-31"
BEGIN, END = "<!-- bench:engines -->", "<!-- /bench:engines -->"
PERSONS_A_PARTITION = 170_000
GROUPS = {
    "people and person indicators": ("people", "person indicators"),
    "families": ("families",),
    "unit indicators": ("unit indicators",),
    "scores and programmes": ("scores", "programmes"),
    "rights and checks": ("rights", "checks"),
    "write": ("write",),
}
Run = dict[str, Any]


def measure(folder: Path, name: str, options: list[str]) -> None:
    """Build once, and keep what it took and the digests of its tables; nothing where that is known."""
    kept = folder / "engines" / f"{name}.json"
    if kept.exists():
        return
    out = folder / "engines" / name
    command = [Path(sys.executable).with_name("familycard"), "build", PACK, "--store", folder / "store"]
    began = time.perf_counter()
    said = subprocess.run(
        [*map(str, command), "--as-of", AS_OF, "--out", str(out), "--json", *options],
        check=True,
        stdout=subprocess.PIPE,
    )
    found = json.loads(said.stdout) | {"whole": time.perf_counter() - began, "options": options}
    manifest = json.loads((Path(found["snapshot"]) / "manifest.json").read_text(encoding="utf-8"))
    kept.write_text(json.dumps(found | {"digests": manifest["digests"]}), encoding="utf-8")
    shutil.rmtree(out)


def runs(folder: Path, cores: list[int], options: list[str]) -> dict[str, Run]:
    """All runs of one country that are known, by what they are called in the table."""
    kept = folder / "engines"
    kept.mkdir(exist_ok=True)
    measure(folder, "duckdb", [])
    found = {"DuckDB": _run(kept / "duckdb.json")}
    partitions = max(2, round(found["DuckDB"]["persons"] / PERSONS_A_PARTITION))
    for number in cores:
        given = [f"master=local[{number},4]", f"partitions={partitions}", *options]
        engine = ["--engine", "spark", *(part for one in given for part in ("--engine-option", one))]
        measure(folder, f"spark-{number}", engine)
    for file in sorted(kept.glob("spark-*.json"), reverse=True):
        number = file.stem.removeprefix("spark-")
        found[f"Spark, {number} core{'s' if number != '1' else ''}"] = _run(file)
    return found


def _run(file: Path) -> Run:
    found: Run = json.loads(file.read_text(encoding="utf-8"))
    return found


def report(countries: list[dict[str, Run]]) -> str:
    """The table, in Markdown."""
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {version('duckdb')}, PySpark {version('pyspark')}"
    lines = [
        f"{machine}. Seconds of the whole command and of its stages, and how many tables have the digest of DuckDB's.",
        "",
        f"| persons | engine | seconds | × | {' | '.join(GROUPS)} | tables equal |",
        f"|---:|---|---:|---:|{'---:|' * len(GROUPS)}---:|",
    ]
    for country in countries:
        base = country["DuckDB"]
        for name, run in country.items():
            stages = [sum(run["seconds"][stage] for stage in group) for group in GROUPS.values()]
            equal = sum(run["digests"][table] == digest for table, digest in base["digests"].items())
            lines.append(
                f"| {run['persons']:,} | {name} | {run['whole']:,.0f} | {run['whole'] / base['whole']:.1f}"
                f" | {' | '.join(f'{seconds:,.0f}' for seconds in stages)} | {equal} of {len(base['digests'])} |"
            )
    return "\n".join(lines)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    arguments.add_argument("--cores", type=int, action="append", help="cores that Spark is given; may repeat")
    arguments.add_argument("--option", action="append", default=[], help="a setting of Spark, NAME=VALUE")
    arguments.add_argument("--write", type=Path, help="the page that the table is put into")
    chosen = arguments.parse_args()
    text = report([runs(folder, chosen.cores or [2], chosen.option) for folder in chosen.folders])
    print(text)
    if chosen.write:
        replace_part(chosen.write, BEGIN, END, text)


if __name__ == "__main__":
    main()
