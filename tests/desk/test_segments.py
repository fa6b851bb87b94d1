"""Segments, areas, distributions, take-up and flows of the county: near the truth, and nothing small."""

from __future__ import annotations

from dataclasses import replace

import pytest

from familycard.desk.areas import mean_by_area, share_by_area, take_up_by_area
from familycard.desk.counts import Condition, Counts, counts_of
from familycard.desk.disclosure import Rule, hide_complements
from familycard.desk.distribution import distribution
from familycard.desk.flows import category_flows, flows_by_cause
from familycard.desk.segments import count_segment
from familycard.desk.take_up import take_up
from familycard.errors import UsageError
from familycard.snapshot.difference import difference
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.segment import find

NEAR = 40
"""What noise, rounding and loosening add up to at the very most: one in ten thousand is further."""


def test_a_segment_is_counted_near_the_truth(counts: Counts, the_county: OpenSnapshot) -> None:
    conditions = [Condition("children", at_least=1), Condition("has_car", "yes")]
    counted = count_segment(counts, conditions, ["card.category", "region", "children"])
    true = find(the_county, "children >= 1 and has_car").is_true
    assert counted.shown is not None and abs(counted.shown - true) < NEAR
    for letter in counted.facets[0].values[:3]:
        true = find(the_county, f"children >= 1 and has_car and card.category = '{letter.step.id}'").is_true
        assert letter.shown is None or abs(letter.shown - true) < NEAR
    assert [value.step.id for value in counted.facets[2].values if value.is_chosen] == ["1", "2", "3", "4"][
        : len(counts.vocabulary("children").steps) - 2
    ]


def test_nothing_small_is_shown_anywhere(counts: Counts) -> None:
    names = list(counts.names)
    for name in names:
        others = [other for other in names[:6] if other != name]
        for cell in counts.cells((), [name, others[0]]).values():
            assert cell.shown is None or cell.shown >= 10 and cell.shown % 5 == 0
    few = counts.asked(
        [Condition("has_boat", "yes"), Condition("has_cattle", "yes"), Condition("region", "30")]
    )
    assert 0 < counts.mask(few).sum() < 10 and counts.total(few).shown is None


def test_what_is_sealed_restricted_or_free_text_is_nothing_to_count_by(
    the_county: OpenSnapshot, rule: Rule
) -> None:
    persons = counts_of(the_county, rule, "person")
    permitted = counts_of(the_county, rule, "person", allow_restricted=True)
    for name in (
        "is_ill",
        "surname",
        "address",
        "birth_date",
        "family.children",
        "card.category",
        "nonsense",
    ):
        with pytest.raises(UsageError, match="nothing that can be counted by"):
            permitted.total(permitted.asked([Condition(name)]))
    assert "overdue" in permitted.names and "overdue" not in persons.names
    assert {"age", "sex", "area", "region", "programme.youth_pass.status"} <= persons.names.keys() | {"sex"}


def test_wrong_questions_are_refused(counts: Counts) -> None:
    for conditions, words in (
        ([Condition("has_car", "yes"), Condition("has_car", "no")], "about the same"),
        ([Condition("has_car", "perhaps")], "no step"),
        ([Condition("has_car", at_least=3)], "no range"),
        ([Condition(name) for name in list(counts.names)[:7]], "At most 6"),
    ):
        with pytest.raises(UsageError, match=words):
            counts.asked(conditions)


def test_unknown_is_a_step_of_its_own(counts: Counts, the_county: OpenSnapshot) -> None:
    shown = counts.total(counts.asked([Condition("note", "unknown")])).shown
    assert shown is not None and abs(shown - find(the_county, "note = 'by post'").is_unknown) < NEAR


