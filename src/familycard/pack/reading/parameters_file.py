"""Reads ``parameters.yaml``: dated amounts and limits, each with its law."""

from __future__ import annotations

from familycard.pack.model import Parameter, ParameterValue
from familycard.pack.reading.fields import Fields, Reading, entries_of, fault, valid_id
from familycard.pack.reading.values import guessed_type, typed
from familycard.pack.reading.yaml_places import Node, Text
from familycard.pack.types import INTEGER, Kind, Type


def read_parameters_file(node: Node, reading: Reading) -> dict[str, Parameter]:
    """Parameters by id; all values of one are of one type, a number's scale the widest among them."""
    parameters = {}
    for id_, content in entries_of(node, "parameters.yaml").entries.items():
        with reading.going_on():
            parameters[id_] = _parameter(valid_id(id_, "parameter", content.place), content, reading)
    return parameters


def _parameter(id_: str, node: Node, reading: Reading) -> Parameter:
    fields = Fields(node, f"parameter {id_}", ("label", "values"), reading)
    values = [
        Fields(item, fields.what, ("from", "to", "area", "value", "law", "verified"), reading)
        for item in fields.items("values")
    ]
    if not values:
        raise fault(f"{fields.what} has no values; add one with `from`, `value` and `law`", fields.place)
    type_ = _type(values, fields.what)
    parameter = Parameter(
        id=id_,
        label=fields.label("label"),
        type=type_,
        values=tuple(_value(value, type_, reading) for value in values),
        place=fields.place,
    )
    _refuse_doubles(parameter, reading)
    return parameter


def _type(values: list[Fields], what: str) -> Type:
    types = [_value_type(value) for value in values]
    if all(type_.is_numeric for type_ in types):
        scale = max(type_.scale for type_ in types)
        return Type(Kind.NUMBER, scale) if scale else INTEGER
    for type_, value in zip(types, values, strict=True):
        if type_ != types[0]:
            raise fault(f"{what}: one value is {types[0]}, this one {type_}; use one type", value.at("value"))
    return types[0]


def _value_type(value: Fields) -> Type:
    node = value.node("value")
    text = value.text("value")
    try:
        return guessed_type(text, isinstance(node, Text) and node.is_quoted)
    except ValueError as error:
        raise fault(f"{value.what}: {error}", node.place) from error


def _value(value: Fields, type_: Type, reading: Reading) -> ParameterValue:
    try:
        content = typed(value.text("value"), type_, reading.currency)
    except ValueError as error:
        raise fault(f"{value.what}: {error}", value.at("value")) from error
    from_, to = value.day("from"), value.optional_day("to")
    if to is not None and to <= from_:
        raise fault(f"{value.what}: `to` is not after `from`", value.at("to"))
    return ParameterValue(
        from_=from_,
        to=to,
        value=content,
        law=value.text("law", ""),
        area=value.optional_text("area"),
        verified=value.boolean("verified", True),
        place=value.place,
    )


def _refuse_doubles(parameter: Parameter, reading: Reading) -> None:
    seen = set()
    for value in parameter.values:
        key = (value.from_, value.area)
        if key in seen:
            where = f" for area {value.area}" if value.area else ""
            message = f"parameter {parameter.id} has two values from {value.from_}{where}; keep one"
            reading.report(fault(message, value.place))
        seen.add(key)
