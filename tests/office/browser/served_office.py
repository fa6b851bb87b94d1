"""An office that is served as in production, with a database of its own, and signing in there."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import APIResponse, Browser, BrowserContext

from familycard.office.access.purposes import choices

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PASSWORD = "a made-up country needs no secrets"
START_SECONDS_MAX = 300
SLOW_MS = 60_000
"""A page may take long where other tests run beside; how fast pages are is measured elsewhere."""
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-extensions",
    "--disable-dev-shm-usage",
]


@dataclass(frozen=True)
class Office:
    """A served office: where, and what its addresses may name."""

    address: str
    examples: dict[str, Any]


Opened = Callable[..., BrowserContext]


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def served(country: Path, migrated: Path, folder: Path, *, is_bare: bool = False) -> Iterator[Office]:
    """An office on a country, in a process of its own, until one leaves; furnished, or bare."""
    shutil.copyfile(migrated, folder / "office.sqlite3")
    port = free_port()
    said = [str(folder), str(country), str(country.parent / "store"), str(port), PASSWORD]
    said += ["bare"] if is_bare else []
    paths = [str(HERE), str(HERE.parent / "access"), *filter(None, [os.environ.get("PYTHONPATH")])]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FAMILYCARD_")}
    log = folder / "log"
    with log.open("w") as written:
        server = subprocess.Popen(
            [sys.executable, str(HERE / "furnished_office.py"), *said],
            env={**kept, "PYTHONPATH": os.pathsep.join(paths)},
            cwd=ROOT,
            stdout=written,
            stderr=written,
        )
    try:
        # By name: a browser keeps no passkey for a number.
        address = f"http://localhost:{port}"
        wait_for(address, server, log)
        yield Office(address, json.loads((folder / "examples.json").read_text()))
    finally:
        server.terminate()
        server.wait()
        with closing(socket.socket()) as one:
            assert one.connect_ex(("127.0.0.1", port)), "the office was ended, and something still answers"


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the office answers; fail with what it said when it does not."""
    end = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=30).close()
            return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"the office did not open: {log.read_text()[-2000:]}")


def sign_in(browser: Browser, office: Office, role: str) -> Any:
    """Sign in, and do what the role does before it sees anybody; the cookies that come of it.

    By what a browser sends, and without one: the pages of it are seen on their own and in journeys.
    """
    context = browser.new_context(base_url=office.address)
    send(context, "/account/login/", login=role, password=PASSWORD)
    person = office.examples["person"]
    if role in ("social_worker", "supervisor"):
        send(context, f"/access/purpose/{person}/", purpose=next(iter(choices(role))))
    if role == "front_desk":
        shown = {"kind": "passport", "number": "N12345678", "is_compared": "on"}
        answer = send(context, "/desk/", identifier=office.examples["identifier"], **shown)
        assert person in answer.headers["location"], "the front desk admits whoever shows a document"
    state = context.storage_state()
    context.close()
    return state


def send(context: BrowserContext, address: str, **filled: str) -> APIResponse:
    """Send a form's fields; it must be taken, which leads on to another page."""
    # Whoever has no cookie against forgery yet gets it with the form.
    if not any(cookie["name"] == "csrf" for cookie in context.cookies()):
        context.request.get(address, timeout=SLOW_MS)
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrf")
    form = {"csrfmiddlewaretoken": token, **filled}
    answer = context.request.post(address, form=form, max_redirects=0, timeout=SLOW_MS)
    assert answer.status == 302, f"{address} with {', '.join(filled)}: {answer.status}"
    return answer
