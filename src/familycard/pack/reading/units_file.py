"""Reads ``units.yaml``: the kinds of units and the ties that form them."""

from __future__ import annotations

from collections.abc import Mapping

from familycard.pack.model import Label, Preference, Tie, TieMapping, UnitKind
from familycard.pack.reading.fields import Fields, Reading, entries_of, fault, valid_id
from familycard.pack.reading.yaml_places import Items, Node

_KIND_KEYS = ("title", "law", "covers", "max_members", "excludes", "ties", "attach", "by")
_TIE_KEYS = [
    "id",
    "title",
    "from",
    "between",
    "when",
    "unless",
    "prefer",
    "started",
    "at_most_one",
    "rule",
    "parentage",
]
_RESERVED_KINDS = ("person", "programme", "statistic", "period")


def read_units_file(node: Node, reading: Reading) -> dict[str, UnitKind]:
    """Kinds of units by id, in the order of the file."""
    kinds = {}
    for kind, content in entries_of(node, "units.yaml").entries.items():
        with reading.going_on():
            kinds[kind] = _unit_kind(kind, content, reading)
    return kinds


def _unit_kind(kind: str, node: Node, reading: Reading) -> UnitKind:
    if valid_id(kind, "kind of unit", node.place) in _RESERVED_KINDS:
        raise fault(f"`{kind}` means something else in expressions; name the unit otherwise", node.place)
    fields = Fields(node, f"unit {kind}", _KIND_KEYS, reading)
    by = fields.optional_choice("by", ("household", "address"))
    if by and ("ties" in fields or "attach" in fields):
        raise fault(f"unit {kind}: `by` leaves no room for ties; give one of them", fields.at("by"))
    return UnitKind(
        id=kind,
        title=fields.label("title"),
        law=fields.text("law", ""),
        covers=fields.choice("covers", ("everyone", "tied"), "everyone"),
        max_members=fields.integer("max_members", 30),
        excludes=fields.optional_expression("excludes"),
        ties=_ties(fields, "ties", reading),
        attach=_ties(fields, "attach", reading),
        by=by,
        place=fields.place,
    )


def _ties(fields: Fields, key: str, reading: Reading) -> tuple[Tie, ...]:
    ties = reading.each(fields.items(key), lambda node: _tie(node, key == "attach", reading))
    seen: set[str] = set()
    for tie in ties:
        if tie.id in seen:
            reading.report(fault(f"{fields.what}: tie `{tie.id}` stands there twice; rename one", tie.place))
        seen.add(tie.id)
    return ties


def _tie(node: Node, attaches: bool, reading: Reading) -> Tie:
    fields = Fields(node, "tie", _TIE_KEYS, reading)
    tie_id = fields.id()
    fields.what = f"tie {tie_id}"
    between = fields.texts("between")
    if len(between) != 2 or between[0] == between[1]:
        raise fault(f"tie {tie_id}: `between` must name two roles, as [child, parent]", fields.at("between"))
    if attaches and between != ("person", "anchor"):
        raise fault(f"tie {tie_id}: what is attached is `between: [person, anchor]`", fields.at("between"))
    for role in between:
        valid_id(role, "role", fields.at("between"))
    return Tie(
        id=tie_id,
        title=_title(fields, tie_id),
        between=(between[0], between[1]),
        mappings=_mappings(fields, (between[0], between[1])),
        when=fields.optional_expression("when"),
        unless=fields.optional_expression("unless"),
        prefer=reading.each(fields.items("prefer"), lambda item: _preference(item, reading)),
        started=fields.optional_id("started"),
        at_most_one=fields.optional_choice("at_most_one", ("each", "first")),
        rule=fields.optional_id("rule"),
        parentage=fields.boolean("parentage", False),
        place=fields.place,
    )


def _title(fields: Fields, tie_id: str) -> Label:
    return fields.optional_label("title", tie_id.replace("_", " "))


def _preference(node: Node, reading: Reading) -> Preference:
    fields = Fields(node, "preference", ("id", "when"), reading)
    return Preference(fields.id(), fields.expression("when"))


def _mappings(fields: Fields, roles: tuple[str, str]) -> tuple[TieMapping, ...]:
    node = fields.node("from")
    nodes = node.items if isinstance(node, Items) else (node,)
    if not nodes:
        raise fault(f"{fields.what}: `from` names no source", node.place)
    return fields.reading.each(nodes, lambda item: _mapping(item, fields, roles))


def _mapping(node: Node, tie: Fields, roles: tuple[str, str]) -> TieMapping:
    fields = Fields(node, f"{tie.what}: from", ("source", "via", "when", "parentage", *roles), tie.reading)
    columns: Mapping[str, str] = {role: fields.id(role) for role in roles}
    return TieMapping(
        source=fields.id("source"),
        columns=columns,
        via=fields.optional_text("via"),
        when=fields.optional_expression("when"),
        parentage=fields.boolean("parentage", True),
    )
