"""packs/kz says what Kazakhstan's law says: its size, and the amounts that officials published."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest
from pack_pages import MARKS, PAGES, SPHERES, sphere_range
from packs_read import pack_of

from familycard.engine.duck import DuckEngine
from familycard.pack.dependencies import expression_names
from familycard.pack.lint import lint_pack
from familycard.pack.loader import load_pack
from familycard.pack.model import Case, Pack, Scorecard
from familycard.pack.rules.tracing import Basis, Tracer
from familycard.pack.rules.uses import purposes_of
from familycard.programmes.cases import evaluate_case

PACK = Path(__file__).resolve().parents[2] / "packs" / "kz"
ALL_SPHERES = {"economic", "housing", "health", "education", "social", "family"}
NEVER_IN_THE_SCORE = {
    "dispensary",
    "special_status",
    "guardianships",
    "parental_rights",
    "child_residence_decisions",
    "orphans_register",
    "guardian_payments",
    "minors_in_need",
    "special_education",
    "hospital_births",
    "consents",
    "mobile_base",
    "official_levels",
    "pregnancies",
    "sick_leave",
    "free_medicines",
    "special_social_services",
    "incapacity_decisions",
    "probation",
    "detention",
    "violence_protection",
}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of("kz")


def test_the_lint_finds_no_error() -> None:
    assert [str(finding) for finding in lint_pack(PACK) if finding.severity == "error"] == []


def test_the_pack_has_at_least_forty_indicators_of_every_sphere(pack: Pack) -> None:
    shown = [indicator for indicator in pack.indicators.values() if indicator.card]
    assert len(shown) >= 40
    assert {indicator.sphere for indicator in shown} == ALL_SPHERES


def test_at_least_fourteen_programmes_with_cases_for_yes_no_and_cannot_tell(pack: Pack) -> None:
    assert len(pack.programmes) >= 14
    for programme in pack.programmes.values():
        statuses = {case.expect["status"] for case in programme.cases}
        assert {"eligible", "not_eligible", "cannot_tell"} <= statuses, programme.id


def test_every_programme_is_shown_before_and_after_a_change_of_law(pack: Pack) -> None:
    """One family, two days, two answers: a new index, a condition that begins, a programme not yet in force."""
    for programme in pack.programmes.values():
        told = [(case.facts, case.as_of, case.expect) for case in programme.cases]
        assert any(
            facts == others and day != other_day and answer != other_answer
            for facts, day, answer in told
            for others, other_day, other_answer in told
        ), programme.id


def test_the_allowance_for_many_children_is_what_the_ministry_published_for_2025(
    pack: Pack, shared: Path
) -> None:
    with (shared / "data" / "kazakhstan" / "facts.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["indicator"] == "large_family_benefit_amount"]
    assert len(rows) == 5
    for row in rows:
        is_each = row["region_or_group"].startswith("8+")
        children = 8 if is_each else int(row["region_or_group"].split()[0])
        expected_tenge = int(row["value"]) * (children if is_each else 1)
        facts = {"resident_adults": "2", "children_counted": str(children)}
        case = Case("published", date(2025, 6, 1), facts, {})
        programme = pack.programmes["multi_child_allowance"]
        verdict = evaluate_case(pack, programme, case, DuckEngine(threads=1))
        assert verdict.amount_minor == expected_tenge * 100


def test_every_region_has_a_line_of_its_own_that_says_it_is_unverified(pack: Pack) -> None:
    lines = pack.parameters["asp_line"].on(date(2025, 12, 31))
    assert len({line.area for line in lines}) == 20
    assert not any(line.verified for line in lines)


def _score_basis(pack: Pack, scorecard: Scorecard) -> Basis:
    tracer = Tracer(pack)
    basis = tracer.expressions(
        *(term.when for term in scorecard.terms), *(a.when for a in scorecard.adjustments)
    )
    for term in scorecard.terms:
        basis |= tracer.names(term.named)
    return basis


@pytest.mark.parametrize("id_", ["need", "pilot"])
def test_a_score_is_called_ours_and_rests_on_nothing_that_the_law_keeps_apart(pack: Pack, id_: str) -> None:
    scorecard = pack.scorecards[id_]
    assert not scorecard.official
    columns = _score_basis(pack, scorecard).columns
    assert {source for source, _ in columns} & NEVER_IN_THE_SCORE == set()
    assert ("population", "citizenship") not in columns
    assert ("disability", "cause") not in columns


def test_the_pilot_has_six_categories_from_extreme_need_to_well_being_and_the_card_keeps_the_other(
    pack: Pack,
) -> None:
    pilot = pack.scorecards["pilot"]
    assert [category for category, _ in pilot.categories] == ["1", "2", "3", "4", "5", "6"]
    assert pilot.category_labels["1"]["en"] == "extreme need"
    assert pilot.category_labels["6"]["en"] == "high well-being"
    assert pack.card_scorecard == "need"


def test_protection_from_violence_is_counted_and_hides_from_searches_and_reaches_nothing_else(
    pack: Pack,
) -> None:
    tracer = Tracer(pack)
    reached = {
        purpose.what
        for purpose in purposes_of(pack, tracer)
        if any(source == "violence_protection" for source, _ in purpose.basis.columns)
    }
    assert reached == {"statistic protected_from_violence_pct", "what keeps an address confidential"}


def test_the_insurance_of_families_in_crisis_rests_on_the_official_level_and_is_silent_without_it(
    pack: Pack,
) -> None:
    programme = pack.programmes["health_insurance_crisis"]
    assert ("official_levels", "level") in Tracer(pack).names(["official_level"]).columns
    assert "official_level" in {name for c in programme.conditions for name in expression_names(c.when)}
    assert pack.indicators["official_level"].no_rows is None


def test_children_cost_no_points_where_there_is_room(pack: Pack) -> None:
    crowding = next(term for term in pack.scorecards["need"].terms if term.id == "crowding")
    assert crowding.table == ("area_lived_in_per_member", "children")
    assert set(crowding.grid[-1]) == {0}
    counts = {"children", "children_counted", "children_under_3", "children_7_to_17", "pupils"}
    assert not {term.bins for term in pack.scorecards["need"].terms} & counts


def test_each_sphere_of_the_score_can_take_a_hundred_points_of_five_hundred(pack: Pack) -> None:
    """Equal weights of the spheres, as Alkire and Foster nest them; the cut-offs are shares of a sphere."""
    need = pack.scorecards["need"]
    assert need.base == 500
    assert {term.sphere for term in need.terms} == set(SPHERES)
    assert [sphere_range(need, sphere)[0] for sphere in SPHERES] == [-100] * 5
    limits = dict(need.categories)
    assert (limits["D"], limits["E"]) == (need.base - 100, need.base - 200)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_about_the_pack_says_what_the_pack_says(pack: Pack, page: Path) -> None:
    begin, end = MARKS
    written = page.read_text(encoding="utf-8").split(begin)[1].split(end)[0].strip()
    assert written == PAGES[page](pack), f"run `make pages`: {page.name} is out of date"


def test_an_official_table_takes_the_place_of_ours_by_a_file_and_a_line(tmp_path: Path) -> None:
    folder = tmp_path / "kz"
    shutil.copytree(PACK, folder)
    ours = (folder / "scorecards" / "need.yaml").read_text(encoding="utf-8")
    theirs = ours.replace("id: need\n", "id: official_need\n", 1).replace("official: false", "official: true")
    (folder / "scorecards" / "official_need.yaml").write_text(theirs, encoding="utf-8")
    pack_file = folder / "pack.yaml"
    text = pack_file.read_text(encoding="utf-8")
    assert "scorecard: need" in text
    pack_file.write_text(text.replace("scorecard: need", "scorecard: official_need"), encoding="utf-8")
    assert [str(finding) for finding in lint_pack(folder) if finding.severity == "error"] == []
    replaced = load_pack(folder)
    assert replaced.scorecards[replaced.card_scorecard or ""].official
