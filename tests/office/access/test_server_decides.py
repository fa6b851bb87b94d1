"""The server alone decides: what is typed is checked there, no path and no command is made of it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.test import Client
from django.urls import NoReverseMatch, reverse
from test_matrix import ABOUT, NAMED, granted

import familycard.office
from familycard.office.access.roles import ROLES
from familycard.office.access.table import table
from familycard.office.accounts.models import User

SignedIn = Callable[[str], Client]
OFFICE = Path(familycard.office.__file__).parent
STARTS_PROCESSES = {"subprocess", "pty", "multiprocessing", "commands"}
STARTED = {
    "system",
    "popen",
    "fork",
    "spawnv",
    "spawnl",
    "execv",
    "execl",
    "execvp",
    "posix_spawn",
    "startfile",
}
WRITES_HTML = (
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "DOMParser",
    "eval(",
    "Function(",
)
HOSTILE = ("..", "..%2f..%2fsecret", "%2e%2e%2fsettings.py", "%2fetc%2fpasswd", "secret", "secret%00.svg")
OPENS_FILES = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "FileResponse", "DictReader"}
OPENING_FILES = {
    "access/chain.py",
    "access/management/commands/access_log_key.py",
    "access/purposes.py",
    "access/role_titles.py",
    "access/table.py",
    "access/verify_log.py",
    "cards/attributes.py",
    "cards/current.py",
    "cards/earlier.py",
    "deployment.py",
    "languages/words.py",
    "steward/faults.py",
}
SERVED = {".css", ".js", ".svg", ".png", ".ico", ".woff2", ".txt", ".json", ".map"}


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "a.serikova", "role": "citizen"},
        {"name": "a.serikova", "role": "no such role"},
        {"name": "A Serikova <b>", "role": "analyst"},
        {"name": "a" * 41, "role": "analyst"},
        {"name": "", "role": "analyst"},
    ],
)
def test_what_no_browser_would_send_is_refused(signed_in: SignedIn, typed: dict[str, str]) -> None:
    before = User.objects.count()
    answer = signed_in("administrator").post(reverse("administration:create"), typed)
    assert answer.status_code == 200 and "govuk-error-summary" in answer.content.decode()
    assert User.objects.count() == before


def test_the_browser_is_asked_to_check_nothing(signed_in: SignedIn) -> None:
    page = signed_in("administrator").get(reverse("administration:create")).content.decode()
    form = page[page.index("<main") : page.index("</main")]
    assert "novalidate" in form and " required" not in form and " pattern=" not in form


def imported(file: Path) -> set[str]:
    """The first names of what a file imports, and the attributes that it takes of others."""
    found = set[str]()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            found.add(f"os.{node.attr}")
    return found


def test_no_process_is_started_but_the_server_itself() -> None:
    forbidden = STARTS_PROCESSES | {f"os.{name}" for name in STARTED}
    starting = {file.name for file in OFFICE.rglob("*.py") if imported(file) & forbidden}
    assert starting == {"serve.py"}
    importing = "familycard.office.serve"
    others = [file for file in OFFICE.rglob("*.py") if importing in file.read_text(encoding="utf-8")]
    assert others == [], "nothing that answers requests knows it"


def test_our_scripts_put_text_into_pages_as_text() -> None:
    scripts = [file for file in OFFICE.rglob("static/**/*.js") if "vendor" not in file.parts]
    assert {file.name for file in scripts} == {"office.js", "supported.js"}
    for file in scripts:
        written = file.read_text(encoding="utf-8")
        assert [word for word in WRITES_HTML if word in written] == [], file.name
    for file in OFFICE.rglob("templates/**/*.html"):
        # What htmx swaps in was rendered by the server, from our own address.
        assert not any(word in file.read_text(encoding="utf-8") for word in ("hx-on", "js:", "//unpkg")), file


def words_in_addresses() -> list[str]:
    """Pages whose address holds a word that is neither a person nor a number."""
    found = []
    for name in table().pages:
        if NAMED[name] - ABOUT and not name.startswith(("account", "mfa", "social", "openid", "api:")):
            found.append(name)
    return found


@pytest.mark.parametrize("role", ["anonymous", *ROLES])
def test_a_path_of_files_in_an_address_leads_nowhere(
    role: str, signed_in: SignedIn, accounts: dict[str, User]
) -> None:
    client, asked = signed_in(role), 0
    person = accounts["citizen"].person
    for name in words_in_addresses():
        if not granted(role, name):
            continue
        marks = {parameter: person if parameter in ABOUT else "1" for parameter in NAMED[name]}
        try:
            address = reverse(name, kwargs=marks)
        except NoReverseMatch:
            continue
        for word in HOSTILE:
            for place in range(address.count("/1")):
                parts = address.split("/1")
                hostile = "/1".join(parts[: place + 1]) + f"/{word}" + "/1".join(parts[place + 1 :])
                answer: Any = client.get(hostile)
                asked += 1
                assert answer.status_code == 404, hostile
    assert asked or role not in {"citizen", "steward", "analyst", "administrator"}


def opens_files(file: Path) -> bool:
    """Whether a file of ours opens files by a path."""
    called = (
        node.func
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    )
    named = (func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in called)
    return not OPENS_FILES.isdisjoint(named)


def test_files_are_opened_in_known_places_alone() -> None:
    """Where their paths come from the settings or the published snapshot; whoever adds a place looks where from."""
    opening = {file.relative_to(OFFICE).as_posix() for file in OFFICE.rglob("*.py") if opens_files(file)}
    assert opening == OPENING_FILES


@pytest.mark.parametrize(
    "address",
    [
        "/.git/config",
        "/.git/HEAD",
        "/.env",
        "/.svn/entries",
        "/static/.git/config",
        "/static/../secret",
        "/static/..%2f..%2fsettings.py",
        "/static/%2e%2e/settings.py",
        "/settings.py",
        "/office.sqlite3",
    ],
)
def test_beside_the_pages_there_is_nothing(db: None, reader: object, address: str) -> None:
    assert Client().get(address).status_code == 404


def test_only_files_for_browsers_are_served() -> None:
    served = [Path(name) for finder in get_finders() for name, _ in finder.list([])]
    assert [file for file in served if any(part.startswith(".") for part in file.parts)] == []
    assert {file.suffix for file in served} <= SERVED
