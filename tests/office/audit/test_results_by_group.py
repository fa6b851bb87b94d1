"""Results by group: only what disclosure control shows, with an interval."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from familycard.office.access.table import Sensitivity
from familycard.office.audit.groups import comparisons, needy_letters, take_up_by_group, take_up_of_all
from familycard.office.audit.intervals import wilson
from familycard.snapshot.names import sensitivity_by_programme
from familycard.snapshot.reader import Reader

SignedIn = Callable[[str], Client]


@given(st.integers(1, 10**7), st.integers(0, 10**7))
def test_an_interval_holds_its_share_and_stays_between_nothing_and_all(whole: int, part: int) -> None:
    share = wilson(part, whole)
    assert 0 <= share.lowest <= share.share <= share.highest <= 10_000


@given(st.integers(1, 1000))
def test_more_families_make_a_share_surer(part: int) -> None:
    few, many = wilson(part, 3 * part), wilson(100 * part, 300 * part)
    assert many.highest - many.lowest < few.highest - few.lowest


def test_groups_show_rounded_counts_or_nothing(reader: Reader) -> None:
    found = comparisons(reader.snapshot, allow_restricted=True)
    assert {"region", "children", "family_type", "head_is_a_woman"} <= {one.name for one in found}
    shown = [group.families for one in found for group in one.groups if group.families is not None]
    assert shown and all(count >= 10 and count % 5 == 0 for count in shown)
    assert needy_letters(reader.pack) == ("E", "D")


@pytest.mark.parametrize("allow_restricted", [True, False])
def test_take_up_has_every_programme_that_may_be_counted(reader: Reader, allow_restricted: bool) -> None:
    permitted = Sensitivity.restricted if allow_restricted else Sensitivity.own
    sensitivity = sensitivity_by_programme(reader.pack)
    expected = {id_ for id_ in reader.pack.programmes if permitted.allows(sensitivity[id_])}
    found = take_up_of_all(reader.snapshot, allow_restricted=allow_restricted)
    assert {one.id for one in found} == expected < set(reader.pack.programmes)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_the_pages_are_there_in_every_language(signed_in: SignedIn, reader: Reader, language: str) -> None:
    client = signed_in("auditor")
    client.cookies["language"] = language
    shown = client.get("/audit/groups/").content.decode()
    programme = next(one.id for one in take_up_of_all(reader.snapshot, allow_restricted=True) if one.taken)
    assert f'href="/audit/groups/{programme}/"' in shown
    assert client.get(f"/audit/groups/{programme}/").status_code == 200
    assert client.get("/audit/groups/nothing/").status_code == 404


def test_who_takes_a_programme_up_is_told_by_the_sex_of_persons(reader: Reader) -> None:
    programme = next(
        one.id
        for one in take_up_of_all(reader.snapshot, allow_restricted=True)
        if one.taken and reader.pack.programmes[one.id].unit == "person"
    )
    assert "sex" in {one.name for one in take_up_by_group(reader.snapshot, programme, allow_restricted=True)}
