"""Every page of the permission table in a browser, and what must hold on each."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel.messages.pofile import read_po
from dangerous_advice import DANGEROUS
from django.urls import URLResolver, get_resolver, reverse
from playwright.sync_api import Error, Page, Response
from served_office import PASSWORD, Office, Opened

from familycard import office
from familycard.office.access.roles import ANONYMOUS
from familycard.office.access.table import grants, table

ROOT = Path(__file__).resolve().parents[3]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
LANGUAGES = ("kk", "ru", "en")
IN_ALL_LANGUAGES = os.environ.get("FAMILYCARD_BROWSER") == "whole"
PHONE = 320
NOT_LOOKED_AT = {
    "account_logout": "ends the session",
    "openid_connect_callback": "another service sends people there",
    "openid_connect_login": "no such service is set",
    "mfa_download_recovery_codes": "is a file",
    "mfa_view_recovery_codes": "there are none yet; seen where a passkey is added",
    "analyst:download_export": "nobody has approved it",
    "mfa_deactivate_totp": "there is none yet",
    "mfa_edit_webauthn": "there is none yet; seen where a passkey is added",
    "mfa_remove_webauthn": "there is none yet; seen where a passkey is added",
    "administration:first_password": "its link is good once",
}
"""Addresses without a page to look at in this office, and why."""
METHOD_NOT_ALLOWED = 405
STATUS = {"socialaccount_login_error": 401}
"""Of pages that say that something did not work."""
WORDS_LONG = 12
"""A shorter msgid may be a name or the same word in another language."""

FACTS = """() => {
    document.querySelectorAll("details").forEach(one => one.open = true);
    const text = [...document.querySelectorAll("h1")].map(one => one.innerText.trim());
    return {
        width: document.documentElement.scrollWidth,
        lang: document.documentElement.lang,
        title: document.title,
        headings: text,
        is_made_up: document.querySelector(".office-made-up") !== null,
        errors: document.querySelectorAll(".govuk-error-summary").length,
        lines: document.body.innerText.split("\\n").map(one => one.trim()),
    };
}"""
FILLED_IN = "main form[method=post] :is(textarea, input:not([type=hidden]))"
EMPTIED = """() => {
    const form = [...document.querySelectorAll("main form[method=post]")].find(
        one => one.querySelector("textarea, input[type=text], input[type=password], input[type=radio]"));
    if (!form) return false;
    form.querySelectorAll("input[type=text], input[type=password], textarea").forEach(one => one.value = "");
    form.querySelectorAll("input[type=radio], input[type=checkbox]").forEach(one => one.checked = false);
    form.submit();
    return true;
}"""
# Contrast is most of axe's work, and comes from an element's own styles and those of what it stands in. So it is
# measured on the first and the last of those elements that share all of them, and not on each cell of a long table.
VIOLATIONS = """async () => {
    const styles = ["color", "backgroundColor", "backgroundImage", "opacity", "fontSize", "fontWeight", "textShadow",
        "position", "clipPath", "display", "visibility"];
    const numbers = new Map(), ends = new Map();
    const walk = (one, above) => {
        const style = getComputedStyle(one);
        const key = [above, one.nodeName, ...styles.map(name => style[name])].join("|");
        if (!numbers.has(key)) numbers.set(key, numbers.size);
        const look = numbers.get(key);
        if (one.matches("input, select, textarea") || [...one.childNodes].some(
            part => part.nodeType === Node.TEXT_NODE && part.data.trim()))
            ends.set(look, [ends.get(look)?.[0] ?? one, one]);
        for (const child of one.children) walk(child, look);
    };
    walk(document.body, "");
    for (const one of [...ends.values()].flat()) one.setAttribute("data-measured", "");
    axe.configure({rules: [{id: "color-contrast", selector: "[data-measured]"}]});
    const found = await axe.run(document, {resultTypes: ["violations"]});
    return found.violations.map(
        rule => rule.id + ": " + rule.nodes.map(node => node.html.slice(0, 200)).join(" | "));
}"""


@dataclass(frozen=True)
class Place:
    """A page of the table, its address, and the first role that may open it."""

    name: str
    address: str
    role: str


def places(examples: dict[str, Any], *, is_bare: bool = False) -> list[Place]:
    """Every page that people may open, with examples for what its address names.

    A bare office has no page of what has no example.
    """
    names = dict(_parameters(get_resolver()))
    found = []
    for name, page in table().pages.items():
        if page.is_operation or name in NOT_LOOKED_AT:
            continue
        of_page = {**examples, **examples.get(name, {})}
        if is_bare and not names[name] <= of_page.keys():
            continue
        address = reverse(name, kwargs={one: of_page[one] for one in names[name]})
        roles = list(grants(name))
        found.append(Place(name, address, roles[0] if roles[0] == ANONYMOUS else _worker_of(roles)))
    return found


def _worker_of(roles: list[str]) -> str:
    """Whose page it is: the first role but that of a supervisor, who sees what others work at."""
    return min(roles, key=lambda role: role == "supervisor")


def _parameters(resolver: URLResolver, space: str = "", above: frozenset[str] = frozenset()) -> Any:
    for pattern in resolver.url_patterns:
        names = above | frozenset(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _parameters(pattern, inner, names)
        else:
            yield f"{space}{pattern.name}", names


def spoken(number: int) -> tuple[str, ...]:
    """In which languages the page or journey with a number is tried."""
    return LANGUAGES if IN_ALL_LANGUAGES else (LANGUAGES[number % len(LANGUAGES)],)


def speak(page: Page, language: str, office: Office) -> None:
    """Choose a language, as the switch on each page does."""
    page.context.add_cookies([{"name": "language", "value": language, "url": office.address}])


def visits(office: Office, opened: Opened, wanted: list[Place]) -> Iterator[tuple[Place, str, Page]]:
    """Open places, those of one role together, each in the languages that it is tried in; with axe beside them."""
    numbers = {place.name: number for number, place in enumerate(wanted)}
    for role, group in groupby(sorted(wanted, key=lambda place: place.role), lambda place: place.role):
        page = with_axe(opened(role).new_page())
        for place, language in ((one, said) for one in group for said in spoken(numbers[one.name])):
            speak(page, language, office)
            if opens(page, place):
                yield place, language, page


def opens(page: Page, place: Place) -> bool:
    """Open a place; False where it shows nothing: a form's target, a picture, a file."""
    try:
        answer = page.goto(place.address)
    except Error:
        # The browser shows nothing of its own for an answer without a body.
        status = page.context.request.get(place.address).status
        assert status == METHOD_NOT_ALLOWED, f"{place.name} of {place.role}: {status}"
        page.wait_for_url("chrome-error://**")
        # Else the next such answer would be taken for this one, and arrive amid what is opened then.
        page.goto("about:blank")
        return False
    answer = confirmed(page) or answer
    assert answer is not None
    assert answer.status == STATUS.get(place.name, 200), f"{place.name} of {place.role}: {answer.status}"
    return answer.headers["content-type"].startswith("text/html")


