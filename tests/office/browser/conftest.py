"""An office that is served, and a real browser in which each role has signed in once.

Both end with the module: while Playwright runs, no other test of this process could ask the database.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from served_office import QUIET, SLOW_MS, Office, Opened, served, sign_in


@pytest.fixture(scope="module")
def office(country: Path, migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The office on the made-up country."""
    with served(country, migrated, tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs Chromium (Debian's package `chromium`)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def signed_in_states(office: Office, browser: Browser) -> dict[str, Any]:
    """The cookies of roles that have signed in; filled as they are asked for."""
    return {}


@pytest.fixture
def opened(office: Office, browser: Browser, signed_in_states: dict[str, Any]) -> Iterator[Opened]:
    """Opens a browser's context in which a role is signed in, with JavaScript or without."""
    contexts: list[tuple[str, BrowserContext]] = []

    def context(role: str, *, has_javascript: bool = True, width: int = 320) -> BrowserContext:
        if role != "anonymous" and role not in signed_in_states:
            signed_in_states[role] = sign_in(browser, office, role)
        made = browser.new_context(
            base_url=office.address,
            storage_state=signed_in_states.get(role),
            java_script_enabled=has_javascript,
            viewport={"width": width, "height": 800},
            reduced_motion="reduce",
        )
        made.set_default_timeout(SLOW_MS)
        contexts.append((role, made))
        return made

    yield context
    for role, one in contexts:
        # Whoever proved again who they are has another session since, and the one before is over.
        if role in signed_in_states and _session(one.cookies()) != _session(
            signed_in_states[role]["cookies"]
        ):
            del signed_in_states[role]
        one.close()


def _session(cookies: Sequence[Mapping[str, Any]]) -> list[str]:
    return [cookie["value"] for cookie in cookies if cookie["name"].endswith("session")]
