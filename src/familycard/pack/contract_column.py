"""Reads one column of a contract: its type, its rules and our own keys."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from familycard.pack.contract import DEFAULT_USES, SENSITIVITIES, Column
from familycard.pack.contract_yaml import Node
from familycard.pack.reading.values import IDENTIFIER
from familycard.pack.types import BOOLEAN, DATE, INTEGER, MONEY, SCALE_MAX, TEXT, Kind, Type

PROPERTY = [
    "name",
    "physicalName",
    "businessName",
    "description",
    "logicalType",
    "logicalTypeOptions",
    "required",
    "unique",
    "primaryKey",
    "primaryKeyPosition",
    "transformLogic",
    "customProperties",
]
OPTIONS = ["minimum", "maximum", "pattern", "minLength", "maxLength", "format"]
COLUMN_KEYS = [
    "type",
    "scale",
    "identifies",
    "subject",
    "subject_of",
    "uses",
    "sensitivity",
    "true_values",
    "false_values",
    "allowed",
    "recode",
    "blank",
    "rounding",
]
USES = (*DEFAULT_USES, "link", "queue", "jury", "confidential_address")
ANY = "any"
"""``minimum: any`` or ``maximum: any`` lifts a default bound (money below zero, dates to come)."""


@dataclass(frozen=True)
class ColumnReading:
    """A column and what it says about the source."""

    column: Column
    key_position: int | None
    is_subject: bool
    subject_of: str | None


def read_column(node: Node) -> ColumnReading:
    """One entry of ``schema[0].properties``; PackError with the line where it breaks the format."""
    node.only(PROPERTY)
    name = node.text("name")
    if not IDENTIFIER.fullmatch(name):
        raise node.error(
            f"column name '{name}' must be lower_snake_case; the header goes to physicalName", "name"
        )
    own = node.custom(COLUMN_KEYS)
    options = node.child("logicalTypeOptions")
    if options is not None:
        options.only(OPTIONS)
    kind = _type(node, own)
    derived = node.text_or("transformLogic", None)
    if derived is not None and "physicalName" in node:
        raise node.error("a derived column has no physicalName", "physicalName")
    column = Column(
        name=name,
        physical_name=None if derived is not None else node.text_or("physicalName", name),
        type=kind,
        required=node.flag("required", False),
        unique=node.flag("unique", False),
        derived=derived,
        description=node.text_or("description", ""),
        line=node.begins,
        **_options(options, kind),
        **_own(own, kind),
    )
    return _reading(node, own, column)


def _reading(node: Node, own: dict[str, Node], column: Column) -> ColumnReading:
    is_subject = own["subject"].flag("value") if "subject" in own else False
    subject_of = own["subject_of"].text("value") if "subject_of" in own else None
    if subject_of not in (None, "household", "address"):
        raise own["subject_of"].error("`familycard.subject_of` is household or address", "value")
    if is_subject and column.identifies is None:
        raise own["subject"].error("a subject needs `familycard.identifies`, or use `familycard.subject_of`")
    if subject_of and column.identifies:
        raise own["subject_of"].error(
            "a column identifies a person or is the subject_of a household, not both"
        )
    position = None
    if node.flag("primaryKey", False):
        position = node.whole("primaryKeyPosition") if "primaryKeyPosition" in node else node.begins
    return ColumnReading(column, position, is_subject, subject_of)


def _type(node: Node, own: dict[str, Node]) -> Type:
    logical = node.text("logicalType")
    simple = {"string": TEXT, "integer": INTEGER, "boolean": BOOLEAN, "date": DATE}
    if "type" in own:
        if own["type"].text("value") != "money" or logical != "number":
            raise own["type"].error("`familycard.type` is money, and its logicalType is number", "value")
        return MONEY
    if "scale" in own:
        scale = own["scale"].whole("value")
        if logical != "number" or not 0 <= scale <= SCALE_MAX:
            raise own["scale"].error(f"`familycard.scale` is 0 to {SCALE_MAX}, of a number", "value")
        return Type(Kind.NUMBER, scale)
    if logical == "number":
        return Type(Kind.NUMBER)
    if logical not in simple:
        raise node.error(
            f"logicalType '{logical}' is not read: string, integer, number, boolean, date", "logicalType"
        )
    return simple[logical]


def _options(node: Node | None, kind: Type) -> dict[str, Any]:
    if node is None:
        return {}
    found: dict[str, Any] = {}
    for key in ("minimum", "maximum"):
        if key in node:
            found[key] = _bound(node, key, kind)
    if "pattern" in node:
        found["pattern"] = _pattern(node, kind)
    for key, field in (("minLength", "min_length"), ("maxLength", "max_length")):
        if key in node:
            if kind != TEXT:
                raise node.error(f"`{key}` belongs to a string", key)
            found[field] = node.whole(key)
    if "format" in node:
        if kind != DATE or "%" not in node.text("format"):
            raise node.error("`format` is a strptime format such as %d.%m.%Y, of a date", "format")
        found["format"] = node.text("format")
    return found


def _bound(node: Node, key: str, kind: Type) -> str:
    text = node.text(key)
    if kind.kind not in (Kind.INTEGER, Kind.NUMBER, Kind.MONEY, Kind.DATE):
        raise node.error(f"`{key}` belongs to a number, money or a date", key)
    try:
        if text != ANY:
            date.fromisoformat(text) if kind == DATE else Decimal(text)
    except (ValueError, InvalidOperation) as error:
        raise node.error(f"`{key}` '{text}' is not of type {kind}", key) from error
    return text


def _pattern(node: Node, kind: Type) -> str:
    pattern = node.text("pattern")
    if kind != TEXT:
        raise node.error("`pattern` belongs to a string", "pattern")
    try:
        re.compile(pattern)
    except re.error as error:
        raise node.error(f"`pattern` is not a regular expression: {error}", "pattern") from error
    return pattern


def _own(own: dict[str, Node], kind: Type) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "identifies" in own:
        if kind != TEXT:
            raise own["identifies"].error("an identifying column is a string: leading zeros count")
        found["identifies"] = own["identifies"].text("value")
    for key in ("true_values", "false_values"):
        if key in own:
            if kind != BOOLEAN:
                raise own[key].error(f"`familycard.{key}` belongs to a boolean")
            found[key] = own[key].texts("value")
    for key in ("allowed", "blank"):
        if key in own:
            found[key] = own[key].texts("value")
    if "recode" in own:
        found["recode"] = own["recode"].mapping("value")
    if "uses" in own:
        found["uses"] = _uses(own["uses"])
        found["says_uses"] = True
    for key, choices in (("sensitivity", SENSITIVITIES), ("rounding", ("half_up",))):
        if key in own:
            found[key] = _choice(own[key], key, choices)
    return found


def _choice(node: Node, key: str, choices: tuple[str, ...]) -> str:
    value = node.text("value")
    if value not in choices:
        raise node.error(f"`familycard.{key}` is one of {', '.join(choices)}, not '{value}'", "value")
    return value


def _uses(node: Node) -> tuple[str, ...]:
    uses = node.texts("value")
    for use in uses:
        if use not in USES and not use.startswith("programme:"):
            raise node.error(f"use '{use}' is not known: {', '.join(USES)}, programme:<id>", "value")
    return uses
