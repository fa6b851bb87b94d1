"""The main journey of each role, by what stands on the pages and not by words: they hold in every language."""

from __future__ import annotations

from collections.abc import Callable

from served_office import PASSWORD
from trip import Trip

CODE_DIGITS = 6
ROWS_MIN = 10
"""A file of fewer rows does not leave."""


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
    trip.press("withdraw")


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
    trip.press("finish")
    trip.is_refused(person)


def contact_centre(trip: Trip) -> None:
    """Somebody calls; a wrong code lets nobody in, the right one does; a human is asked for once more; the next one."""
    trip.open("/desk/")
    trip.send("identifier", identifier=trip.examples["identifier"])
    ask = trip.page.url
    trip.open("/desk/outbox/")
    code = trip.number_in("main li >> nth=0", CODE_DIGITS)
    trip.open(ask)
    trip.send_in_vain("digits", digits=f"{(int(code) + 1) % 10**CODE_DIGITS:0{CODE_DIGITS}d}")
    trip.send("digits", digits=code)
    person = trip.page.url
    assert trip.examples["person"] in person
    before = trip.page.locator("main li").count()
    trip.follow("/human/")
    trip.send("words", words=trip.word)
    assert trip.page.url == person and trip.page.locator("main li").count() == before, "one open request"
    trip.press("finish")
    trip.is_refused(person)


def analyst(trip: Trip) -> None:
    """A segment by one of its facets; where it lives; the map has its picture and its table."""
    trip.open("/analyst/segments/")
    trip.narrow("?")
    trip.follow("/analyst/map/")
    assert trip.page.locator("main tbody tr").count() >= 10
    assert trip.page.evaluate("document.querySelector('main img').naturalWidth > 100")


def approver(trip: Trip) -> None:
    """An analyst asks for rows; another account reads for what, and approves; the analyst alone fetches them."""
    asking = trip.with_role("analyst")
    asking.open("/analyst/segments/")
    asking.narrow("?")
    asking.follow("/analyst/exports/new/")
    asking.choose("columns")
    asking.send("purpose", purpose=trip.word, basis=trip.word)
    export = asking.page.url
    assert not asking.page.locator('main a[href$="/rows.csv"]').count(), "nobody has approved it"
    trip.open("/analyst/exports/")
    trip.page.locator("main tbody a", has_text=trip.word).first.click()
    trip.page.wait_for_url(export)
    trip.choose("decision")
    trip.send("decision", words=trip.word)
    trip.is_refused(f"{export}rows.csv", 403)
    asking.open(export)
    rows = asking.page.locator('main a[href$="/rows.csv"]').get_attribute("href")
    answer = asking.page.request.get(str(rows))
    assert answer.status == 200 and len(answer.text().splitlines()) > ROWS_MIN


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
    trip.press("")
    assert trip.page.locator("main .govuk-notification-banner--success").count() == 1


def commissioner(trip: Trip) -> None:
    """Somebody asks who looked at them: the request is recorded, their log opens; results by group; claims."""
    trip.open("/audit/requests/")
    trip.send(
        "document",
        person=trip.examples["person"],
        document=trip.word,
        **{"asked_on-day": "1", "asked_on-month": "6", "asked_on-year": "2026"},
    )
    assert trip.says(trip.word)
    trip.follow(f"/audit/people/{trip.examples['person']}/")
    assert trip.page.locator("main tbody tr").count() >= 1
    trip.open("/audit/groups/")
    trip.follow("/audit/groups/")
    assert trip.page.locator("main tbody tr").count() >= 1
    trip.open("/audit/claims/")
    assert trip.page.locator("main tbody tr").count() >= 1


def administrator(trip: Trip) -> None:
    """The accounts; a new one; its owner sets a password through the link, once, and is in; the account is closed."""
    trip.open("/administration/accounts/")
    trip.follow("new/")
    trip.page.locator("main [name=role][value=front_desk]").check(force=True)
    trip.send("name", name=trip.word)
    account = trip.page.url
    trip.open("/administration/accounts/?role=front_desk")
    assert trip.says(trip.word)
    trip.open(account)
    trip.press("/link/")
    link = trip.page.locator(".govuk-notification-banner code").inner_text()
    owner = trip.with_role("anonymous")
    owner.open(link)
    owner.send("new_password1", new_password1=PASSWORD, new_password2=PASSWORD)
    owner.send("login", login=trip.word, password=PASSWORD)
    assert "/desk/" in owner.page.url
    owner.is_refused(link)
    trip.press("/end/")
    owner.is_turned_away("/desk/")


JOURNEYS: dict[str, Callable[[Trip], None]] = {
    journey.__name__: journey
    for journey in (
        citizen,
        social_worker,
        supervisor,
        front_desk,
        contact_centre,
        analyst,
        approver,
        steward,
        auditor,
        commissioner,
        administrator,
    )
}
"""By role."""
