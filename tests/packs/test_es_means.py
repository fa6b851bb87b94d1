"""The fitted scorecard of packs/es is what its recipe gives of the real households, and a build uses it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from packs_read import pack_of

from familycard.pack.model import Pack
from familycard.pack.types import Kind
from familycard.scoring.fitting.fit import fit_scorecard
from familycard.scoring.fitting.scorecard_yaml import MARK, scorecard_text
from familycard.snapshot.build import build
from familycard.snapshot.surveyed import read_survey
from familycard.sources.intake import intake

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "packs" / "es"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of("es")


def test_no_income_nor_any_money_gives_points(pack: Pack) -> None:
    named = set(pack.fits["means"].indicators) - {"members"}
    assert not [name for name in named if pack.indicators[name].type.kind is Kind.MONEY]
    assert not [name for name in named if "income" in name or "benefit" in name]


def test_no_child_gives_points(pack: Pack) -> None:
    terms = [t for t in pack.scorecards["means"].terms if any(n.startswith("children") for n in t.named)]
    assert terms and all(max(t.all_points) <= 0 for t in terms)


def test_every_line_runs_as_the_recipe_says(pack: Pack) -> None:
    directions = {one.indicator: one.direction for one in pack.fits["means"].candidates if one.direction}
    seen = set()
    for term in pack.scorecards["means"].terms:
        for axis, name in enumerate(term.named):
            if name in directions:
                seen.add(name)
                lines = term.grid if term.table and axis == 1 else list(zip(*term.grid, strict=True))
                points = lines or [[b.points for b in term.bin_points] or list(term.value_points.values())]
                for line in points:
                    assert list(line) == sorted(line, reverse=directions[name] < 0), (term.id, name)
    assert len(seen) > 10


def test_the_report_keeps_the_limits_that_were_set(pack: Pack) -> None:
    report = json.loads((ROOT / "docs" / "fitted-es" / "report.json").read_text(encoding="utf-8"))
    assert report["rounding"]["relative_loss"] < 0.02
    assert report["survey"]["rows"] == 15_887 and report["fit"] == "means"
    assert set(report["groups"]) == {group.id for group in pack.fits["means"].groups}


def test_the_committed_points_are_those_of_the_real_households(
    pack: Pack, shared: Path, tmp_path: Path
) -> None:
    intake(pack, shared / "data" / "spain-ecv-2019", tmp_path / "store")
    built = build(pack, tmp_path / "store", date(2019, 12, 31), tmp_path / "snapshots")
    fit = pack.fits["means"]
    fitted = fit_scorecard(pack, fit, read_survey(pack, fit, built.path, None, None))
    committed = (PACK / "scorecards" / "means.yaml").read_text(encoding="utf-8")
    assert committed.startswith(MARK)
    ours = [line for line in scorecard_text(fitted.card, []).splitlines() if not line.startswith("#")]
    assert ours == [line for line in committed.splitlines() if not line.startswith("#")]
