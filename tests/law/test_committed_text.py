"""Nothing committed names a machine, a package registry or the place where it was written."""

from __future__ import annotations

import re

from repository import ROOT, committed_files, text_of

HERE = "tests/law/test_committed_text.py"
MACHINE_PATH = re.compile(r"(?<![\w.~$}/-])/(?:home|root|Users|work|mnt|srv)/[\w.-]+")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|index-url|extra-index|artifactory|nexus", re.IGNORECASE
)


def breaches(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for file in committed_files():
        path = file.relative_to(ROOT).as_posix()
        if path == HERE or path.startswith("LICENSE"):
            continue
        for number, line in enumerate(text_of(file).splitlines(), 1):
            if pattern.search(line) and "--no-emit-index-url" not in line:
                found.append(f"{path}:{number}: {line.strip()[:100]}")
    return found


def test_no_machine_path_is_committed() -> None:
    assert breaches(MACHINE_PATH) == []


def test_no_package_registry_is_committed() -> None:
    assert breaches(REGISTRY) == []


def test_the_patterns_would_find_one() -> None:
    assert MACHINE_PATH.search("open('/home/someone/data.csv')")
    assert not MACHINE_PATH.search("https://example.org/home/page")
    assert REGISTRY.search("--extra-index" + "-url https://example.org")


def test_every_locked_package_has_a_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9][\w.-]*==[^\n]*\\\n    --hash=sha256:", lock, re.MULTILINE)
    assert len(pins) == len(re.findall(r"^[a-z0-9][\w.-]*==", lock, re.MULTILINE)) > 20
