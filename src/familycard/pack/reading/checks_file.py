"""Reads ``checks.yaml`` and ``statistics.yaml``."""

from __future__ import annotations

from familycard.pack.model import Check, Statistic
from familycard.pack.reading.fields import Fields, Reading, fault, items_of
from familycard.pack.reading.values import scaled
from familycard.pack.reading.yaml_places import Node

_NEEDED_KEYS: dict[str, tuple[str, ...]] = {
    "count": (),
    "share": ("when",),
    "sum": ("value",),
    "mean": ("value",),
    "median": ("value",),
    "median_share": ("value", "share"),
    "gini": ("value",),
    "ratio_of_sums": ("value", "divide_by"),
}
_STATISTIC_KEYS = [
    "id",
    "title",
    "kind",
    "level",
    "value",
    "when",
    "weight",
    "divide_by",
    "share",
    "measured_in",
]
SHARE_SCALE = 4
"""Digits of a `share`: 0.6 of the median, at most four digits."""


def read_checks_file(node: Node, reading: Reading) -> tuple[Check, ...]:
    """Contradictions that an official must see."""
    return reading.each(items_of(node, "checks.yaml"), lambda item: _check(item, reading))


def _check(node: Node, reading: Reading) -> Check:
    fields = Fields(node, "check", ("id", "title", "unit", "when", "shows", "advice"), reading)
    return Check(
        id=fields.id(),
        title=fields.label("title"),
        unit=fields.id("unit"),
        when=fields.expression("when"),
        shows=fields.texts("shows"),
        advice=fields.optional_label("advice"),
        place=fields.place,
    )


def read_statistics_file(node: Node, reading: Reading) -> tuple[Statistic, ...]:
    """What is counted over a snapshot, in the order of the file."""
    return reading.each(items_of(node, "statistics.yaml"), lambda item: _statistic(item, reading))


def _statistic(node: Node, reading: Reading) -> Statistic:
    fields = Fields(node, "statistic", _STATISTIC_KEYS, reading)
    id_ = fields.id()
    fields.what = f"statistic {id_}"
    kind = fields.choice("kind", tuple(_NEEDED_KEYS))
    for key in _NEEDED_KEYS[kind]:
        fields.node(key)
    return Statistic(
        id=id_,
        title=fields.optional_label("title", id_.replace("_", " ")),
        kind=kind,
        level=fields.id("level"),
        value=fields.optional_id("value"),
        when=fields.optional_expression("when"),
        weight=fields.optional_id("weight"),
        divide_by=fields.optional_id("divide_by"),
        share=_share(fields),
        measured_in=fields.text("measured_in", ""),
        place=fields.place,
    )


def _share(fields: Fields) -> str | None:
    share = fields.optional_text("share")
    if share is None:
        return None
    try:
        scaled(share, SHARE_SCALE)
    except ValueError as error:
        raise fault(f"{fields.what}: `share`: {error}", fields.at("share")) from error
    return share
