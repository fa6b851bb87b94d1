"""A scorecard beside the one in force, and families alike who are treated otherwise, on the town."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from made_up import MadeUp
from town import town

from familycard.cli.card_json import card_json
from familycard.cli.card_text import card_lines
from familycard.cli.words import Words
from familycard.errors import PackError, SnapshotError, UsageError
from familycard.snapshot.alike import UNEXPLAINED, alike, pair_rows
from familycard.snapshot.open import OpenSnapshot, open_snapshot
from familycard.snapshot.reach import names_of_scorecard
from familycard.snapshot.reader import Reader
from familycard.snapshot.shadow import export_shadow, shadow, shadow_json


@pytest.fixture(scope="module")
def made(country: MadeUp) -> OpenSnapshot:
    return open_snapshot(country.snapshot)


def test_a_scorecard_beside_itself_moves_nobody(made: OpenSnapshot) -> None:
    found = shadow(made, "need")
    open_families = sum(m.families for m in found.moves if "open" in (m.before, m.after))
    assert found.same == found.families - open_families
    assert all(m.before == m.after for m in found.moves)
    assert found.rank_correlation == pytest.approx(1)


def test_everybody_moves_once_by_a_changed_scorecard_and_groups_add_up(
    made: OpenSnapshot, tmp_path: Path
) -> None:
    text = (made.pack.path / "scorecards" / "need.yaml").read_text(encoding="utf-8")
    changed = tmp_path / "need.yaml"
    changed.write_text(text.replace("D: {below: 400}", "D: {below: 470}"), encoding="utf-8")
    found = shadow(made, str(changed), by=["children", "owns_no_dwelling"])
    assert sum(m.families for m in found.moves) == found.families
    moved = {
        (m.before, m.after) for m in found.moves if m.before != m.after and "open" not in (m.before, m.after)
    }
    assert moved == {("C", "D")}
    of_dwelling = [m for m in found.by_group if m.group == "owns_no_dwelling"]
    left_out = found.families - sum(m.families for m in of_dwelling)
    assert 0 <= left_out < 5, "only a group of fewer than five families is left out"
    assert "unit" not in str(shadow_json(found)["moves"])


def test_families_are_exported_by_references_with_the_strongest_lines(
    made: OpenSnapshot, tmp_path: Path
) -> None:
    found = shadow(made, "pilot")
    written = export_shadow(found, tmp_path / "shadow.csv", "test")
    with written.path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == found.families
    assert all(len(row["reference"]) == 16 for row in rows) and "unit" not in rows[0]
    assert any("income " in row["lines_after"] for row in rows)


def test_what_cannot_be_compared_is_said(made: OpenSnapshot, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no scorecard `neeed`"):
        shadow(made, "neeed")
    with pytest.raises(UsageError, match="--by: .* has no `cars_of_gold`"):
        shadow(made, "need", by=["cars_of_gold"])
    path = tmp_path / "other.yaml"
    text = (made.pack.path / "scorecards" / "need.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("bins: working_cars", "bins: flying_cars"), encoding="utf-8")
    with pytest.raises(SnapshotError, match="has no `flying_cars` of a family"):
        shadow(made, str(path))
    path.write_text("id: other\n", encoding="utf-8")
    with pytest.raises(PackError):
        shadow(made, str(path))


def test_every_pair_treated_otherwise_has_a_reason(made: OpenSnapshot) -> None:
    found = alike(made, made.pack.scorecards["need"], ["members", "children", "owns_no_dwelling"])
    assert found.matched + found.left_out <= found.families
    assert found.reasons and UNEXPLAINED not in {one.reason for one in found.reasons}
    assert {one.result for one in found.reasons} >= {"category"}
    shown = pair_rows(found, 1)
    assert len(shown) == len(found.reasons)
    assert all(pair["outcome_a"] != pair["outcome_b"] and "unit" not in pair for pair in shown)


def test_families_alike_in_all_that_gives_points_differ_in_no_category(made: OpenSnapshot) -> None:
    """Matched by every line's own facts nothing is left that could set categories apart."""
    card = made.pack.scorecards["need"]
    facts = sorted(names_of_scorecard(card) & made.pack.indicators.keys())
    found = alike(made, card, ["members", *facts])
    assert facts and not [one for one in found.reasons if one.result == "category"]


def test_what_families_are_alike_in_must_be_there_and_not_be_sealed(made: OpenSnapshot) -> None:
    with pytest.raises(UsageError, match="has no `luck`"):
        alike(made, made.pack.scorecards["need"], ["luck"])
    with pytest.raises(UsageError, match="Say by --facts"):
        alike(made, made.pack.scorecards["need"], [])


def test_a_limit_of_experts_is_shown_with_its_reason_and_the_sum_still_adds_up(tmp_path: Path) -> None:
    why = "    why: {en: Because}"
    limited = f"    override: {{at_least: -150, at_most: 0, why: {{en: experts say so}}}}\n{why}"
    reader = Reader(town(tmp_path, law={"scorecards/need.yaml": (why, limited)}))
    cards = [
        reader.card(unit) for (unit,) in reader.engine.rows("select unit from values_family order by unit")
    ]
    lines = [card.score.lines[0] for card in cards if card.score]
    found = [(line.points, line.before_override) for line in lines]
    assert found == [(0, None), (-150, -200), (-150, -200), (0, 100)]
    assert cards[-1].score is not None and cards[-1].score.score == 500
    told = "\n".join(card_lines(reader, cards[-1], Words(reader.pack, "en"), explain=True))
    assert "experts say so" in told and "+100" in told
    assert "experts say so" not in "\n".join(
        card_lines(reader, cards[0], Words(reader.pack, "en"), explain=True)
    )
    as_json = card_json(reader, cards[-1], explain=True)
    assert as_json["score"]["lines"][0]["override"] == {"points_before": 100, "why": {"en": "experts say so"}}
