"""Every pack in the house keeps every rule, and its lawyers' cases hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from repository import ROOT

from familycard.pack.lint import lint_pack
from familycard.pack.loader import load_pack
from familycard.programmes.cases import run_cases

OF_A_COUNTRY = re.compile(r"Kazakhstan|Казахстан|Қазақстан|\bkz\b|KZT|[Кк]одекс|\bCode art\.|\bLaw No\b")
PACKS = sorted(file.parent for file in (ROOT / "packs").glob("*/pack.yaml"))


def test_there_are_packs() -> None:
    assert len(PACKS) >= 2


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_a_pack_keeps_every_rule(pack: Path) -> None:
    assert [str(finding) for finding in lint_pack(pack) if finding.severity == "error"] == []


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_the_lawyers_cases_of_a_pack_hold(pack: Path) -> None:
    results = run_cases(load_pack(pack))
    assert [(r.programme.id, r.case.name, r.differences) for r in results if not r.is_passed] == []


def test_the_office_names_no_country() -> None:
    """What holds in one country stands in its pack: law, working days, owners of registers, money."""
    office = ROOT / "src" / "familycard" / "office"
    files = [*office.rglob("*.yaml"), *office.rglob("*.html"), *office.rglob("*.csv")]
    assert len(files) > 100
    named = [file.name for file in files if OF_A_COUNTRY.search(file.read_text(encoding="utf-8"))]
    assert named == []


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_a_pack_says_what_in_it_is_real(pack: Path) -> None:
    assert (pack / "README.md").is_file()
