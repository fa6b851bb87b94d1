"""A strict hand to take values out of a YAML map: each key known, each value of its kind.

`Reading` knows the pack's languages and currency and what to do with a fault: stop
(`load_pack`) or write it down and go on (`lint_pack`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import TypeVar

from familycard.errors import PackError
from familycard.pack.model import Expression, Label, Place
from familycard.pack.reading.values import IDENTIFIER, NO_CURRENCY, Currency, boolean, iso_date
from familycard.pack.reading.yaml_places import Entries, Items, Node, Text

Value = TypeVar("Value")


def fault(message: str, place: Place) -> PackError:
    """An error at a place of the pack."""
    return PackError(message, place.file or None, place.line or None)


@dataclass
class Reading:
    """What is known while files are read, and the faults found so far."""

    languages: tuple[str, ...] = ()
    currency: Currency = NO_CURRENCY
    collects: bool = False
    faults: list[PackError] = field(default_factory=list)

    def report(self, error: PackError) -> None:
        """Raise the fault, or write it down where all are collected."""
        if not self.collects:
            raise error
        self.faults.append(error)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Keep a fault inside this block from hiding those after it."""
        try:
            yield
        except PackError as error:
            self.report(error)

    def each(self, nodes: Iterable[Node], read: Callable[[Node], Value]) -> tuple[Value, ...]:
        """Read every node; one that cannot be read is left out after its fault is reported."""
        values = []
        for node in nodes:
            with self.going_on():
                values.append(read(node))
        return tuple(values)

    def label(self, node: Node, what: str) -> Label:
        """A text in each of the pack's languages."""
        if not isinstance(node, Entries):
            raise fault(f"`{what}` must be a text in each language: {{{self._example()}}}", node.place)
        label = {}
        for language, text in node.entries.items():
            if language not in self.languages:
                advice = (
                    "put the text in quotes: without them its comma ends it" if " " in language else "mend it"
                )
                message = f"`{what}`: `{language}` is not among the pack's languages; {advice}"
                self.report(fault(message, node.place))
                continue
            label[language] = text_of(text, f"{what}.{language}")
        for language in self.languages:
            if language not in label:
                self.report(fault(f"`{what}` has no text in `{language}`; add one", node.place))
        return label

    def _example(self) -> str:
        return ", ".join(f"{language}: …" for language in self.languages)


def text_of(node: Node, what: str) -> str:
    """A scalar's text; PackError when it is empty, a list or a map."""
    if not isinstance(node, Text):
        raise fault(f"`{what}` must be a single value", node.place)
    if node.is_empty:
        raise fault(f"`{what}` is empty; write a value or leave the key out", node.place)
    return node.text


def items_of(node: Node, what: str) -> tuple[Node, ...]:
    """A list's items; PackError when it is something else."""
    if not isinstance(node, Items):
        raise fault(f"`{what}` must be a list", node.place)
    return node.items


def entries_of(node: Node, what: str) -> Entries:
    """A map; PackError when it is something else."""
    if not isinstance(node, Entries):
        raise fault(f"`{what}` must be a map of keys and values", node.place)
    return node


def valid_id(text: str, what: str, place: Place) -> str:
    """The id, if it is lower_snake_case."""
    if IDENTIFIER.fullmatch(text) is None:
        raise fault(f"{what} `{text}` is not an id; use lower_snake_case, as `paid_month`", place)
    return text


class Fields:
    """One map of a pack file, with the keys it may have.

    Every reader takes a key; a required one raises PackError when the key is missing, an
    optional one returns its default.
    """

    def __init__(self, node: Node, what: str, keys: Collection[str], reading: Reading) -> None:
        self.what = what
        self.reading = reading
        self.place = node.place
        self._entries = entries_of(node, what).entries
        for key, value in self._entries.items():
            if key not in keys:
                near = get_close_matches(key, keys, 1)
                advice = f"did you mean `{near[0]}`?" if near else f"allowed: {', '.join(sorted(keys))}"
                reading.report(fault(f"{what}: `{key}` is not a key here; {advice}", value.place))

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def node(self, key: str) -> Node:
        """The key's value as it stands."""
        if key not in self._entries:
            raise fault(f"{self.what} has no `{key}`; add it", self.place)
        return self._entries[key]

    def text(self, key: str, default: str | None = None) -> str:
        if key not in self and default is not None:
            return default
        return text_of(self.node(key), key)

    def optional_text(self, key: str) -> str | None:
        return text_of(self.node(key), key) if key in self else None

    def id(self, key: str = "id") -> str:
        return valid_id(self.text(key), f"{self.what}: {key}", self.node(key).place)

    def optional_id(self, key: str) -> str | None:
        return self.id(key) if key in self else None

    def label(self, key: str) -> Label:
        return self.reading.label(self.node(key), key)

    def optional_label(self, key: str, default: str | None = None) -> Label:
        """The label; without the key nothing, or the default text in every language."""
        if key in self:
            return self.label(key)
        return {} if default is None else dict.fromkeys(self.reading.languages, default)

    def choice(self, key: str, choices: Collection[str], default: str | None = None) -> str:
        text = self.text(key, default)
        if text not in choices:
            raise fault(f"{self.what}: `{key}` is `{text}`; use one of {', '.join(choices)}", self.at(key))
        return text

    def optional_choice(self, key: str, choices: Collection[str]) -> str | None:
        return self.choice(key, choices) if key in self else None

    def choices(self, key: str, choices: Collection[str]) -> tuple[str, ...]:
        texts = self.texts(key)
        for text in texts:
            if text not in choices:
                raise fault(f"{self.what}: `{key}` has `{text}`; use {', '.join(choices)}", self.at(key))
        return texts

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; nothing when the key is missing."""
        return tuple(text_of(node, key) for node in self.items(key))

    def items(self, key: str) -> tuple[Node, ...]:
        """A list's items; nothing when the key is missing."""
        return items_of(self.node(key), key) if key in self else ()

    def boolean(self, key: str, default: bool) -> bool:
        return self._read(key, boolean) if key in self else default

    def integer(self, key: str, default: int | None = None) -> int:
        return default if key not in self and default is not None else self._read(key, whole_number)

    def optional_integer(self, key: str) -> int | None:
        return self._read(key, whole_number) if key in self else None

    def day(self, key: str) -> date:
        return self._read(key, iso_date)

    def optional_day(self, key: str) -> date | None:
        return self._read(key, iso_date) if key in self else None

    def expression(self, key: str) -> Expression:
        return Expression(self.text(key), self.at(key))

    def optional_expression(self, key: str) -> Expression | None:
        return self.expression(key) if key in self else None

    def fields(self, key: str, keys: Collection[str]) -> Fields:
        """A map below this one."""
        return Fields(self.node(key), f"{self.what}: {key}", keys, self.reading)

    def at(self, key: str) -> Place:
        """The key's place, or the map's when the key is missing."""
        return self._entries[key].place if key in self._entries else self.place

    def _read(self, key: str, convert: Callable[[str], Value]) -> Value:
        try:
            return convert(self.text(key))
        except ValueError as error:
            raise fault(f"{self.what}: `{key}`: {error}", self.at(key)) from error


def whole_number(text: str) -> int:
    if not text.removeprefix("-").isdecimal():
        raise ValueError(f"`{text}` is not a whole number")
    return int(text)
