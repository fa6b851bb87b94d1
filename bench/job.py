"""One job on a made-up country, in a process of its own: what it took, as JSON.

    python bench/job.py synth|intake|build|counts FOLDER RESULT [--people N] [--format parquet|csv] [--memory GiB]

`FOLDER` holds ``delivery``, ``store`` and ``snapshots``; RESULT is the file for the figures.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from watch import Watch, watching

from familycard.engine.duck import DuckEngine
from familycard.pack.loader import load_pack
from familycard.pack.model import Pack
from familycard.snapshot.build import build
from familycard.snapshot.open import open_snapshot
from familycard.snapshot.overview import overview, overview_json
from familycard.snapshot.write import MANIFEST
from familycard.sources.intake import intake
from familycard.sources.store import Store
from familycard.synthetic import generate

PACK = Path(__file__).parents[1] / "packs" / "kz"
AS_OF = date(2025, 12, 31)
BAD_ROWS = 0.02


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("job", choices=("synth", "intake", "build", "counts"))
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("result", type=Path)
    arguments.add_argument("--people", type=int, default=1_000_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--format", choices=("parquet", "csv"))
    arguments.add_argument("--memory", type=int, help="GiB")
    arguments.add_argument("--snapshots", default="snapshots", help="folder for what is built")
    chosen = arguments.parse_args()
    pack = load_pack(PACK)
    if chosen.format:
        pack = replace(pack, sources={id_: _sent_as(chosen.format, s) for id_, s in pack.sources.items()})
    with watching() as watch:
        watch.job = chosen.job
        began = time.perf_counter()
        found = _JOBS[chosen.job](pack, chosen, watch)
        watch.close()
        found["seconds"] = time.perf_counter() - began
    found["stages"] = [asdict(stage) for stage in watch.stages]
    chosen.result.write_text(json.dumps(found), encoding="utf-8")


def _sent_as(format_: str, source: Any) -> Any:
    """The source as if its agency sent everything in one format."""
    name = PurePath(source.location).name.split(".")[0]
    return replace(source, format=format_, location=f"{name}.{format_}", further_locations=())


def _synth(pack: Pack, chosen: argparse.Namespace, watch: Watch) -> dict[str, Any]:
    out = chosen.folder / "delivery"
    shutil.rmtree(out, ignore_errors=True)
    report = generate(pack, chosen.people, chosen.seed, out, bad_rows=BAD_ROWS, progress=watch.progress)
    return {"rows": sum(report.rows.values()), "bytes": _bytes_of(out)}


def _intake(pack: Pack, chosen: argparse.Namespace, watch: Watch) -> dict[str, Any]:
    store = chosen.folder / "store"
    shutil.rmtree(store, ignore_errors=True)
    memory = f"{chosen.memory}GiB" if chosen.memory else None
    report = intake(
        pack,
        chosen.folder / "delivery",
        store,
        memory=memory,
        progress=lambda source, stage: watch.progress(stage if source in pack.sources else source, ""),
    )
    if not report.is_clean:
        raise SystemExit("A source was refused as a whole: the figures would be of less than the nation.")
    loads = Store(store).state().loads.values()
    return {
        "sources": len(report.sources),
        "rows": sum(load.rows_read for load in loads),
        "accepted": sum(load.rows_accepted for load in loads),
        "bytes": _bytes_of(chosen.folder / "delivery"),
    }


def _build(pack: Pack, chosen: argparse.Namespace, watch: Watch) -> dict[str, Any]:
    out = chosen.folder / chosen.snapshots
    shutil.rmtree(out, ignore_errors=True)
    engine = DuckEngine(memory_bytes=chosen.memory << 30 if chosen.memory else None)
    store = chosen.folder / "store"
    built = build(pack, store, AS_OF, out, engine=engine, progress=watch.progress)
    state = Store(store).state()
    return {
        "persons": built.persons,
        "rows": sum(load.rows_accepted for load in state.loads.values()),
        "bytes": _bytes_of(built.path),
        "checked": [str(load.checked) for load in state.loads.values()],
        "snapshot": str(built.path),
        "digests": json.loads((built.path / MANIFEST).read_text(encoding="utf-8"))["digests"],
    }


def _counts(pack: Pack, chosen: argparse.Namespace, watch: Watch) -> dict[str, Any]:
    watch.progress("counts", "")
    snapshot = open_snapshot(chosen.folder / chosen.snapshots / "current")
    return {"as_of": snapshot.catalogue.as_of.isoformat(), "overview": overview_json(overview(snapshot))}


def _bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


_JOBS = {"synth": _synth, "intake": _intake, "build": _build, "counts": _counts}

if __name__ == "__main__":
    main()
