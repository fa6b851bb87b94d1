"""Lists and search of a social worker, in the county."""

from __future__ import annotations

from pathlib import Path

import pytest
from county import COLUMNS, COUNTY_PACK, registers
from town import town

from familycard.desk.caseload import caseload
from familycard.desk.search import Found, find, is_confidential
from familycard.desk.worklist import Family, Waiting, Worklists
from familycard.errors import UsageError
from familycard.snapshot.open import OpenSnapshot

AREA = "1010"


def everything(lists: Worklists, waiting: Waiting, areas: list[str], size: int = 7) -> list[Family]:
    """All pages of a list, one after the other."""
    families, after = list[Family](), None
    while True:
        page = lists.page(waiting, areas, after=after, size=size)
        families += page.families
        after = page.next_after
        if after is None:
            assert len(families) == page.total
            return families


def test_pages_make_up_the_list_in_the_order_of_need(the_county: OpenSnapshot) -> None:
    lists = Worklists(the_county)
    families = everything(lists, Waiting.UNUSED, ["10"])
    expected = the_county.engine.rows(
        "select v.unit from values_family v join scores_need s using (unit) join unused u using (unit)"
        " where v.area like '10%' order by strpos('CBA', coalesce(s.category, 'Z')) = 0, strpos('CBA', s.category),"
        " coalesce(s.score, s.lowest), u.unused_monthly desc, v.unit"
    )
    assert [family.unit for family in families] == [unit for (unit,) in expected]
    assert len(families) == lists.totals(["10"])[Waiting.UNUSED] > 50


def test_only_the_areas_own_families_are_listed(the_county: OpenSnapshot) -> None:
    lists = Worklists(the_county)
    for waiting in Waiting:
        assert {family.area for family in everything(lists, waiting, [AREA])} <= {AREA}
    assert set(lists.totals([]).values()) == set(lists.totals(["", "99"]).values()) == {0}
    everywhere = sum(lists.totals([region])[Waiting.UNUSED] for region in ("10", "20", "30"))
    assert lists.totals(["10", "20", "30", AREA])[Waiting.UNUSED] == everywhere


def test_who_receives_nothing_is_eligible_and_receives_nothing(the_county: OpenSnapshot) -> None:
    families = everything(Worklists(the_county), Waiting.NOTHING, ["10", "20", "30"], size=500)
    expected = the_county.engine.rows(
        "select unit from entitlements_family join values_family v using (unit) where child_aid__status = 'eligible'"
        " and not child_aid__received and v.area is not null and unit not in"
        " (select m.unit from members_family m join entitlements_person e using (person)"
        "  where e.youth_pass__received or e.youth_pass__status = 'eligible' and e.youth_pass__received is null)"
        " and unit not in (select m.unit from members_family m join entitlements_couple c on c.unit = m.person"
        "  where c.couple_gift__received or c.couple_gift__status = 'eligible' and c.couple_gift__received is null)"
    )
    assert {family.unit for family in families} == {unit for (unit,) in expected}


def test_a_family_with_a_fault_is_a_question(the_county: OpenSnapshot) -> None:
    listed = {
        f.unit for f in everything(Worklists(the_county), Waiting.QUESTIONS, ["10", "20", "30"], size=500)
    }
    [(unit,)] = the_county.engine.rows(
        "select v.unit from faults f join members_family m using (person) join values_family v on v.unit = m.unit"
        " where v.area is not null order by 1 limit 1"
    )
    assert unit in listed
    assert Waiting.QUESTIONS in Worklists(the_county).stands_on(unit)


def test_a_page_goes_on_behind_a_family_that_left_the_list(the_county: OpenSnapshot) -> None:
    lists = Worklists(the_county)
    _, second, third = lists.page(Waiting.UNUSED, [AREA], size=3).families
    assert lists.page(Waiting.UNUSED, [AREA], after=second.unit, size=1).families == (third,)
    load = caseload(the_county)
    here = set(load.units[load.within([AREA])].tolist())
    others = here - {f.unit for f in everything(lists, Waiting.UNUSED, ["10"])}
    assert lists.page(Waiting.UNUSED, [AREA], after=others.pop(), size=1).total > 3
    with pytest.raises(UsageError, match="no such family"):
        lists.page(Waiting.UNUSED, [AREA], after=-5)
    elsewhere = load.units[load.within(["20"])].tolist()[0]
    with pytest.raises(UsageError, match="no such family"):
        # Where the page began would tell how needy a family is that is not the worker's to see.
        lists.page(Waiting.UNUSED, [AREA], after=elsewhere)
    with pytest.raises(UsageError, match="1 to 500"):
        lists.page(Waiting.UNUSED, [AREA], size=501)


def test_families_that_fell_are_followed_by_their_heads(poorer: tuple[OpenSnapshot, OpenSnapshot]) -> None:
    before, after = poorer
    families = everything(Worklists(after, before), Waiting.FELL, ["10", "20", "30"])
    letters = dict(before.engine.rows("select unit, category from scores_need"))
    assert len(families) > 20
    for family in families:
        assert family.category_before == letters[family.unit] != family.category == "C"
    assert not everything(Worklists(after), Waiting.FELL, ["10", "20", "30"])
    assert not everything(Worklists(after, after), Waiting.FELL, ["10", "20", "30"])


