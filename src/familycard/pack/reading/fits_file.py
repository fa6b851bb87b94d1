"""Reads ``fits/<id>.yaml``: how a scorecard is fitted to a survey."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from familycard.pack.fit import Candidate, Cuts, Fit, Group, Target
from familycard.pack.place import Label
from familycard.pack.reading.fields import Fields, Reading, entries_of, fault, items_of
from familycard.pack.reading.scorecards_file import read_adjustment, read_category_labels, read_override
from familycard.pack.reading.values import IDENTIFIER
from familycard.pack.reading.yaml_places import Node

_KEYS = [
    "id",
    "title",
    "unit",
    "provenance",
    "why",
    "target",
    "weight",
    "persons",
    "household",
    "cluster",
    "indicators",
    "pairs",
    "middle",
    "step",
    "categories",
    "category_labels",
    "groups",
    "alike",
    "adjustments",
    "model_card",
]
MODEL_CARD = ("purpose", "data", "law", "limits", "who_may_change")
_DIRECTIONS = {"rises": 1, "falls": -1}
_CUTS = ("shares", "lines", "labels")


def read_fit_file(node: Node, reading: Reading) -> Fit:
    """The recipe; whether its names exist is checked by the caller and by lint."""
    fields = Fields(node, "fit", _KEYS, reading)
    cuts = _cuts(fields)
    card = fields.fields("model_card", MODEL_CARD)
    return Fit(
        id=fields.id(),
        title=fields.label("title"),
        unit=fields.id("unit"),
        provenance=fields.label("provenance"),
        why=fields.label("why"),
        target=_target(fields),
        weight=fields.id("weight"),
        persons=fields.optional_id("persons"),
        household=fields.optional_id("household"),
        cluster=fields.texts("cluster"),
        candidates=reading.each(fields.items("indicators"), lambda item: _candidate(item, reading)),
        pairs=fields.integer("pairs", 0),
        middle=fields.integer("middle", 500),
        step=fields.integer("step", 100),
        cuts=cuts,
        category_labels=read_category_labels(fields, [letter for letter, _ in cuts.limits]),
        groups=reading.each(fields.items("groups"), lambda item: _group(item, reading)),
        alike=fields.texts("alike"),
        adjustments=reading.each(fields.items("adjustments"), lambda item: read_adjustment(item, reading)),
        card={key: card.label(key) for key in MODEL_CARD},
        place=fields.place,
    )


def _target(fields: Fields) -> Target:
    target = fields.fields("target", ("amount", "need", "label", "least", "order"))
    if ("amount" in target) == ("need" in target):
        message = "fit: `target` names either an `amount` of money or a `need` of an ordered list"
        raise fault(message, fields.at("target"))
    is_amount = "amount" in target
    least = target.integer("least") if is_amount else 0
    if is_amount and least < 1:
        raise fault("fit: `least` is an amount of at least 1: logarithms need a floor", target.at("least"))
    order = () if is_amount else target.texts("order")
    if not is_amount and len(set(order)) < 2:
        raise fault("fit: `order` lists two labels or more, the neediest first", fields.at("target"))
    return Target(
        target.id("amount" if is_amount else "need"), target.label("label"), is_amount, least, order
    )


def _candidate(node: Node, reading: Reading) -> Candidate:
    fields = Fields(node, "indicator", ("id", "points", "override"), reading)
    direction = fields.optional_choice("points", tuple(_DIRECTIONS))
    override = read_override(fields) if "override" in fields else None
    return Candidate(fields.id(), _DIRECTIONS.get(direction or "", 0), override)


def _group(node: Node, reading: Reading) -> Group:
    fields = Fields(node, "group", ("id", "by", "label", "bands", "value_labels"), reading)
    labels: dict[str, Label] = {}
    if "value_labels" in fields:
        entries = entries_of(fields.node("value_labels"), "value_labels").entries
        labels = {value: reading.label(label, f"value {value}") for value, label in entries.items()}
    by = fields.text("by")
    if IDENTIFIER.fullmatch(by.removeprefix("head.")) is None:
        raise fault(
            f"group: by: `{by}` is no indicator, nor an attribute such as `head.sex`", fields.at("by")
        )
    bands = tuple(int(text) for text in fields.texts("bands"))
    return Group(fields.id(), by, fields.label("label"), bands, labels)


def _cuts(fields: Fields) -> Cuts:
    """Letters with their limits, the neediest first, as the file has them."""
    cuts = fields.fields("categories", ("by", "cut", "limits"))
    by = cuts.choice("by", _CUTS)
    limits: list[tuple[str, str | None]] = []
    for node in items_of(cuts.node("limits"), "limits"):
        one = Fields(node, "category", ("letter", "up_to"), fields.reading)
        limits.append((one.text("letter"), one.optional_text("up_to")))
    place = cuts.at("limits")
    if len(limits) < 2 or limits[-1][1] is not None or any(limit is None for _, limit in limits[:-1]):
        raise fault("categories: each but the last has `up_to`, the last is open", place)
    if len({letter for letter, _ in limits}) < len(limits):
        raise fault("categories: each letter stands once", place)
    if by != "labels":
        _must_ascend([limit for _, limit in limits if limit is not None], by, cuts)
    return Cuts(by, tuple(limits), cuts.choice("cut", ("as_named", "macro_f1"), "as_named") == "macro_f1")


def _must_ascend(limits: list[str], by: str, cuts: Fields) -> None:
    try:
        numbers = [Decimal(limit) for limit in limits]
    except ArithmeticError as error:
        raise fault("categories: `up_to` must be a number", cuts.at("limits")) from error
    if any(later <= earlier for earlier, later in pairwise(numbers)):
        raise fault("categories: the limits must ascend, the neediest first", cuts.at("limits"))
    if by == "shares" and not (0 < numbers[0] and numbers[-1] < 1):
        raise fault("categories: shares lie between 0 and 1, each with those before it", cuts.at("limits"))
