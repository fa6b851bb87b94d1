"""Measures of an individual plan: `plan_measures.yaml`, chosen by the category and the needs of the family."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter
from ruamel.yaml import YAML

from familycard.office.access.table import Title
from familycard.office.pages.templatetags.shown import label

FILE = Path(__file__).with_name("plan_measures.yaml")
Need = Literal["economic", "housing", "health", "education", "social", "family", "rights"]


class Measure(BaseModel):
    """Something that can be done for a family: for which need, in which categories it suits, and within how many days."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title
    need: Need
    categories: str
    within_days: int
    law: str = ""


@cache
def measures() -> dict[str, Measure]:
    """All measures by their id, in the order of the file."""
    read: Any = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, Measure]).validate_python(read)


def suited(category: str | None, needs: Iterable[str] = ()) -> dict[str, Measure]:
    """The measures for a category, those for the named needs first; all of them where the category is not known."""
    wanted = frozenset(needs)
    fitting = {i: m for i, m in measures().items() if not category or category in m.categories}
    return dict(sorted(fitting.items(), key=lambda item: item[1].need not in wanted))


def measure_title(id_: str) -> str:
    """A measure's title in the page's language; its id where the file no longer has it."""
    found = measures().get(id_)
    return label(found.title) if found else id_
