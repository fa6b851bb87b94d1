"""An office on its first day: accounts, and nothing in any list. Its pages must not shut anybody out either.

In a short run every other page is opened; `FAMILYCARD_BROWSER=whole` opens all, in all languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from crawling import AXE, IN_ALL_LANGUAGES, places, visits, what_is_wrong
from served_office import Office, Opened, served

pytestmark = pytest.mark.skipif(not AXE.exists(), reason="needs `make setup-office`")
PAGES_MIN = 22
ASKED_FOR = ("audit:person",)
"""Pages that are there once somebody has asked for them."""


@pytest.fixture(scope="module")
def office(country: Path, migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The office on the made-up country, in which nothing has happened yet."""
    with served(country, migrated, tmp_path_factory.mktemp("bare"), is_bare=True) as found:
        yield found


def test_no_empty_page_shuts_anybody_out(office: Office, opened: Opened) -> None:
    wrong, seen = [], 0
    wanted = [place for place in places(office.examples, is_bare=True) if place.name not in ASKED_FOR]
    wanted = wanted if IN_ALL_LANGUAGES else wanted[::2]
    for place, language, page in visits(office, opened, wanted):
        seen += 1
        wrong += [f"{place.name} in {language}: {words}" for words in what_is_wrong(page, language)]
    assert wrong == []
    assert seen > PAGES_MIN
