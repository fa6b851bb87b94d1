"""How long one life event takes over a whole nation: `python bench/life_events.py SNAPSHOT`.

Opens a snapshot with its store, makes random events up and recomputes the family of each, one
after the other; prints the median, the slowest of a hundred and the parts of the time.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from random_events import Registers

from familycard.snapshot.event.nation import open_nation
from familycard.snapshot.event.recompute import Recomputer


def measure(snapshot: Path, events: int, seed: int) -> dict[str, Any]:
    """Milliseconds of wall and processor by percentile, and by stage on average."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        nation = open_nation(snapshot, Path(folder))
        opening_s = time.perf_counter() - start
        registers = Registers(nation.pack, nation.state, random.Random(seed))
        recomputer = Recomputer(nation)
        # What is planned once is not an event's.
        start = time.perf_counter()
        recomputer.prepare()
        planning_s = time.perf_counter() - start
        wall, processor, persons, stages = [], [], [], Counter[str]()
        for _ in range(events):
            event = registers.event()
            start, start_processor = time.perf_counter(), time.process_time()
            found = recomputer.recompute(event)
            processor.append((time.process_time() - start_processor) * 1_000)
            wall.append((time.perf_counter() - start) * 1_000)
            persons.append(len(found.everybody))
            stages.update({name: seconds * 1_000 / events for name, seconds in found.seconds.items()})
    return {
        "events": events,
        "opening_s": round(opening_s, 1),
        "planning_s": round(planning_s, 1),
        "ms": _percentiles(wall),
        "processor_ms": _percentiles(processor),
        "persons": _percentiles(persons),
        "stages_ms": {name: round(value, 1) for name, value in stages.items()},
    }


def _percentiles(values: list[Any]) -> dict[str, float]:
    ordered = sorted(values)
    return {
        "p50": round(statistics.median(ordered), 1),
        "p99": round(ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)], 1),
        "max": round(ordered[-1], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("--events", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.snapshot, given.events, given.seed)
    if given.json:
        print(json.dumps(found))
        return
    print(
        f"{found['events']} events; opening the snapshot took {found['opening_s']} s,"
        f" planning beforehand {found['planning_s']} s"
    )
    print("| | p50 | p99 | max |\n|---|---|---|---|")
    for name in ("ms", "processor_ms", "persons"):
        print(f"| {name} | {found[name]['p50']} | {found[name]['p99']} | {found[name]['max']} |")
    for name, value in found["stages_ms"].items():
        print(f"| {name}, ms on average | {value} | | |")


if __name__ == "__main__":
    main()
