"""Reads ``indicators/*.yaml``: what is known about a person or a unit, and from where."""

from __future__ import annotations

from familycard.pack.contract import SENSITIVITIES
from familycard.pack.model import Indicator, Label
from familycard.pack.reading.fields import Fields, Reading, entries_of, fault, items_of
from familycard.pack.reading.values import typed
from familycard.pack.reading.yaml_places import Node
from familycard.pack.types import BOOLEAN, DATE, INTEGER, MONEY, RATIO, SCALE_MAX, TEXT, Kind, Type

SPHERES = ("economic", "housing", "health", "education", "social", "family")
PERIODS = [
    "previous_month",
    "previous_quarter",
    "previous_6_months",
    "previous_12_months",
    "previous_year",
    "this_year",
    "any",
]
AGGREGATIONS = ("sum", "any", "all", "min", "max", "count", "head", "only")
_AGGREGATED_KINDS: dict[str, tuple[Kind, ...]] = {
    "sum": (Kind.INTEGER, Kind.NUMBER, Kind.MONEY),
    "any": (Kind.BOOLEAN,),
    "all": (Kind.BOOLEAN,),
    "count": (Kind.INTEGER,),
}
"""The types that an indicator of such a `unit` may have; the other aggregations give any."""
_TYPES = {
    "money": MONEY,
    "integer": INTEGER,
    "ratio": RATIO,
    "boolean": BOOLEAN,
    "text": TEXT,
    "date": DATE,
    "number": Type(Kind.NUMBER),
}
_KEYS = [
    "id",
    "label",
    "sphere",
    "type",
    "scale",
    "measured_in",
    "level",
    "from",
    "by",
    "where",
    "period",
    "person",
    "formula",
    "unit",
    "no_rows",
    "sensitivity",
    "law",
    "disputable",
    "own_step",
    "card",
    "value_labels",
]


def read_indicators_file(node: Node, reading: Reading) -> tuple[Indicator, ...]:
    """The file's indicators in its order."""
    return reading.each(items_of(node, "indicators"), lambda item: _indicator(item, reading))


def _indicator(node: Node, reading: Reading) -> Indicator:
    fields = Fields(node, "indicator", _KEYS, reading)
    id_ = fields.id()
    fields.what = f"indicator {id_}"
    type_ = _type(fields)
    unit = fields.optional_choice("unit", AGGREGATIONS)
    indicator = Indicator(
        id=id_,
        label=fields.label("label"),
        sphere=fields.choice("sphere", SPHERES),
        type=type_,
        measured_in=fields.text("measured_in", ""),
        level=fields.choice("level", ("person", "unit"), "person"),
        source=fields.optional_id("from"),
        by=fields.optional_id("by"),
        where=fields.optional_expression("where"),
        period=fields.optional_choice("period", PERIODS),
        person=fields.optional_expression("person"),
        formula=fields.optional_expression("formula"),
        unit=unit,
        no_rows=_no_rows(fields, BOOLEAN if unit == "count" else type_),
        sensitivity=fields.choice("sensitivity", SENSITIVITIES, "own"),
        law=fields.text("law", ""),
        disputable=fields.boolean("disputable", True),
        own_step=fields.optional_label("own_step"),
        card=fields.boolean("card", True),
        value_labels=_value_labels(fields),
        place=fields.place,
    )
    _refuse_mixtures(indicator, fields)
    return indicator


def _value_labels(fields: Fields) -> dict[str, Label]:
    if "value_labels" not in fields:
        return {}
    entries = entries_of(fields.node("value_labels"), f"{fields.what}: value_labels").entries
    return {value: fields.reading.label(node, f"{fields.what}: {value}") for value, node in entries.items()}


def _type(fields: Fields) -> Type:
    kind = fields.choice("type", tuple(_TYPES))
    if kind != "number":
        if "scale" in fields:
            raise fault(f"{fields.what}: only a `number` has a `scale`", fields.at("scale"))
        return _TYPES[kind]
    scale = fields.integer("scale")
    if not 0 <= scale <= SCALE_MAX:
        raise fault(f"{fields.what}: `scale` must be 0 to {SCALE_MAX} digits", fields.at("scale"))
    return Type(Kind.NUMBER, scale)


def _no_rows(fields: Fields, type_: Type) -> int | bool | str | None:
    text = fields.optional_text("no_rows")
    if text is None or text == "unknown":
        return None
    try:
        return typed(text, type_, fields.reading.currency)
    except ValueError as error:
        raise fault(f"{fields.what}: `no_rows`: {error}", fields.at("no_rows")) from error


def _refuse_mixtures(indicator: Indicator, fields: Fields) -> None:
    """Either rows of a source or a formula, and only the keys that go with it."""
    if (indicator.source is None) == (indicator.formula is None):
        raise fault(f"{fields.what} needs either `from` with `person`, or `formula`", fields.place)
    if indicator.source is not None and indicator.person is None:
        raise fault(
            f"{fields.what} has `from` but no `person`; say what to count over the rows", fields.place
        )
    if indicator.formula is not None:
        for key in ("by", "where", "period", "person", "no_rows"):
            if key in fields:
                raise fault(f"{fields.what}: `{key}` goes with `from`, not with `formula`", fields.at(key))
    if indicator.level == "unit":
        for key in ("from", "unit"):
            if key in fields:
                raise fault(f"{fields.what}: `{key}` has no meaning at `level: unit`", fields.at(key))
    elif indicator.source is not None and "no_rows" not in fields:
        message = f"{fields.what}: say what the absence of a row means: `no_rows: 0`, `false` or `unknown`"
        fields.reading.report(fault(message, fields.place))
    _refuse_wrong_aggregation(indicator, fields)


def _refuse_wrong_aggregation(indicator: Indicator, fields: Fields) -> None:
    allowed = _AGGREGATED_KINDS.get(indicator.unit or "")
    if allowed and indicator.type.kind not in allowed:
        names = " or ".join(kind.value for kind in allowed)
        message = f"{fields.what}: `unit: {indicator.unit}` gives {names}, but `type` is {indicator.type}"
        raise fault(message, fields.at("unit"))
