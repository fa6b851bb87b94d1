"""What faults are called: those of ties here, contradictions between registers in the pack."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter
from ruamel.yaml import YAML

from familycard.office.access.table import Title
from familycard.office.pages.templatetags.shown import label
from familycard.pack.model import Pack

FILE = Path(__file__).with_name("faults.yaml")


@cache
def of_ties() -> Mapping[str, Mapping[str, str]]:
    """Titles of the faults that are found when families are formed."""
    return TypeAdapter(dict[str, Title]).validate_python(
        YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    )


def title_of(pack: Pack, fault: str) -> str:
    """A fault in words; one that a pack names without a title stands as it is called."""
    check = pack.checks.get(fault)
    return label(check.title if check else of_ties().get(fault)) or fault