def found(snapshot: OpenSnapshot, text: str, areas: list[str]) -> tuple[Found, ...]:
    return find(snapshot, areas, text).persons


def test_a_person_is_found_by_number_by_name_in_any_spelling_and_by_address(the_county: OpenSnapshot) -> None:
    rows = "persons p join members_family m using (person) join values_family v using (unit) join serve.identifiers i using (person)"
    someone = the_county.engine.arrow(
        f"select p.person, i.value, p.address, v.area from {rows} where p.surname = 'Қасымов' and v.area is not null limit 1"
    ).to_pylist()[0]
    area = [someone["area"]]
    for text in (
        someone["value"],
        f" {someone['value']} ",
        "kasymova",
        "Касымов",
        "қасым",
        someone["address"].upper(),
    ):
        everyone = find(the_county, area, text, limit=20)
        assert everyone.is_more or someone["person"] in {one.person for one in everyone.persons}, text
        assert everyone.persons
    [alone] = found(the_county, someone["value"], area)
    assert alone.person == someone["person"] and alone.name.startswith("Қасымов ")


def test_all_words_must_be_names_of_the_person(the_county: OpenSnapshot) -> None:
    both = found(the_county, "Айгуль Ахметова", ["10"])
    assert both and all(one.name == "Ахметов Айгүл" for one in both)
    assert not found(the_county, "Ахметов Nobody", ["10"])


def test_who_is_outside_is_found_no_more_than_nobody(the_county: OpenSnapshot) -> None:
    [(value,)] = the_county.engine.rows(
        "select i.value from members_family m join values_family v using (unit) join serve.identifiers i using (person)"
        " where v.area = '2010' order by 1 limit 1"
    )
    nobody = find(the_county, [AREA], "9999")
    assert find(the_county, [AREA], value) == find(the_county, [], value) == nobody
    assert found(the_county, value, ["20"])
    names = find(the_county, ["10", "20", "30"], "Иванов", limit=1000)
    assert len(names.persons) == 20 and names.is_more
    assert {one.area for one in found(the_county, "Иванов", [AREA])} == {AREA}


# Whoever is ill keeps their address to themselves here.
GUARDED_PACK = COUNTY_PACK | {
    "pack.yaml": COUNTY_PACK["pack.yaml"].replace('is null"}', 'is null", confidential_address: is_ill}')
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> OpenSnapshot:
    """A small county that keeps some addresses from its searches."""
    folder = tmp_path_factory.mktemp("guarded")
    return town(folder, base=GUARDED_PACK, columns=COLUMNS, registers=registers(80, 7))


def someone(snapshot: OpenSnapshot, condition: str) -> dict[str, str]:
    """A resident of an area with number, address, name and area, for whom a condition holds."""
    return snapshot.engine.arrow(
        "select person, unit, i.value, p.address, v.area, p.surname || ' ' || p.given_name as name"
        " from persons p join members_family m using (person) join values_family v using (unit)"
        f" join serve.identifiers i using (person) where v.area is not null and {condition} order by person limit 1"
    ).to_pylist()[0]


@pytest.mark.parametrize(
    "who", ["is_ill", "not is_ill and p.address in (select address from persons where is_ill)"]
)
def test_whose_address_is_confidential_is_found_by_number_alone_and_so_is_who_lives_there(
    guarded: OpenSnapshot, who: str
) -> None:
    one = someone(guarded, who)
    assert one["person"] in {found_.person for found_ in found(guarded, one["value"], [one["area"]])}
    assert not found(guarded, one["address"], [one["area"]])
    hidden = {
        person
        for (person,) in guarded.engine.rows(
            "select person from persons where address in (select address from persons where is_ill)"
        )
    }
    assert one["person"] in hidden
    assert is_confidential(guarded, one["area"], int(one["unit"]))
    named = guarded.engine.rows(
        f"select person from serve.residents where surname_whole is not null and person in {tuple(hidden)}"
    )
    assert not named


def test_who_searches_may_keep_further_families_from_being_found_but_by_number(
    guarded: OpenSnapshot,
) -> None:
    one = someone(guarded, "p.address not in (select address from persons where is_ill)")
    area, person = [one["area"]], int(one["person"])
    for text, is_found in ((one["value"], True), (one["address"], False), (one["name"], False)):
        everyone = {of.person for of in find(guarded, area, text).persons}
        assert person in everyone, text
        kept = {of.person for of in find(guarded, area, text, confidential=[person]).persons}
        assert (person in kept) == is_found, text
    unit = int(one["unit"])
    assert not is_confidential(guarded, one["area"], unit)
    assert is_confidential(guarded, one["area"], unit, [person])
    assert is_confidential(guarded, "no area", unit), "of whom nothing is known"


def test_while_nobody_is_known_not_to_be_protected_a_number_alone_finds(
    guarded: OpenSnapshot, tmp_path: Path
) -> None:
    assert not find(guarded, [AREA], "Nobody").by_identifier_only
    late = town(
        tmp_path,
        base=GUARDED_PACK,
        columns=COLUMNS,
        registers=registers(20, 7) | {"diagnoses": "the file broke\n"},
    )
    one = someone(late, "true")
    by_name = find(late, [one["area"]], one["name"])
    assert by_name.by_identifier_only and not by_name.persons
    assert found(late, one["value"], [one["area"]])
