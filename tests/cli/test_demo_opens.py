"""`familycard demo` from registers to an office at the address that it prints, where each printed account can sign in."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing, suppress
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from familycard.cli.demo import packs_folder
from familycard.office.access.roles import ROLES
from familycard.office.components import __file__ as components

SECONDS_MAX = 600
BUILT = Path(components).parent / "static" / "components" / "office.css"


@pytest.mark.skipif(not BUILT.exists(), reason="needs `make setup-office`")
def test_a_demo_ends_with_an_office_in_which_a_printed_account_of_each_role_signs_in(tmp_path: Path) -> None:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("FAMILYCARD_", "DJANGO_"))
    }
    options = ["--people", "2000", "--no-month-before", "--out", str(tmp_path / "demo"), "--port", str(port)]
    said = tmp_path / "said"
    with said.open("w") as written:
        made = subprocess.Popen(
            [Path(sys.executable).with_name("familycard"), "demo", *options],
            cwd=packs_folder().resolve().parent,
            env=kept | {"COLUMNS": "200"},
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        address = f"http://localhost:{port}"
        _wait_until_open(f"{address}/", made, said)
        printed = said.read_text()
        [password] = re.findall(rf"{address} .*; the password of all accounts is (\S+)", printed)
        [accounts] = re.findall(r"^Accounts: (.*)$", printed, re.MULTILINE)
        assert "All data are made up." in printed
        assert set(ROLES) <= set(accounts.split(", "))
        for role in ROLES:
            came_to, page = _signed_in(address, role, password)
            assert not came_to.startswith("/account/login/") and "/account/logout/" in page, role
            assert "office-made-up" in page, f"{role} is not told that the data are made up"
        made.send_signal(signal.SIGINT)
        assert made.wait(60) == 0, "it ends as it says, by Ctrl-C"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(made.pid, signal.SIGKILL)


def _wait_until_open(address: str, made: subprocess.Popen[bytes], said: Path) -> None:
    """Until the address answers; AssertionError with what was printed where the demo ends before."""
    until = time.monotonic() + SECONDS_MAX
    while time.monotonic() < until:
        assert made.poll() is None, said.read_text()
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"No office after {SECONDS_MAX} s: {said.read_text()}")


def _signed_in(address: str, name: str, password: str) -> tuple[str, str]:
    """Where somebody comes to who signs in by name and password, and what stands there."""
    cookies = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    form = f"{address}/account/login/"
    browser.open(form, timeout=60).close()
    token = next(cookie.value for cookie in cookies if cookie.name == "csrf")
    sent = urllib.parse.urlencode({"csrfmiddlewaretoken": token, "login": name, "password": password})
    with browser.open(form, sent.encode(), timeout=60) as answer:
        return urllib.parse.urlsplit(answer.url).path, answer.read().decode()
