"""Every component in a real browser: nobody is shut out (axe), and nothing moves sideways on a small phone."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from component_gallery import gallery_html
from playwright.sync_api import Browser, Page, sync_playwright
from shipped_fixtures import ROOT

from familycard.office import components

STATIC = Path(components.__file__).parent / "static"
AXE = ROOT / "node_modules/axe-core/axe.min.js"
CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'"

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and AXE.exists()),
    reason="needs Chromium (Debian's package `chromium`) and `make setup-office`",
)


class GalleryHandler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder under the strict policy of the office."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("gallery")
    shutil.copytree(STATIC, folder / "static")
    (folder / "index.html").write_text(gallery_html(), encoding="utf-8")
    handler = functools.partial(GalleryHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(params=[1280, 320])
def gallery(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": request.param, "height": 900})
    page.goto(address)
    page.wait_for_selector(".govuk-accordion__show-all")
    yield page
    page.close()


def test_axe_finds_nothing(gallery: Page) -> None:
    # As one who tests, not as the page: the policy does not bind the browser's own tools.
    gallery.evaluate(AXE.read_text(encoding="utf-8"))
    found = gallery.evaluate("axe.run()")["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []


def test_nothing_moves_sideways(gallery: Page) -> None:
    width = gallery.evaluate("document.documentElement.scrollWidth")
    assert width == gallery.viewport_size["width"]


def test_the_strict_policy_stops_nothing(browser: Browser, address: str) -> None:
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    page.wait_for_selector(".govuk-accordion__show-all")
    page.close()
    assert said == []
