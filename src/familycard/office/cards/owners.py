"""Owners of registers in Kazakh and Russian: contracts name them once, in English (`owners.yaml`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from familycard.pack.model import Label

FILE = Path(__file__).with_name("owners.yaml")


def owner_title(owner: str) -> Label:
    """An owner's name by language; as the contract writes it where the file does not know it."""
    return _owners().get(owner, {"en": owner})


@cache
def _owners() -> dict[str, Label]:
    read: Any = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    return {english: {"en": english, **titles} for english, titles in read.items()}
