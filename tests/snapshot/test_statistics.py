"""Statistics of a town that anyone can count on their fingers."""

from __future__ import annotations

import json
from decimal import Decimal

from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.overview import count_rows, overview, programme_rows, stats_json
from familycard.snapshot.statistics import StatisticResult, statistic_rows, statistics


def by_id(snapshot: OpenSnapshot) -> dict[str, StatisticResult]:
    return {result.id: result for result in statistics(snapshot)}


def test_each_statistic_is_what_the_town_says(the_town: OpenSnapshot) -> None:
    values = {id_: result.value for id_, result in by_id(the_town).items()}
    assert values == {
        "residents": Decimal(8),
        "middle_income": Decimal(75),
        "low_line": Decimal("33.75"),
        "poor_pct": Decimal("12.5"),
        "mean_wage": Decimal(170),
        "per_head": Decimal("106.25"),
        "inequality": Decimal("56.8182"),
        "wage_sum": Decimal(400),
        "tiny": Decimal("0.0075"),
        "exact_pct": Decimal(100),
    }


def test_the_dead_are_no_residents(the_town: OpenSnapshot) -> None:
    assert the_town.engine.rows("select count(*) from persons") == [(9,)]
    assert by_id(the_town)["residents"].rows_used == 8


def test_a_later_statistic_uses_the_earlier_one_to_its_last_digit(the_town: OpenSnapshot) -> None:
    found = by_id(the_town)
    assert (found["tiny"].value, found["tiny"].shown) == (Decimal("0.0075"), Decimal("0.01"))
    assert found["exact_pct"].value == 100


def test_a_statistic_names_its_sources_with_their_dates(the_town: OpenSnapshot) -> None:
    found = by_id(the_town)["wage_sum"]
    assert {origin.source for origin in found.sources} == {"population", "wages", "benefits"}
    assert {str(origin.extracted_on) for origin in found.sources} == {"2025-12-31"}


def test_json_has_plain_numbers_by_id_and_then_details(the_town: OpenSnapshot) -> None:
    said = json.loads(json.dumps(stats_json(the_town)))
    assert list(said)[-1] == "details"
    assert said["poor_pct"] == 12.5
    assert said["people"] == 8 and said["families"] == 4 and said["mean_family_size"] == 2
    assert said["details"]["statistics"]["inequality"]["value"] == "56.8182"


def test_rows_ready_to_print_have_as_many_cells_as_heads(the_town: OpenSnapshot) -> None:
    counted = overview(the_town)
    tables = (
        statistic_rows(statistics(the_town), "en"),
        programme_rows(counted, "en"),
        count_rows(counted.sizes, "size"),
    )
    for heads, rows in tables:
        assert rows and {len(row) for row in rows} == {len(heads)}


def test_the_overview_counts_families_by_size_and_category(the_town: OpenSnapshot) -> None:
    counted = overview(the_town)
    assert [(c.name, c.families, c.people) for c in counted.sizes] == [("1", 2, 2), ("3", 2, 6)]
    assert [(c.name, c.families, c.people) for c in counted.categories] == [
        ("A", 1, 1),
        ("B", 1, 3),
        ("C", 2, 4),
    ]


def test_a_programme_shows_who_has_a_right_who_uses_it_and_what_is_unused(the_town: OpenSnapshot) -> None:
    aid = next(p for p in overview(the_town).programmes if p.id == "child_aid")
    assert (aid.eligible, aid.received, aid.both, aid.unused, aid.not_eligible) == (2, 1, 1, 1, 2)
    assert (aid.take_up_lowest_pct, aid.take_up_highest_pct) == (Decimal("50.0"), Decimal("50.0"))
    assert (aid.unused_minor, aid.frequency) == (1000, "monthly")


def test_those_who_fail_on_one_condition_only_are_counted(the_town: OpenSnapshot) -> None:
    for one in overview(the_town).programmes:
        key = "person" if one.subject == "person" else "unit"
        parts = ", ".join(f"{one.id}__{part}" for part in ("status", "failed", "unknown"))
        rows = the_town.engine.rows(f"select {key}, {parts} from entitlements_{one.subject}")
        residents = {
            person for (person,) in the_town.engine.rows("select person from persons where is_resident")
        }
        short = [
            k
            for k, status, failed, unknown in rows
            if status == "not_eligible" and failed.bit_count() == 1 and not unknown
        ]
        assert one.failed_on_one == len([k for k in short if key == "unit" or k in residents])
        assert one.failed_on_one or not short


def test_of_a_service_without_a_register_take_up_may_be_anything(the_town: OpenSnapshot) -> None:
    young = next(p for p in overview(the_town).programmes if p.id == "youth_pass")
    assert (young.eligible, young.received, young.take_up_lowest_pct, young.take_up_highest_pct) == (
        4,
        0,
        0,
        100,
    )
    assert young.unused_minor is None
