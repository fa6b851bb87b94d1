"""A contract's YAML, key by key with its line.

`Node` pairs a mapping with its file and lines so that every refusal names the place. What is not in quotes
is a truth value, a whole number, a decimal or nothing as YAML 1.2's core schema (10.3.2) says, else text:
dates stay text until a key that wants them asks, and no value is ever a float.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from familycard.errors import PackError
from familycard.pack.reading import yaml_places
from familycard.pack.reading.yaml_places import Entries, Items, Text, parse_yaml

Default = TypeVar("Default", bound=str | None)
PREFIX = "familycard."
TRUTH = {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
NOTHING = ("", "~", "null", "Null", "NULL")
WHOLE = re.compile(r"[-+]?[0-9]+")
POINTED = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
DIGITS_MAX = 40
"""No number of a contract is longer; one of thousands of digits takes long to read."""


@dataclass(frozen=True)
class Node:
    """A mapping of the file, with the line on which it begins."""

    value: Entries
    file: Path
    begins: int

    def line(self, key: str | None = None) -> int:
        """The line of a key (of the mapping itself where there is none), counted from 1."""
        return self.begins if key is None else self.value.lines.get(key, self.begins)

    def line_of(self, path: Sequence[str | int]) -> int:
        """The line of the deepest part of `path` that the file has."""
        line = self.begins
        value: yaml_places.Node = self.value
        for part in path:
            if isinstance(value, Entries) and part in value.entries:
                line, value = value.lines[str(part)], value.entries[str(part)]
            elif isinstance(value, Items) and isinstance(part, int) and part < len(value.items):
                value = value.items[part]
                line = value.place.line
            else:
                break
        return line

    def __contains__(self, key: str) -> bool:
        return key in self.value.entries

    def error(self, message: str, key: str | None = None) -> PackError:
        return PackError(message, self.file, self.line(key))

    def only(self, keys: Iterable[str]) -> None:
        """Refuse a key outside `keys`."""
        known = tuple(keys)
        for key in self.value.entries:
            if key not in known:
                raise self.error(f"the key `{key}` is not known here; known are: {', '.join(known)}", key)

    def get(self, key: str) -> yaml_places.Node | None:
        """What stands at a key; None where nothing does."""
        value = self.value.entries.get(key)
        return None if isinstance(value, Text) and _scalar(value) is None else value

    def raw_text(self, key: str) -> str:
        """A text as it stands: an empty or blank one is a value."""
        value = self._there(key)
        if not isinstance(value, Text) or not isinstance(_scalar(value), str):
            raise self.error(f"`{key}` must be text in quotes", key)
        return value.text

    def text(self, key: str) -> str:
        """A single value as text; PackError where there is none."""
        return self._text(self._there(key), key)

    def text_or(self, key: str, default: Default) -> str | Default:
        """A single value as text; `default` where there is none."""
        return default if self.get(key) is None else self.text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._there(key)
        if not isinstance(value, Items):
            raise self.error(f"`{key}` must be a list", key)
        return tuple(self._text(item, key) for item in value.items)

    def whole(self, key: str) -> int:
        text = self.text(key)
        if not text.removeprefix("-").isdecimal() or len(text) > DIGITS_MAX:
            raise self.error(f"`{key}` must be a whole number, not '{text}'", key)
        return int(text)

    def flag(self, key: str, default: bool | None = None) -> bool:
        if default is not None and self.get(key) is None:
            return default
        value = self._there(key)
        truth = _scalar(value) if isinstance(value, Text) else None
        if not isinstance(truth, bool):
            raise self.error(f"`{key}` must be true or false", key)
        return truth

    def day(self, key: str) -> date:
        text = self.text(key)
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise self.error(f"`{key}` must be a date such as 2025-12-31, not '{text}'", key) from error

    def child(self, key: str) -> Node | None:
        value = self.get(key)
        if value is None:
            return None
        if not isinstance(value, Entries):
            raise self.error(f"`{key}` must be a mapping", key)
        return Node(value, self.file, self.line(key))

    def items(self, key: str) -> list[Node]:
        """A list of mappings; empty where the key is absent."""
        value = self.get(key)
        if value is None:
            return []
        found = value.items if isinstance(value, Items) else ()
        mappings = [Node(item, self.file, item.place.line) for item in found if isinstance(item, Entries)]
        if not isinstance(value, Items) or len(mappings) < len(found):
            raise self.error(f"`{key}` must be a list of mappings", key)
        return mappings

    def custom(self, known: Iterable[str]) -> dict[str, Node]:
        """Our keys under ``customProperties``, by their name after ``familycard.``."""
        found: dict[str, Node] = {}
        for node in self.items("customProperties"):
            node.only(("property", "value", "description"))
            name = node.text("property")
            if not name.startswith(PREFIX) or name.removeprefix(PREFIX) not in tuple(known):
                wanted = ", ".join(PREFIX + key for key in known)
                raise node.error(f"the property `{name}` is not known here; known are: {wanted}", "property")
            if name.removeprefix(PREFIX) in found:
                raise node.error(f"the property `{name}` stands here twice", "property")
            found[name.removeprefix(PREFIX)] = node
        return found

    def mapping(self, key: str) -> Mapping[str, str]:
        node = self.child(key)
        if node is None:
            raise self.error(f"`{key}` must be a mapping of texts", key)
        return {name: node._text(value, name) for name, value in node.value.entries.items()}

    def plain(self) -> dict[str, Any]:
        """The mapping with all that is in it, for the standard's own models."""
        return {key: _plain(item) for key, item in self.value.entries.items()}

    def _there(self, key: str) -> yaml_places.Node:
        value = self.get(key)
        if value is None:
            raise self.error(f"`{key}` is missing")
        return value

    def _text(self, value: yaml_places.Node, key: str) -> str:
        scalar = _scalar(value) if isinstance(value, Text) else None
        if not isinstance(value, Text) or scalar is None:
            raise self.error(f"`{key}` must be a single value", key)
        return value.text.lower() if isinstance(scalar, bool) else value.text


def _scalar(value: Text) -> bool | int | Decimal | str | None:
    """What a text means where nothing else is asked of it."""
    text = value.text
    if value.is_quoted or len(text) > DIGITS_MAX:
        return text
    if text in NOTHING:
        return None
    if text in TRUTH:
        return TRUTH[text]
    if WHOLE.fullmatch(text):
        return int(text)
    return Decimal(text) if POINTED.fullmatch(text) else text


def _plain(value: yaml_places.Node) -> Any:
    if isinstance(value, Entries):
        return {key: _plain(item) for key, item in value.entries.items()}
    if isinstance(value, Items):
        return [_plain(item) for item in value.items]
    return _scalar(value)


def parse(content: bytes, file: Path) -> Node:
    """The mapping that a YAML file holds; PackError with the line where it cannot be read."""
    value = parse_yaml(content, str(file))
    if not isinstance(value, Entries):
        raise PackError("the file must hold a mapping", file, 1)
    return Node(value, file, value.place.line)
