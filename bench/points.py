"""Whole points beside the same model before rounding and beside LightGBM, on Spain's real households.

    PYTHONPATH=bench python bench/points.py --survey SNAPSHOT --peers PYTHON [--at-most N] [--write PAGE]

SNAPSHOT is one of `packs/es`. All three are given the same rows, indicators, weights and folds, and are
judged out of fold. LightGBM is tried in several settings and the best on these very folds counts,
which flatters it. Exit status 1 where a limit is broken.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from page import replace_part

from familycard.pack.fit import Fit
from familycard.pack.loader import load_pack
from familycard.scoring.fitting.fit import EVERY
from familycard.scoring.fitting.survey import Survey
from familycard.scoring.fitting.weighted import r_squared
from familycard.scoring.validation.folds import OutOfFold, out_of_fold
from familycard.snapshot.surveyed import read_survey

HERE = Path(__file__).parent
PACK = HERE.parent / "packs" / "es"
BEGIN, END = "<!-- bench:points -->", "<!-- /bench:points -->"
LIMIT_PCT = 2.0
"""Of the R²: what rounding may cost, and how far below LightGBM whole points may be."""


def given(survey: Survey, fit: Fit, found: OutOfFold, path: Path) -> None:
    """What LightGBM is handed: raw values, unknown as NaN, texts by number."""
    columns, listed = [], []
    for place, name in enumerate(fit.indicators):
        column = survey.rows[name]
        if str(column.type) == "string":
            column = column.combine_chunks().dictionary_encode().indices
            listed.append(place)
        columns.append(column.cast(pa.float64()).to_numpy(zero_copy_only=False))
    np.savez(
        path,
        features=np.column_stack(columns),
        truth=found.truth,
        weight=survey.weight,
        fold=found.fold,
        listed=np.array(listed),
    )


def side_by_side(survey_path: Path, peers: Path, at_most: int | None) -> dict[str, Any]:
    pack = load_pack(PACK)
    fit = pack.fits["means"]
    survey = read_survey(pack, fit, survey_path, None, None)
    start = time.perf_counter()
    found = out_of_fold(pack, fit, survey, at_most or EVERY, lambda *told: print(*told, file=sys.stderr))
    seconds = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "given.npz"
        given(survey, fit, found, path)
        command = [str(peers), str(HERE / "peers" / "with_lightgbm.py"), str(path)]
        answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    best = max(answer["settings"], key=lambda one: one["r_squared"])
    whole = r_squared(found.truth, found.said, survey.weight)
    before = r_squared(found.truth, found.unrounded, survey.weight)
    return {
        "rows": len(survey),
        "indicators": max(found.indicators),
        "lines": max(found.lines),
        "seconds": seconds,
        "before": before,
        "whole": whole,
        "lightgbm": best["r_squared"],
        "version": answer["version"],
        "settings": answer["settings"],
        "rounding_loss_pct": 100 * (before - whole) / before,
        "below_lightgbm_pct": 100 * (best["r_squared"] - whole) / best["r_squared"],
    }


def text(result: dict[str, Any]) -> str:
    tried = ", ".join(f"{one['r_squared']:.4f}" for one in result["settings"])
    return "\n".join(
        [
            f"{result['rows']:,} households, five folds of whole sampling units, R² of the logarithm of equivalised income:",
            "",
            "| | R² out of fold | of whole points |",
            "|---|---:|---:|",
            f"| whole points ({result['lines']} lines at most, {result['indicators']} indicators) | {result['whole']:.4f} | |",
            f"| the same model before rounding and limits | {result['before']:.4f} | {-result['rounding_loss_pct']:+.2f} % |",
            (
                f"| LightGBM {result['version']}, the best of {len(result['settings'])} settings on these folds ({tried}) | "
                f"{result['lightgbm']:.4f} | {-result['below_lightgbm_pct']:+.2f} % |"
            ),
            "",
            f"The last column is by how much whole points are above (+) or below (-), of that line's R². Limit: {LIMIT_PCT:g} %.",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--survey", type=Path, required=True)
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--at-most", type=int)
    parser.add_argument("--write", type=Path)
    arguments = parser.parse_args()
    result = side_by_side(arguments.survey, arguments.peers, arguments.at_most)
    print(json.dumps(result, indent=1))
    if arguments.write:
        replace_part(arguments.write, BEGIN, END, text(result))
    broken = [name for name in ("rounding_loss_pct", "below_lightgbm_pct") if result[name] > LIMIT_PCT]
    if broken:
        sys.exit(f"over the limit of {LIMIT_PCT:g} %: {', '.join(broken)}")


if __name__ == "__main__":
    main()
