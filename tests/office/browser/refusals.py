"""Ways to be refused by an office that is served, and what breaks in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.test import RequestFactory
from django.utils.translation import override
from playwright.sync_api import Page

from familycard.office.pages.views import failed

GUESSES = 5
"""Wrong passwords; of the last one the name is locked."""
ADDRESS_WAITS_MS = 61_000
"""Ten wrong passwords a minute are borne from one address, whatever the names."""


@dataclass(frozen=True)
class Refusal:
    """The status of an answer, and how a role comes to it; the page that is open then is in a language."""

    status: int
    role: str
    come_to: Callable[[Page, str], object]
    waits_ms: int = 0
    """How long until it can be come to once more."""


def _without_token(page: Page, language: str) -> None:
    page.goto("/")
    page.evaluate("document.querySelector('#languages [name=csrfmiddlewaretoken]').value = 'forged'")
    page.locator("#languages button").first.click()


def _guessing(page: Page, language: str) -> None:
    for _ in range(GUESSES):
        page.goto("/account/login/")
        page.fill("[name=login]", f"nobody-{language}")
        page.fill("[name=password]", "guessed")
        with page.expect_navigation():
            page.locator("main form button:not([type=button])").first.click()


def _broken(page: Page, language: str) -> None:
    """No page of an office breaks at will, so its own words for that come in the place of another."""
    with override(language):
        words = failed(RequestFactory().get("/")).content.decode()
    page.route("**/broken/", lambda route: route.fulfill(status=500, content_type="text/html", body=words))
    page.goto("/broken/")


REFUSALS = [
    Refusal(404, "citizen", lambda page, language: page.goto("/nowhere/")),
    Refusal(403, "citizen", lambda page, language: page.goto("/analyst/segments/")),
    Refusal(403, "anonymous", _without_token),
    Refusal(429, "anonymous", _guessing, waits_ms=ADDRESS_WAITS_MS),
    Refusal(500, "anonymous", _broken),
]
