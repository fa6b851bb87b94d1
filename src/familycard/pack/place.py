"""What every part of a pack is made of: texts by language, expressions, and where each stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Label = Mapping[str, str]
"""A text by language code."""


@dataclass(frozen=True)
class Place:
    """Where in the pack something stands."""

    file: str = ""
    line: int = 0


NOWHERE = Place()
"""Of what stands in no file."""


@dataclass(frozen=True)
class Expression:
    """The text of an expression and where it stands."""

    text: str
    place: Place = NOWHERE
