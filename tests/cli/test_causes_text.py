"""`familycard diff --causes`: what people read, what machines read, and the list of persons."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from dated_town import LATER, dated_town, wages
from typer.testing import CliRunner

from familycard.cli import app
from familycard.snapshot.open import OpenSnapshot

Pair = tuple[OpenSnapshot, OpenSnapshot]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The wages of one family corrected backwards, and a raise in another."""
    folder = tmp_path_factory.mktemp("town")
    rows = wages({"0004": "900.00"}, {"2026-01-15": {"0001": "900.00"}})
    return dated_town(folder), dated_town(folder, as_of=LATER, registers={"wages": rows})


def diff(pair: Pair, *options: str) -> str:
    result = CliRunner().invoke(app, ["diff", str(pair[0].path), str(pair[1].path), *options])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_moves_only_because_data_changed_have_their_own_line(pair: Pair) -> None:
    lines = [" ".join(line.split()) for line in diff(pair, "--causes").splitlines()]
    assert "moved up in all 6 2" in lines
    assert "because life changed 3 1" in lines
    assert "only because data changed 3 1" in lines
    assert "C A 0 1 0 0 0 0" in lines
    assert any(line.startswith("wages") or "population" in line for line in lines)


def test_machines_get_one_value_and_the_work_folder_keeps_what_was_built(pair: Pair, tmp_path: Path) -> None:
    said = json.loads(diff(pair, "--causes", "--work", str(tmp_path / "work"), "--json"))
    assert said["moves"]["category"]["up"]["data"] == {"people": 3, "families": 1}
    assert len([p for p in (tmp_path / "work" / "snapshots").iterdir() if p.name[:1] == "2"]) == 2
    again = json.loads(diff(pair, "--causes", "--work", str(tmp_path / "work"), "--json"))
    assert again == said


def test_the_list_has_references_and_no_numbers(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "changes.csv"
    said = json.loads(diff(pair, "--causes", "--out", str(out), "--name", "june", "--json"))
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert len(rows) == said["rows"]
    moved = [row for row in rows if row["result"] == "category"]
    assert {(r["before"], r["after_data"], r["after_life"], r["after"], r["causes"]) for r in moved} == {
        ("C", "A", "A", "A", "data"),
        ("B", "B", "A", "A", "life"),
    }
    assert {len(row["reference"]) for row in rows} == {16}
    assert "person" not in rows[0]
    assert json.loads((tmp_path / "changes.csv.about.json").read_text("utf-8"))["export"] == "june"


def test_a_list_needs_causes(pair: Pair, tmp_path: Path) -> None:
    arguments = ["diff", str(pair[0].path), str(pair[1].path), "--out", str(tmp_path / "x.csv")]
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_a_scorecard_in_the_place_of_a_snapshot_is_told_where_it_is_compared(pair: Pair) -> None:
    result = CliRunner().invoke(app, ["diff", str(pair[0].path), "points.yaml"])
    assert result.exit_code == 2
    assert "familycard shadow" in result.stderr
