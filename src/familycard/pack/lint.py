"""The lint of packs: everything that is wrong or doubtful in one, with file and line.

``load_pack`` stops at the first fault; the lint goes on as far as it can, so that an
author mends a whole pack in one go.
"""

from __future__ import annotations

from pathlib import Path

from familycard.errors import PackError
from familycard.pack.loader import read_pack
from familycard.pack.model import Pack
from familycard.pack.reading.fields import Reading
from familycard.pack.rules.citations import CitationIsTranslated, CitationIsUsed
from familycard.pack.rules.contracts import ColumnSaysItsUses, ContractIsAnsweredFor
from familycard.pack.rules.expressions import CategoryIsNoLaw, ExpressionsCompile
from familycard.pack.rules.finding import Finding, Rule
from familycard.pack.rules.laws import (
    CasesHaveNames,
    ExclusionNeedsReceipt,
    MoneyHasAnAmount,
    NothingNeedsItself,
    ProgrammeHasALaw,
    ProgrammeHasCases,
    ValueHasALaw,
    ValueIsVerified,
)
from familycard.pack.rules.scores import (
    CategoriesCanBeReached,
    CutsAscend,
    IndicatorIsMeasured,
    PointsMatter,
    ValuesAreComplete,
)
from familycard.pack.rules.tiles import TilesMakeAMap
from familycard.pack.rules.uses import (
    ColumnIsUsed,
    IndicatorIsReached,
    SealedIsNotScored,
    SealedStaysSealed,
    UseIsPermitted,
)

__all__ = ["RULES", "Finding", "Rule", "lint_pack", "rule_findings"]

RULES: tuple[Rule, ...] = (
    ExpressionsCompile(),
    NothingNeedsItself(),
    CategoryIsNoLaw(),
    ContractIsAnsweredFor(),
    ColumnSaysItsUses(),
    ValueHasALaw(),
    ProgrammeHasALaw(),
    ProgrammeHasCases(),
    CasesHaveNames(),
    ExclusionNeedsReceipt(),
    MoneyHasAnAmount(),
    IndicatorIsMeasured(),
    CutsAscend(),
    ValuesAreComplete(),
    UseIsPermitted(),
    SealedIsNotScored(),
    SealedStaysSealed(),
    ValueIsVerified(),
    CategoriesCanBeReached(),
    PointsMatter(),
    ColumnIsUsed(),
    IndicatorIsReached(),
    CitationIsTranslated(),
    CitationIsUsed(),
    TilesMakeAMap(),
)
"""All rules beyond the format itself, which the loader checks (rule `format`)."""


def lint_pack(path: Path) -> list[Finding]:
    """All findings about the pack in a folder, errors first, each kind by file and line."""
    reading = Reading(collects=True)
    try:
        pack = read_pack(path, reading)
    except PackError as error:
        return _in_order([*map(_format_finding, reading.faults), _format_finding(error)])
    return _in_order([*map(_format_finding, reading.faults), *rule_findings(pack)])


def rule_findings(pack: Pack) -> list[Finding]:
    """What the rules find in a pack that could be read."""
    return [finding for rule in RULES for finding in rule.check(pack)]


def _format_finding(error: PackError) -> Finding:
    return Finding("error", "format", error.message, error.file or "", error.line or 0)


def _in_order(findings: list[Finding]) -> list[Finding]:
    """Errors before warnings, by place, each once (a tie's condition is compiled for each of its sources)."""
    return sorted(set(findings), key=lambda f: (f.severity, f.file, f.line, f.rule, f.message))