def confirmed(page: Page) -> Response | None:
    """Type the password once more where that is asked before the page that was opened; what came then, if so."""
    if urlsplit(page.url).path != reverse("account_reauthenticate") or "next=" not in page.url:
        return None
    page.fill("main [name=password]", PASSWORD)
    with page.expect_navigation() as gone:
        page.locator("main form button:not([type=button])").click()
    return gone.value


def with_axe(page: Page) -> Page:
    """A page that brings axe to whatever it opens; the content policy does not bind the browser's own tools."""
    page.add_init_script(path=AXE)
    return page


def has_sent_empty(page: Page) -> bool:
    """Send the page's form without anything in it; whether there is one."""
    if not page.evaluate("what => document.querySelector(what) !== null", FILLED_IN):
        return False
    with page.expect_navigation():
        page.evaluate(EMPTIED)
    return True


def what_is_wrong(page: Page, language: str, *, is_refused: bool = False) -> list[str]:
    """What does not hold on the page that is open (made `with_axe`): words for people, or nothing.

    Where a form was refused, a summary must say what is wrong with it.
    """
    said = page.evaluate(FACTS)
    wrong = []
    if is_refused and said["errors"] != 1:
        wrong.append("has no summary of errors")
    if said["width"] > PHONE:
        wrong.append(f"scrolls sideways: {said['width']} px, by {widest(page)}")
    if said["lang"] != language:
        wrong.append(f"says that its language is {said['lang']!r}")
    if not re.match(r"\S.* – \S", said["title"]) or len(said["headings"]) != 1 or not said["headings"][0]:
        wrong.append(f"title {said['title']!r}, headings {said['headings']}")
    if not said["is_made_up"]:
        wrong.append("does not say that the data are made up")
    english = untranslated(language) & set(said["lines"])
    if english:
        wrong.append(f"is not translated: {sorted(english)}")
    wrong += [f"advises: {line}" for line in said["lines"] if DANGEROUS.search(line)]
    return wrong + page.evaluate(VIOLATIONS)


def widest(page: Page) -> str:
    """What sticks out on the right."""
    return str(
        page.evaluate(
            """() => [...document.querySelectorAll("body *")].filter(
            one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".office-table, svg")
            ).map(one => one.outerHTML.slice(0, 120)).slice(-2).join(" | ")"""
        )
    )


@cache
def untranslated(language: str) -> frozenset[str]:
    """English sentences that have other words in a language: none of them may stand on its pages."""
    if language == "en":
        return frozenset()
    found = set[str]()
    for file in Path(office.__file__).parent.glob(f"*/locale/{language}/LC_MESSAGES/django.po"):
        with file.open("rb") as stream:
            for message in read_po(stream):
                if (
                    isinstance(message.id, str)
                    and len(message.id) >= WORDS_LONG
                    and message.string != message.id
                ):
                    found.add(message.id)
    found |= {page.title["en"] for page in table().pages.values() if page.title["en"] != page.title[language]}
    return frozenset(found)
