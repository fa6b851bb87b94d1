"""The main journey of each role, by what stands on the pages and not by words: they hold in every language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

SEND = "main form:has({}) button:not([type=button])"


@dataclass(frozen=True)
class Trip:
    """One person's way through the office: their browser's page, examples of addresses, a word of their own."""

    page: Page
    examples: dict[str, Any]
    word: str

    def open(self, address: str) -> None:
        """Type an address; the page must be there."""
        answer = self.page.goto(address)
        assert answer is not None and answer.status == 200, f"{address}: {answer and answer.status}"

    def follow(self, link: str) -> None:
        """Follow the first link to an address that holds these words."""
        with self.page.expect_navigation() as gone:
            self.page.locator(f'main a[href*="{link}"]:visible').first.click()
        assert gone.value is not None and gone.value.status == 200, f"{link}: {gone.value.status}"

    def send(self, field: str, **filled: str) -> None:
        """Fill in the form that has a field, choose the first of each choice that must be made, and send it."""
        for name, value in filled.items():
            self.page.fill(f"main [name={name}]", value)
        with self.page.expect_navigation() as gone:
            self.page.locator(SEND.format(f"[name={field}]")).first.click()
        assert gone.value is not None and gone.value.status == 200, f"{self.page.url}: {gone.value.status}"
        assert not self.page.locator(".govuk-error-summary").count(), self.page.inner_text("main")

    def choose(self, name: str, number: int = 0) -> None:
        """Choose one of several."""
        self.page.locator(f"main [name={name}]").nth(number).check(force=True)

    def says(self, words: str) -> bool:
        """Whether the page says these words."""
        return words in self.page.inner_text("main")


def citizen(trip: Trip) -> None:
    """My rights; a fact is wrong; the claim is there; who looked; the claim is taken back."""
    trip.open("/")
    trip.open("/my/rights/")
    trip.follow("/my/rights/")
    trip.open("/my/data/")
    trip.follow("/wrong/")
    trip.send("words", words=trip.word)
    assert "/my/claims/" in trip.page.url and trip.says(trip.word)
    claim = trip.page.url
    trip.open("/my/looks/")
    assert trip.page.locator("main tbody tr").count() >= 1
    trip.open(claim)
    with trip.page.expect_navigation():
        trip.page.locator('main form[action*="withdraw"] button').click()


def social_worker(trip: Trip) -> None:
    """My list; a family and why I look at it; a note; a step of the plan."""
    trip.open("/worker/?list=unused")
    assert trip.page.locator('main a[href*="/worker/family/"]').count() >= 1
    trip.open("/worker/?list=mine")
    trip.follow("/worker/family/")
    trip.follow("/note/")
    trip.send("words", words=trip.word)
    assert "/worker/family/" in trip.page.url and trip.says(trip.word)
    trip.follow("/plan/")
    trip.choose("is_agreed")
    trip.send(
        "is_agreed", words=trip.word, **{"due_on-day": "31", "due_on-month": "12", "due_on-year": "2027"}
    )
    assert trip.says(trip.word)


def supervisor(trip: Trip) -> None:
    """My team; one worker's cases; a look in an emergency is reviewed."""
    trip.open("/team/")
    trip.follow(f"/team/{trip.examples['worker']}/")
    assert trip.page.locator('main a[href*="/hand-over/"]').count() >= 1
    trip.open("/emergency/reviews/")
    before = trip.page.locator("main tbody tr").count()
    trip.follow("/emergency/reviews/")
    trip.choose("was_right")
    trip.send("finding", finding=trip.word)
    trip.open("/emergency/reviews/")
    assert trip.page.locator("main tbody tr").count() == before - 1


def front_desk(trip: Trip) -> None:
    """Somebody shows a document; what they can be told; the next one, please."""
    trip.open("/desk/")
    trip.choose("kind")
    trip.choose("is_compared")
    trip.send("number", number="N12345678", identifier=trip.examples["identifier"])
    person = trip.page.url
    assert trip.examples["person"] in person
    trip.follow("/claim/")
    trip.open(person)
    with trip.page.expect_navigation():
        trip.page.locator('main form[action*="finish"] button').click()
    answer = trip.page.goto(person)
    assert answer is not None and answer.status == 404, "who has gone is not to be read about"


def analyst(trip: Trip) -> None:
    """A segment by one of its facets; where it lives; the map has its picture and its table."""
    trip.open("/analyst/segments/")
    trip.follow("?")
    trip.follow("/analyst/map/")
    assert trip.page.locator("main tbody tr").count() >= 10
    assert trip.page.evaluate("document.querySelector('main img').naturalWidth > 100")


def steward(trip: Trip) -> None:
    """Which sources there are; one of them; faults; a row without a person is decided."""
    trip.open("/steward/sources/")
    trip.follow("/steward/sources/")
    trip.open("/steward/faults/")
    trip.follow("/steward/faults/")
    trip.open("/steward/linkage/")
    trip.follow("/steward/linkage/")
    trip.page.locator("main [name=verdict][value=cannot_tell]").check(force=True)
    trip.send("verdict")


def auditor(trip: Trip) -> None:
    """The log; what citizens looked at; one look; the chain is whole."""
    trip.open("/audit/log/")
    trip.page.locator("main details summary").first.click()
    trip.page.select_option("main [name=role]", "citizen")
    trip.send("role")
    trip.follow("/audit/log/")
    trip.open("/audit/check/")


def administrator(trip: Trip) -> None:
    """The accounts; a new one; it stands there."""
    trip.open("/administration/accounts/")
    trip.follow("new/")
    trip.page.locator("main [name=role][value=front_desk]").check(force=True)
    trip.send("name", name=trip.word)
    trip.open("/administration/accounts/?role=front_desk")
    assert trip.says(trip.word)


JOURNEYS: dict[str, Callable[[Trip], None]] = {
    journey.__name__: journey
    for journey in (citizen, social_worker, supervisor, front_desk, analyst, steward, auditor, administrator)
}
"""By role."""
