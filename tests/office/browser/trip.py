"""One person's way through the office: what they open, follow, fill in and send, and what they then read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

SEND = "main form:has({}) button:not([type=button])"


@dataclass(frozen=True)
class Trip:
    """One person's way through the office: their browser's page, examples of addresses, a word of their own.

    Where two people do a thing together, `with_role` gives the way of the other one.
    """

    page: Page
    examples: dict[str, Any]
    word: str
    with_role: Callable[[str], Trip]

    def open(self, address: str) -> None:
        """Type an address; the page must be there."""
        answer = self.page.goto(address)
        assert answer is not None and answer.status == 200, f"{address}: {answer and answer.status}"

    def follow(self, link: str) -> None:
        """Follow the first link to an address that holds these words."""
        with self.page.expect_navigation() as gone:
            self.page.locator(f'main a[href*="{link}"]:visible').first.click()
        assert gone.value is not None and gone.value.status == 200, f"{link}: {gone.value.status}"

    def narrow(self, link: str) -> None:
        """Follow the first link that holds these words, whose page takes the place of a part of this one or of all."""
        before = self.page.url
        self.page.locator(f'main a[href*="{link}"]:visible').first.click()
        self.page.wait_for_url(lambda address: address != before)

    def send(self, field: str, **filled: str) -> None:
        """Fill in the form that has a field, choose the first of each choice that must be made, and send it."""
        self._fill_and_send(field, filled)
        assert not self.page.locator(".govuk-error-summary").count(), self.page.inner_text("main")

    def _fill_and_send(self, field: str, filled: dict[str, str]) -> None:
        for name, value in filled.items():
            self.page.fill(f"main [name={name}]", value)
        with self.page.expect_navigation() as gone:
            self.page.locator(SEND.format(f"[name={field}]")).first.click()
        assert gone.value is not None and gone.value.status == 200, f"{self.page.url}: {gone.value.status}"

    def send_in_vain(self, field: str, **filled: str) -> None:
        """Fill in the form that has a field with what is refused: the page says what is wrong with it."""
        self._fill_and_send(field, filled)
        assert self.page.locator(".govuk-error-summary").count() == 1, self.page.inner_text("main")

    def press(self, address: str = "") -> None:
        """Press the button of the form that goes to an address with these words in it; to the page's own without."""
        form = f'[action*="{address}"]' if address else ":not([action])"
        with self.page.expect_navigation() as gone:
            self.page.locator(f"main form{form} button").first.click()
        assert gone.value is not None and gone.value.status == 200, f"{address}: {gone.value.status}"

    def choose(self, name: str, number: int = 0) -> None:
        """Choose one of several."""
        self.page.locator(f"main [name={name}]").nth(number).check(force=True)

    def says(self, words: str) -> bool:
        """Whether the page says these words."""
        return words in self.page.inner_text("main")

    def number_in(self, place: str, digits: int) -> str:
        """The first number of so many digits that stands in a place of the page."""
        found = re.search(rf"\b\d{{{digits}}}\b", self.page.locator(place).inner_text())
        assert found, f"{self.page.url} shows no number of {digits} digits"
        return found.group()

    def is_refused(self, address: str, status: int = 404) -> None:
        """The address must show nothing to this person, or not any more."""
        answer = self.page.goto(address)
        assert answer is not None and answer.status == status, f"{address}: {answer and answer.status}"

    def is_turned_away(self, address: str) -> None:
        """The address must lead to signing in."""
        self.open(address)
        assert "/account/login/" in self.page.url, f"{address} leads to {self.page.url}"
