"""YAML that remembers its lines, for contracts.

ruamel.yaml keeps where each key stands; `Node` pairs a mapping with its file and lines so
that every refusal names the place. Numbers are decimals and dates stay text until a key
that wants them asks: YAML's own guesses (floats, sexagesimals) never touch a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from familycard.errors import PackError
from familycard.pack.reading.yaml_places import NESTED, VALUES_MAX

_REQUIRED: Any = object()
PREFIX = "familycard."


class _Constructor(RoundTripConstructor):
    """Decimals for numbers with a point, text for dates."""


def _decimal(constructor: Any, node: Any) -> Any:
    return Decimal(node.value.replace("_", ""))


def _text(constructor: Any, node: Any) -> Any:
    return str(node.value)


_Constructor.add_constructor("tag:yaml.org,2002:float", _decimal)
_Constructor.add_constructor("tag:yaml.org,2002:timestamp", _text)


@dataclass(frozen=True)
class Node:
    """A mapping of the file, with the line on which it begins."""

    value: CommentedMap
    file: Path
    begins: int

    def line(self, key: str | None = None) -> int:
        """The line of a key (of the mapping itself where there is none), counted from 1."""
        if key is not None and key in self.value and key in self.value.lc.data:
            return int(self.value.lc.data[key][0]) + 1
        return self.begins

    def line_of(self, path: Sequence[str | int]) -> int:
        """The line of the deepest part of `path` that the file has."""
        line, value = self.begins, self.value
        for part in path:
            marks = getattr(getattr(value, "lc", None), "data", None) or {}
            if part not in marks:
                break
            line, value = int(marks[part][0]) + 1, value[part]
        return line

    def error(self, message: str, key: str | None = None) -> PackError:
        return PackError(message, self.file, self.line(key))

    def only(self, keys: Iterable[str]) -> None:
        """Refuse a key outside `keys`."""
        known = tuple(keys)
        for key in self.value:
            if key not in known:
                raise self.error(
                    f"the key `{key}` is not known here; known are: {', '.join(known)}", str(key)
                )

    def get(self, key: str, default: Any = _REQUIRED) -> Any:
        value = self.value.get(key)
        if value is not None:
            return value
        if default is _REQUIRED:
            raise self.error(f"`{key}` is missing")
        return default

    def raw_text(self, key: str) -> str:
        """A text as it stands: an empty or blank one is a value."""
        value = self.get(key)
        if not isinstance(value, str):
            raise self.error(f"`{key}` must be text in quotes", key)
        return str(value)

    def text(self, key: str, default: Any = _REQUIRED) -> str:
        value = self.get(key, default)
        if value is default and default is not _REQUIRED:
            return default  # type: ignore[no-any-return]
        return scalar_text(value, self, key)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.get(key)
        if not isinstance(value, CommentedSeq | list):
            raise self.error(f"`{key}` must be a list", key)
        return tuple(scalar_text(item, self, key) for item in value)

    def whole(self, key: str) -> int:
        text = self.text(key)
        if not text.removeprefix("-").isdecimal():
            raise self.error(f"`{key}` must be a whole number, not '{text}'", key)
        return int(text)

    def flag(self, key: str, default: bool | None = None) -> bool:
        value = self.get(key, _REQUIRED if default is None else default)
        if not isinstance(value, bool):
            raise self.error(f"`{key}` must be true or false", key)
        return value

    def day(self, key: str) -> date:
        text = self.text(key)
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise self.error(f"`{key}` must be a date such as 2025-12-31, not '{text}'", key) from error

    def child(self, key: str) -> Node | None:
        value = self.value.get(key)
        if value is None:
            return None
        if not isinstance(value, CommentedMap):
            raise self.error(f"`{key}` must be a mapping", key)
        return Node(value, self.file, self.line(key))

    def items(self, key: str) -> list[Node]:
        """A list of mappings; empty where the key is absent."""
        value = self.value.get(key)
        if value is None:
            return []
        if not isinstance(value, CommentedSeq) or not all(isinstance(v, CommentedMap) for v in value):
            raise self.error(f"`{key}` must be a list of mappings", key)
        return [Node(item, self.file, item.lc.line + 1) for item in value]

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
        return {scalar_text(k, node, str(k)): node.text_allowing_empty(k) for k in node.value}

    def text_allowing_empty(self, key: Any) -> str:
        return scalar_text(self.value[key], self, key)

    def plain(self) -> Any:
        return _plain(self.value)


def scalar_text(value: Any, node: Node, key: str) -> str:
    """A scalar as the text that a reader of the file sees."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | Decimal):
        return str(value)
    raise node.error(f"`{key}` must be a single value", key)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _check_values(content: CommentedMap, file: Path) -> None:
    """Refuse aliases of aliases, which make billions of values, and aliases that contain themselves."""
    waiting, seen = [content], 0
    while waiting:
        value = waiting.pop()
        seen += 1
        if seen > VALUES_MAX:
            raise PackError(
                f"with its aliases written out the file has more than {VALUES_MAX:,} values; split it",
                file,
                1,
            )
        if isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def parse(content: bytes, file: Path) -> Node:
    """The mapping that a YAML file holds; PackError with the line where it cannot be read."""
    yaml = YAML(typ="rt")
    yaml.Constructor = _Constructor
    yaml.allow_duplicate_keys = False
    try:
        value = yaml.load(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise PackError("the file is not UTF-8; save it as UTF-8", file) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise PackError(f"not YAML: {error.problem}", file, mark.line + 1 if mark else None) from error
    except (YAMLError, ValueError, ArithmeticError) as error:
        raise PackError(f"not YAML: {error}", file) from error
    except RecursionError as error:
        raise PackError(NESTED, file) from error
    if not isinstance(value, CommentedMap):
        raise PackError("the file must hold a mapping", file, 1)
    _check_values(value, file)
    return Node(value, file, 1)
