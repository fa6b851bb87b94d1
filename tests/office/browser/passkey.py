"""A passkey from its registration to its removal, with an authenticator that Chromium itself plays (CDP, WebAuthn).

Browsers know passkeys of names and not of numbers: the office is opened as `localhost`.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from crawling import confirmed
from playwright.sync_api import Page
from served_office import PASSWORD
from trip import Trip

KEYHOLDER = "keyholder"
"""An account of its own: whoever has a passkey is asked for it at each sign-in."""
PASSKEYS, ADD = "/account/2fa/webauthn/", "/account/2fa/webauthn/add/"
SECOND_STEP = "/account/2fa/authenticate/"
WHO_IT_IS = "/account/2fa/webauthn/reauthenticate/"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
"""A phone whose owner always agrees."""
BUTTON = "main #passkey"


def register(trip: Trip, look: Callable[[Page], None]) -> str:
    """Add a passkey; it stands in the list, can be renamed; one of the recovery codes that came with it."""
    page = trip.page
    _plug_in(page)
    _give_password(trip)
    trip.open("/")
    page.goto(ADD)
    confirmed(page)
    look(page)
    page.fill("main [name=name]", trip.word)
    _press(page)
    look(page)
    code = page.locator("main code").first.inner_text()
    trip.open(PASSKEYS)
    look(page)
    assert trip.says(trip.word)
    trip.follow("/edit/")
    look(page)
    trip.send("name", name=f"{trip.word} again")
    assert trip.says(f"{trip.word} again")
    return code


def sign_in_again(trip: Trip, look: Callable[[Page], None]) -> None:
    """Sign out and in again with the passkey; with it show once more who it is; remove it."""
    page = trip.page
    with page.expect_navigation():
        page.locator("footer form button").click()
    _give_password(trip)
    look(page)
    trip.open("/desk/")
    assert urlsplit(page.url).path == SECOND_STEP, "the password alone opens nothing"
    _press(page)
    assert urlsplit(page.url).path == "/desk/"
    trip.open(f"{WHO_IT_IS}?next={ADD}")
    look(page)
    _press(page)
    assert urlsplit(page.url).path == ADD
    trip.open(PASSKEYS)
    trip.follow("/remove/")
    look(page)
    trip.press("/remove/")
    assert not trip.says(trip.word)


def sign_in_without_javascript(trip: Trip, code: str) -> None:
    """The page says that a passkey needs JavaScript; a recovery code opens the account; adding one says so, too."""
    _give_password(trip)
    assert trip.page.locator("main noscript p").is_visible()
    trip.send("code", code=code)
    assert urlsplit(trip.page.url).path == "/desk/"
    trip.page.goto(ADD)
    confirmed(trip.page)
    assert urlsplit(trip.page.url).path == ADD
    assert trip.page.locator("main noscript p").is_visible()


def _plug_in(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def _give_password(trip: Trip) -> None:
    trip.open("/account/login/")
    trip.send("login", login=KEYHOLDER, password=PASSWORD)


def _press(page: Page) -> None:
    with page.expect_navigation() as gone:
        page.locator(BUTTON).click()
    assert gone.value is not None and gone.value.status == 200, page.url
    assert not page.locator(".govuk-error-summary").count(), page.inner_text("main")