def test_regions_have_their_shares_and_means(counts: Counts, the_county: OpenSnapshot) -> None:
    rows = share_by_area(counts, "has_car", "yes")
    assert [(row.code, row.title["en"]) for row in rows] == [("10", "North"), ("20", "South"), ("30", "West")]
    for row in rows:
        [(share, mean)] = the_county.engine.rows(
            f"select 100 * avg(cast(has_car as int)), avg(income_per_member) from values_family where area like '{row.code}%'"
        )
        assert row.lowest_pct == row.highest_pct and abs(row.lowest_pct - share) < 5
        [shown] = [one.mean for one in mean_by_area(counts, "income_per_member") if one.code == row.code]
        assert shown is not None and abs(shown - mean) < mean / 5
    districts = share_by_area(counts, "has_boat", "yes", by="area")
    assert {row.region for row in districts} == {"10", "20", "30"} and len(districts) == 12
    assert any(row.part is None and row.lowest_pct is None for row in districts)
    with pytest.raises(UsageError, match="no kind of area"):
        share_by_area(counts, "has_car", "yes", by="has_land")


def test_take_up_lies_between_what_is_known(the_county: OpenSnapshot, rule: Rule) -> None:
    [aid, *_] = [one for one in take_up(the_county, rule) if one.programme.id == "child_aid"]
    [(eligible, takes)] = the_county.engine.rows(
        "select count(*), count(*) filter (where child_aid__received) from entitlements_family where child_aid__status = 'eligible'"
    )
    assert (
        aid.eligible and aid.takes and abs(aid.eligible - eligible) < NEAR and abs(aid.takes - takes) < NEAR
    )
    assert aid.lowest_pct is not None and aid.highest_pct is not None and aid.lowest_pct <= aid.highest_pct
    by_region = take_up_by_area(counts_of(the_county, rule), "child_aid")
    assert [row.of is not None for row in by_region] == [True, True, True]


def test_a_distribution_has_quantiles_of_what_is_shown(counts: Counts, the_county: OpenSnapshot) -> None:
    shown = distribution(counts, "income_per_member", [Condition("has_car", "yes")])
    quantiles = dict(shown.quantiles)
    [(median, mean)] = the_county.engine.rows(
        "select median(income_per_member), avg(income_per_member) from values_family where has_car"
    )
    assert list(quantiles) == sorted(quantiles, key=quantiles.__getitem__)
    # The noise is another one for each snapshot, and its name is another one with each version of the code.
    assert abs(quantiles[50] - median) < median / 2 and shown.mean and abs(shown.mean - mean) < mean / 2
    assert distribution(counts, "has_car").quantiles == ()


def test_one_rich_family_has_no_mean(rule: Rule) -> None:
    assert rule.is_dominated(total=1_100_000, largest=1_000_000, second=20_000)
    assert not rule.is_dominated(total=1_300_000, largest=1_000_000, second=20_000)


def test_families_flow_between_categories(poorer: tuple[OpenSnapshot, OpenSnapshot], rule: Rule) -> None:
    before, after = poorer
    flows = {(flow.before, flow.after): flow.shown for flow in category_flows(before, after, rule)}
    true = after.engine.rows("select category, count(*) from scores_need group by 1")
    for letter, families in true:
        into = sum(shown or 0 for (_, now), shown in flows.items() if now == (letter or "unclear"))
        assert abs(into - families) < NEAR + 30
    assert all(shown is None or shown >= 10 for shown in flows.values())
    of_region = category_flows(before, after, rule, ["10"])
    assert sum(flow.shown or 0 for flow in of_region) < sum(shown or 0 for shown in flows.values())
    changes = difference(before, after)
    causes = flows_by_cause(changes.categories, rule, "before>after")
    assert (
        sum(one.shown or 0 for one in causes) <= sum(change.families for change in changes.categories) + NEAR
    )


def test_a_cell_alone_is_not_hidden_alone() -> None:
    assert hide_complements([100, None, 50, 20]) == [100, None, 50, None]
    assert hide_complements([100, 40, 20]) == [100, 40, 20]
    assert hide_complements([None]) == [None]


def test_a_mean_is_hidden_where_somebody_dominates_it(the_county: OpenSnapshot, rule: Rule) -> None:
    strict = counts_of(the_county, replace(rule, dominance_pct=1_000_000))
    assert {row.mean for row in mean_by_area(strict, "income_per_member")} == {None}
    assert None not in {row.shown for row in mean_by_area(strict, "income_per_member")}
