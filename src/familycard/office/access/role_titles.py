"""What the roles are called: `roles.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter
from ruamel.yaml import YAML

from familycard.office.access.table import Title

FILE = Path(__file__).with_name("roles.yaml")


@cache
def role_titles() -> Mapping[str, Mapping[str, str]]:
    """The titles by role; a role of another version of the office has none."""
    return TypeAdapter(dict[str, Title]).validate_python(
        YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    )
