"""Every operation, scope and kind of problem of the API is in its page, and the page invents none."""

from __future__ import annotations

import re

from django.conf import settings
from repository import ROOT

from familycard.office.access.problems import PROBLEMS
from familycard.office.api.operations import api

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def operations() -> set[str]:
    """Method and path of every operation."""
    paths = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    return {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def test_every_operation_has_its_section() -> None:
    assert set(re.findall(r"^### `(.+)`$", PAGE, re.MULTILINE)) == operations()


def test_every_kind_of_problem_stands_in_the_table_with_its_status() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (\d+) \|", PAGE, re.MULTILINE)
    assert {kind: int(status) for kind, status in rows} == {k: kind.status for k, kind in PROBLEMS.items()}


def test_every_scope_is_explained() -> None:
    section = PAGE.split("## A token")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z]+)` \|", section, re.MULTILINE)) == set(settings.API_SCOPES)
