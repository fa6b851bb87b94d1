"""An analyst's way through segments, the map, distributions, moves and take-up."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import escape

import pytest
from django.test import Client

from familycard.desk.counts import Counts, counts_of
from familycard.office.access import middleware
from familycard.office.access.table import Sensitivity, grants, table
from familycard.office.analyst.answers import rule
from familycard.office.analyst.models import AskedQuestion, Download, Export
from familycard.snapshot.names import sensitivity_by_programme
from familycard.snapshot.reader import Reader

SignedIn = Callable[[str], Client]
PAGES = {
    "/analyst/segments/": {"en": "Segments", "ru": "Сегменты", "kk": "Сегменттер"},
    "/analyst/map/": {"en": "Map of the regions", "ru": "Карта регионов", "kk": "Өңірлер картасы"},
    "/analyst/map/10/": {"en": "Abai region", "ru": "область Абай", "kk": "Абай облысы"},
    "/analyst/distribution/": {
        "en": "Children under 18",
        "ru": "Дети до 18 лет",
        "kk": "18 жасқа дейінгі балалар",
    },
    "/analyst/flows/": {"en": "Families by category", "ru": "Семьи по категориям", "kk": "Санаттар бойынша"},
    "/analyst/take-up/": {"en": "Conditions met", "ru": "Условия выполнены", "kk": "Шарттар орындалған"},
    "/analyst/exports/": {"en": "Exports of rows", "ru": "Выгрузки строк", "kk": "Жолдарды шығарып алу"},
}
CHARTS = (
    "/analyst/map/chart.svg",
    "/analyst/map/10/chart.svg",
    "/analyst/distribution/chart.svg",
    "/analyst/flows/chart.svg",
)


@pytest.fixture
def analyst(signed_in: SignedIn) -> Client:
    return signed_in("analyst")


@pytest.fixture(scope="module")
def counts(reader: Reader) -> Counts:
    return counts_of(reader.snapshot, rule(), "family")


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_page_answers_in_the_language_and_without_inline_style(analyst: Client, language: str) -> None:
    analyst.cookies["language"] = language
    for address, words in PAGES.items():
        answer = analyst.get(address)
        text = answer.content.decode()
        assert (answer.status_code, words[language] in text) == (200, True), address
        assert " style=" not in text and "<script>" not in text, address


def test_charts_are_images_of_their_own(analyst: Client) -> None:
    for address in CHARTS:
        answer = analyst.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml"), address
        assert answer.content.startswith(b"<svg"), address


def test_the_address_is_brought_into_one_form_and_each_link_leads_on(analyst: Client) -> None:
    answer = analyst.get("/analyst/segments/?if=region:75&if=card.category:A")
    assert answer.headers["Location"] == "/analyst/segments/?level=family&if=card.category:A&if=region:75"
    text = analyst.get("/analyst/segments/").content.decode()
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(\?[^"]+)"', text)]
    assert len(links) > 20
    for link in links[::10]:
        assert analyst.get(f"/analyst/segments/{link}").status_code == 200, link


def test_a_range_of_a_form_becomes_a_condition(analyst: Client) -> None:
    answer = analyst.get("/analyst/segments/?level=family&range_of=children&from=1&below=3")
    assert answer.headers["Location"] == "/analyst/segments/?level=family&if=children:1..3"
    assert "1–2" in analyst.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    "query",
    ["if=nothing:1", "if=birth_date:1..2", "level=nobody", "show=nothing", "if=children:1&if=children:2"],
)
def test_what_is_not_there_is_not_found(analyst: Client, query: str) -> None:
    assert analyst.get(f"/analyst/segments/?{query}").status_code == 404


OF_HEALTH = "disability_allowance"
"""Who is eligible for it has a disability, which an analyst's grant does not reach."""


