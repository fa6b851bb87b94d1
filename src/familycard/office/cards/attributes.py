"""What the attributes of people are called on pages: contracts describe them for engineers, in English (`attributes.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter
from ruamel.yaml import YAML

from familycard.pack.model import Label

FILE = Path(__file__).with_name("attributes.yaml")


class AttributeWords(BaseModel):
    """An attribute's name and its values in words, by language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Label = {}
    values: Mapping[str, Label] = {}


def attribute_words(name: str) -> AttributeWords:
    """The words of an attribute; none where the file does not know it."""
    return _attributes().get(name, AttributeWords())


@cache
def _attributes() -> dict[str, AttributeWords]:
    read = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    return TypeAdapter(dict[str, AttributeWords]).validate_python(read)
