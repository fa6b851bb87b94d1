"""Settings of the office for all tests, made before anything reads them: a folder of their own, made-up data."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import django
import pytest

from familycard.office.languages.words import compile_words

_FOLDER = Path(tempfile.mkdtemp(prefix="familycard-office-"))
(_FOLDER / "static").mkdir()
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "familycard.office.settings",
    "FAMILYCARD_OFFICE": str(_FOLDER),
    "FAMILYCARD_SNAPSHOTS": str(_FOLDER / "snapshots"),
    "FAMILYCARD_MADE_UP": "yes",
    "FAMILYCARD_HTTPS": "no",
    "FAMILYCARD_STORE": "",
    "FAMILYCARD_REVIEW": "",
}
# Before Django first looks for words: what it does not find then, it never looks for again. Processes that
# share the tests inherit the compiled ones.
if "PYTEST_XDIST_WORKER" not in os.environ:
    compile_words()
django.setup()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let each process of the tests settle Django after it has made its own folder, not from this one's."""
    del os.environ["DJANGO_SETTINGS_MODULE"]