@pytest.mark.parametrize(
    "address",
    [
        f"segments/?level=person&if=programme.{OF_HEALTH}.status:eligible",
        f"segments/?level=person&show=programme.{OF_HEALTH}.received",
        f"distribution/?level=person&of=programme.{OF_HEALTH}.status",
        f"map/?level=person&of=programme.{OF_HEALTH}.status:eligible",
        f"map/?take_up={OF_HEALTH}",
        f"map/chart.svg?take_up={OF_HEALTH}",
    ],
)
def test_nothing_is_counted_by_a_programme_that_rests_on_what_the_grant_does_not_reach(
    analyst: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    assert analyst.get(f"/analyst/{address}").status_code == 404
    page = table().pages["analyst:segments"]
    assert OF_HEALTH not in analyst.get("/analyst/segments/?level=person").content.decode()
    if address.startswith("segments/?level=person&if="):
        allowed = {
            "analyst:segments": {
                "analyst": replace(page.grants["analyst"], sensitivity=Sensitivity.restricted)
            }
        }
        monkeypatch.setattr(middleware, "grants", lambda name: allowed.get(name, grants(name)))
        assert analyst.get(f"/analyst/{address}").status_code == 200, "the table of access alone decides"


def test_take_up_tells_of_each_programme_but_those_that_rest_on_sealed_facts(
    analyst: Client, reader: Reader
) -> None:
    analyst.cookies["language"] = "en"
    page = analyst.get("/analyst/take-up/").content.decode()
    sensitivity = sensitivity_by_programme(reader.pack)
    for id_, programme in reader.pack.programmes.items():
        assert (escape(programme.title["en"]) in page) == (sensitivity[id_] != "sealed"), id_
        assert (f"?take_up={id_}" in page) == (sensitivity[id_] in ("open", "own")), id_
    sealed = sum(one == "sealed" for one in sensitivity.values())
    assert f"{sealed} programmes are not counted here" in page


def test_a_small_segment_is_hidden_and_says_why(analyst: Client, counts: Counts) -> None:
    asked = counts.asked([])
    small = next(
        step
        for (step,), settled in counts.settled(asked, ["area"]).items()
        if settled.count < 10 and not step.startswith("_") and step != "unknown"
    )
    analyst.cookies["language"] = "en"
    text = analyst.get(f"/analyst/segments/?level=family&if=area:{small}").content.decode()
    assert "fewer than 10, or would reveal so few" in text
    shown = re.findall(r'<td class="number">\s*(.*?)\s*</td>', text)
    assert shown and all("hidden" in cell for cell in shown), "not one facet of it may be counted"


def test_a_page_and_its_chart_are_one_question(analyst: Client) -> None:
    analyst.get("/analyst/map/?level=family&of=members")
    before = AskedQuestion.objects.count()
    analyst.get("/analyst/map/chart.svg?level=family&of=members")
    analyst.get("/analyst/map/?level=family&of=members")
    assert AskedQuestion.objects.count() == before == 1


def test_beyond_the_limit_a_page_says_so(analyst: Client, settings: pytest.FixtureRequest) -> None:
    settings.QUESTIONS_PER_DAY = 1
    answer = analyst.get("/analyst/segments/")
    assert answer.status_code == 429
    assert AskedQuestion.objects.count() == 0


def test_a_lone_family_of_another_district_appears_nowhere(
    analyst: Client, counts: Counts, reader: Reader
) -> None:
    """The canary: the only family of its district, asked for on every page by all that is known of it."""
    settled = counts.settled(counts.asked([]), ["area"])
    codes = counts.vocabulary("area").codes
    place, area = next(
        (place, step)
        for place, (step,) in enumerate(settled)
        if 0 < int((codes == place).sum()) < 5 and step in reader.pack.areas
    )
    row = int((codes == place).argmax())
    known = [
        f"{n}:{counts.vocabulary(n).steps[counts.vocabulary(n).codes[row]].id}"
        for n in ("children", "card.category")
    ]
    asked = "&".join(f"if={text}" for text in [f"area:{area}", *known])
    analyst.cookies["language"] = "en"
    for address in (f"segments/?{asked}", f"distribution/?of=members&{asked}", f"map/?of=members&{asked}"):
        answer = analyst.get(f"/analyst/{address}", follow=True)
        cells = re.findall(r'<td class="number">\s*(.*?)\s*</td>', answer.content.decode())
        assert answer.status_code == 200
        assert cells and all("hidden" in cell or "not known" in cell for cell in cells), address
    district = reader.pack.areas[area]["en"]
    table = analyst.get(f"/analyst/map/{area[:2]}/?of=members", follow=True).content.decode()
    line = re.search(rf'<th scope="row">{re.escape(district)}</th>(.*?)</tr>', table, re.DOTALL)
    assert line and line[1].count("hidden") == 2
    columns = {"purpose": "p", "basis": "b", "columns": ["members", "income_month"]}
    analyst.post(f"/analyst/exports/new/?level=family&{asked}", columns)
    export = Export.objects.get()
    export.move("approved", expires_on="2099-01-01")
    assert analyst.get(f"/analyst/exports/{export.pk}/rows.csv").status_code == 302
    assert not Download.objects.exists()


@pytest.mark.parametrize("role", ["citizen", "social_worker", "approver", "administrator", "auditor"])
def test_nobody_else_asks(signed_in: SignedIn, role: str) -> None:
    client = signed_in(role)
    assert {client.get(address).status_code for address in list(PAGES)[:6]} == {403}
