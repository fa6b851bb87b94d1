"""YAML in which every value remembers its line, and no value is more than text.

Scalars stay text, so that ``16.03`` is never a float and ``no`` is never false: what a
text means is decided where it is used. Doubled keys are refused, which plain YAML
readers pass over in silence (YAML 1.2.2, 3.2.1.3 requires unique keys).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.nodes import MappingNode, ScalarNode
from yaml.resolver import BaseResolver

from familycard.errors import PackError
from familycard.pack.model import Place


@dataclass(frozen=True)
class Text:
    """A scalar as written; `is_quoted` tells ``'10'`` from ``10``."""

    text: str
    is_quoted: bool
    place: Place

    @property
    def is_empty(self) -> bool:
        """Whether nothing (or YAML's null) stands there."""
        return not self.is_quoted and self.text in ("", "~", "null")


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True)
class Entries:
    """A map from texts, in the order of the file, with the line of each key."""

    entries: Mapping[str, Node]
    lines: Mapping[str, int]
    place: Place


Node = Text | Items | Entries
BYTES_MAX = 4_000_000
"""The largest pack has files of a hundredth of it; parsing more would take minutes."""
VALUES_MAX = 200_000
"""Values of one file, aliases written out: a few lines of aliases of aliases make billions."""


TEXT, LIST, MAP = (
    BaseResolver.DEFAULT_SCALAR_TAG,
    BaseResolver.DEFAULT_SEQUENCE_TAG,
    BaseResolver.DEFAULT_MAPPING_TAG,
)


class _Loader(Composer, yaml.CBaseLoader):
    """libyaml reads, twenty times as fast as Python would; the nodes are made in Python, which counts its depth."""

    def __init__(self, text: str) -> None:
        yaml.CBaseLoader.__init__(self, text)
        Composer.__init__(self)


def read_yaml(path: Path, shown_as: str | None = None) -> Node:
    """The file's content; PackError with the line when it is not YAML or not UTF-8."""
    name = shown_as or str(path)
    try:
        check_size(path, name)
        content = path.read_bytes()
    except OSError as error:
        raise PackError(f"the file cannot be read: {error.strerror}", name) from error
    return parse_yaml(content, name)


def parse_yaml(content: bytes, name: str) -> Node:
    """What the bytes of a file hold; PackError with the line when they are not YAML or not UTF-8."""
    try:
        root = _Loader(content.decode("utf-8-sig")).get_single_node()
    except UnicodeDecodeError as error:
        raise PackError("the file is not UTF-8; save it as UTF-8", name) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise PackError(
            f"this is not YAML: {error.problem}", name, mark.line + 1 if mark else None
        ) from error
    except RecursionError as error:
        raise PackError(NESTED, name) from error
    except yaml.YAMLError as error:
        raise PackError(f"this is not YAML: {error}", name) from error
    if root is None:
        raise PackError("the file is empty; fill it or delete it", name)
    try:
        return _Converter(name).node(root)
    except RecursionError as error:
        raise PackError(NESTED, name) from error


NESTED = "values are nested too deeply; no file of a pack needs that"


def check_size(path: Path, name: str) -> None:
    """PackError for a file that is larger than any of a pack."""
    size = path.stat().st_size
    if size > BYTES_MAX:
        raise PackError(f"the file has {size:,} bytes, more than {BYTES_MAX:,}; split it", name)


class _Converter:
    """Turns the composer's nodes into ours and refuses what a pack may not hold."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.open: set[int] = set()
        self.values = 0

    def node(self, raw: Any) -> Node:
        place = Place(self.file, raw.start_mark.line + 1)
        self.values += 1
        if self.values > VALUES_MAX:
            message = f"with its aliases written out the file has more than {VALUES_MAX:,} values; split it"
            raise PackError(message, place.file, place.line)
        if raw.tag not in (TEXT, LIST, MAP):
            raise PackError(
                f"the tag {raw.tag} means nothing in a pack; leave it out", place.file, place.line
            )
        if isinstance(raw, ScalarNode):
            return Text(str(raw.value), raw.style in ("'", '"', "|", ">"), place)
        if id(raw) in self.open:
            raise PackError("an alias contains itself; write the value out", place.file, place.line)
        self.open.add(id(raw))
        content = self._entries(raw, place) if isinstance(raw, MappingNode) else self._items(raw, place)
        self.open.discard(id(raw))
        return content

    def _items(self, raw: Any, place: Place) -> Items:
        return Items(tuple(self.node(item) for item in raw.value), place)

    def _entries(self, raw: Any, place: Place) -> Entries:
        entries: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key, value in raw.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                raise PackError("a key must be a text", self.file, line)
            if key.value in entries:
                raise PackError(f"`{key.value}` stands here twice; keep one", self.file, line)
            lines[key.value] = line
            entries[key.value] = self.node(value)
        return Entries(entries, lines, place)
