"""The office as people meet it: in Debian's Chromium, in three languages, on a phone, with JavaScript and without.

Each page is opened by one role that may open it (the whole matrix of roles is
`tests/office/access/test_matrix.py`), with examples for what its address names, and its form is sent empty. A
browser is slow: each page is seen in one of the three languages, one after another, and each journey is gone
in one of them, with JavaScript or without, in turns; the citizen's and the social worker's both ways.
`FAMILYCARD_BROWSER=whole` does all, both ways, in all languages.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crawling import (
    AXE,
    IN_ALL_LANGUAGES,
    has_sent_empty,
    places,
    speak,
    spoken,
    visits,
    what_is_wrong,
    with_axe,
)
from journeys import JOURNEYS
from passkey import register, sign_in_again, sign_in_without_javascript
from pictures import PICTURE_BYTES_MAX, PICTURES, Picture
from playwright.sync_api import Page
from refusals import REFUSALS
from served_office import Office, Opened
from trip import Trip

pytestmark = pytest.mark.skipif(not AXE.exists(), reason="needs `make setup-office`")
PAGES_MIN, FORMS_MIN = 60, 20
BOTH_WAYS = ("citizen", "social_worker")
VALID_WHEN_EMPTY = {"audit:search"}
"""Forms that ask for nothing in particular when nothing is filled in."""


def test_no_page_shuts_anybody_out(office: Office, opened: Opened) -> None:
    wrong, sent, seen = [], 0, 0
    for place, language, page in visits(office, opened, places(office.examples)):
        seen += 1
        wrong += [f"{place.name} in {language}: {words}" for words in what_is_wrong(page, language)]
        if place.name not in VALID_WHEN_EMPTY and has_sent_empty(page):
            sent += 1
            said = what_is_wrong(page, language, is_refused=True)
            wrong += [f"{place.name} in {language}, sent empty: {words}" for words in said]
    assert wrong == []
    assert seen > PAGES_MIN and sent > FORMS_MIN


def test_no_refusal_shuts_anybody_out(office: Office, opened: Opened) -> None:
    wrong = []
    for number, refusal in enumerate(REFUSALS):
        for nth, language in enumerate(spoken(number)):
            page = with_axe(opened(refusal.role).new_page())
            speak(page, language, office)
            page.wait_for_timeout(refusal.waits_ms if nth else 0)
            with page.expect_response(lambda answer, status=refusal.status: answer.status == status):
                refusal.come_to(page, language)
            page.wait_for_load_state()
            wrong += [f"{refusal.status} in {language}: {words}" for words in what_is_wrong(page, language)]
    assert wrong == []


def test_a_passkey_opens_the_account_and_says_that_it_needs_javascript(
    office: Office, opened: Opened
) -> None:
    for language in spoken(0):
        wrong: list[str] = []

        def look(page: Page, language: str = language, wrong: list[str] = wrong) -> None:
            wrong += [f"{page.url} in {language}: {words}" for words in what_is_wrong(page, language)]

        def way(has_javascript: bool, language: str = language) -> Trip:
            page = opened("anonymous", has_javascript=has_javascript).new_page()
            speak(page, language, office)
            return Trip(page, office.examples, f"key-{language}", lambda role: way(has_javascript))

        trip = way(has_javascript=True)
        with_axe(trip.page)
        code = register(trip, look)
        sign_in_without_javascript(way(has_javascript=False), code)
        sign_in_again(trip, look)
        assert wrong == []


def ways() -> Iterator[Any]:
    """Each role's journey, with JavaScript and without; in a short run most roles go one of the two."""
    for number, role in enumerate(JOURNEYS):
        for has_javascript in (True, False):
            if IN_ALL_LANGUAGES or role in BOTH_WAYS or number % 2 == has_javascript:
                yield pytest.param(
                    role, has_javascript, id=f"{role}-{'with-javascript' if has_javascript else 'without'}"
                )


@pytest.mark.parametrize(("role", "has_javascript"), list(ways()))
def test_each_role_does_its_work(role: str, has_javascript: bool, office: Office, opened: Opened) -> None:
    number = list(JOURNEYS).index(role) + has_javascript
    for language in spoken(number):
        word = f"word-{language}-{'with' if has_javascript else 'without'}"

        def way_of(role: str, language: str = language, word: str = word) -> Trip:
            page = opened(role, has_javascript=has_javascript).new_page()
            speak(page, language, office)
            return Trip(page, office.examples, word, way_of)

        JOURNEYS[role](way_of(role))


@pytest.mark.parametrize("has_javascript", [True, False], ids=["with-javascript", "without"])
def test_on_a_phone_the_menu_folds_where_a_script_can_open_it(
    has_javascript: bool, office: Office, opened: Opened
) -> None:
    page = opened("citizen", has_javascript=has_javascript).new_page()
    page.goto("/my/")
    button, last = (page.locator(f".govuk-service-navigation__{part}").last for part in ("toggle", "link"))
    assert (button.is_visible(), last.is_visible()) == (has_javascript, not has_javascript)
    if has_javascript:
        button.click()
        assert last.is_visible() and button.get_attribute("aria-expanded") == "true"
    page.set_viewport_size({"width": 1280, "height": 800})
    assert last.is_visible() and not button.is_visible(), "at a desk there is room for it"


def test_a_segment_is_narrowed_in_place_and_whatever_else_answers_is_shown_whole(
    office: Office, opened: Opened
) -> None:
    page = opened("analyst", width=1280).new_page()
    page.goto("/analyst/segments/")
    page.evaluate("document.body.dataset.loaded = 'once'")
    facet = page.locator("section tbody a[id]").last
    id_, before = facet.get_attribute("id"), page.url
    facet.focus()
    scrolled = page.evaluate("scrollY")
    facet.press("Enter")
    page.wait_for_url(lambda address: address != before)
    page.locator(f'[id="{id_}"][aria-current=true]:focus').wait_for()
    assert page.evaluate("document.body.dataset.loaded") == "once", "the page was loaded anew"
    assert scrolled > 0 and page.evaluate("scrollY") > 0, "whoever chooses stays where they are"
    counted = page.locator(".office-stat__value").first.inner_text()
    assert page.locator("#told[role=status]").inner_text().startswith(counted)
    narrowed = page.url
    assert page.locator("#languages [name=next]").get_attribute("value") in narrowed
    kept = page.evaluate("Object.keys({...localStorage, ...sessionStorage})")
    assert kept == ["htmx-current-path-for-history"], "nothing that the page showed stays in the browser"
    page.go_back()
    page.wait_for_url(before)
    page.locator('section [aria-current="true"]').wait_for(state="detached")
    page.context.clear_cookies()
    page.locator("section tbody a[id]").last.click()
    page.locator("input[type=password]").wait_for()
    assert page.locator("header").count() == 1


@pytest.mark.skipif("FAMILYCARD_SCREENSHOTS" not in os.environ, reason="writes docs/office/*.png on demand")
@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_page_is_pictured(picture: Picture, office: Office, opened: Opened) -> None:
    page = opened(picture.role, width=picture.width).new_page()
    speak(page, picture.language, office)
    page.set_viewport_size({"width": picture.width, "height": picture.height})
    # The first page after signing in says so.
    for _ in range(2):
        page.goto(picture.address.format(**office.examples))
    file = Path(os.environ["FAMILYCARD_SCREENSHOTS"]) / f"{picture.name}.png"
    page.screenshot(path=file)
    assert file.stat().st_size < PICTURE_BYTES_MAX
