"""What a delivery folder holds for a source: its files, and when and for which time they were drawn."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from familycard.errors import SourceError
from familycard.pack.contract import Source

LOADS = "loads.yaml"


@dataclass(frozen=True)
class Notes:
    """When the data were drawn from the register and which time they cover."""

    extracted_on: date | None = None
    covers_from: date | None = None
    covers_to: date | None = None


@dataclass(frozen=True)
class Found:
    """The files of a source in a delivery, in the order of their names, all in one format."""

    format: str
    paths: tuple[Path, ...]
    table: str | None = None
    """``schema.table`` of a database, where the source is one."""


def find(source: Source, delivery: Path) -> Found | None:
    """The first of the contract's servers that has anything; None where the delivery lacks the source."""
    for form, location in ((source.format, source.location), *source.further_locations):
        if form == "postgresql":
            return Found(form, (), location)
        if paths := _matching(delivery, location):
            return Found(form, paths)
    return None


def _matching(delivery: Path, pattern: str) -> tuple[Path, ...]:
    """Files of a pattern, compressed or not, whichever the pattern says."""
    plain = pattern.removesuffix(".gz")
    found = {path for wanted in (plain, plain + ".gz") for path in delivery.glob(wanted) if path.is_file()}
    twice = sorted(path.name for path in found if path.with_name(path.name + ".gz") in found)
    if twice:
        raise SourceError(f"{twice[0]} is there twice, plain and as .gz; keep one of the two.")
    return tuple(sorted(found, key=lambda path: os.fsencode(path.relative_to(delivery))))


def read_notes(delivery: Path) -> Mapping[str, Notes]:
    """``loads.yaml`` beside the files, by source; empty where there is none."""
    path = delivery / LOADS
    if not path.exists():
        return {}
    try:
        content = YAML(typ="safe").load(path.read_text("utf-8-sig"))
    except (YAMLError, ValueError) as error:
        raise SourceError(f"{LOADS}: it cannot be read as YAML: {error}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise SourceError(f"{LOADS}: it must be a mapping from sources to {{extracted_on, covers}}.")
    return {str(source): _notes(str(source), value) for source, value in content.items()}


def notes_of(source: Source, notes: Mapping[str, Notes]) -> Notes:
    """What the delivery says of a source, and where it is silent, what the contract says."""
    told = notes.get(source.id, Notes())
    return Notes(
        told.extracted_on or source.extracted_on,
        told.covers_from or source.covers_from,
        told.covers_to or source.covers_to,
    )


def _notes(source: str, value: Any) -> Notes:
    if not isinstance(value, dict) or set(value) - {"extracted_on", "covers"}:
        raise SourceError(
            f"{LOADS}: '{source}' must be {{extracted_on: DATE, covers: {{from: DATE, to: DATE}}}}."
        )
    covers = value.get("covers") or {}
    if not isinstance(covers, dict) or set(covers) - {"from", "to"}:
        raise SourceError(f"{LOADS}: `covers` of '{source}' must be {{from: DATE, to: DATE}}.")
    return Notes(
        *(_day(source, day) for day in (value.get("extracted_on"), covers.get("from"), covers.get("to")))
    )


def _day(source: str, value: Any) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise SourceError(f"{LOADS}: '{value}' of '{source}' is not a date such as 2025-12-31.") from error
