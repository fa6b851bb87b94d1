"""Results by group: only what disclosure control shows, with an interval."""

from __future__ import annotations

import re
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


def figures(page: str, table: str) -> dict[str, str]:
    """The first figure of each line of a table, by the line's title."""
    body = page.split(f'id="{table}"')[1].split("</table>")[0]
    lines = re.findall(r'<th scope="row">(.*?)</th><td class="number">(.*?)</td>', body, flags=re.DOTALL)
    return {words(title): words(figure) for title, figure in lines}


def words(html: str) -> str:
    """Without marks, and without the tick of what is chosen."""
    return re.sub(r"<[^>]+>", "", html).strip()


@pytest.mark.parametrize("by", ["family_type", "children", "region"])
def test_the_same_count_is_the_same_figure_on_an_analysts_page_and_an_auditors(
    signed_in: SignedIn, by: str
) -> None:
    auditor, analyst = signed_in("auditor"), signed_in("analyst")
    theirs = figures(auditor.get("/audit/groups/").content.decode(), by)
    asked = f"/analyst/segments/?level=family&if=card.category:..&show={by}"
    ours = figures(analyst.get(asked, follow=True).content.decode(), by)
    both = theirs.keys() & ours.keys()
    assert len(both) >= 3 and {theirs[one] for one in both} - {"жасырылған"}
    assert {one: theirs[one] for one in both} == {one: ours[one] for one in both}


def test_a_programme_has_the_same_take_up_on_both_pages(signed_in: SignedIn) -> None:
    theirs = figures(signed_in("auditor").get("/audit/groups/").content.decode(), "taken")
    page = signed_in("analyst").get("/analyst/take-up/").content.decode()
    rows = page.split('id="take-up"')[1].split("</table>")[0].split("<tr>")[2:]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL) for row in rows]
    ours = {words(re.split("<br>|<strong", cell[0])[0]): words(cell[2]) for cell in cells}
    both = theirs.keys() & ours.keys()
    assert len(both) > 20 and {one: theirs[one] for one in both} == {one: ours[one] for one in both}
