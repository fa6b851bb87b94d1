"""Reads what stands in one column of a drawn register, checked against the contract's column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from familycard.pack.contract import Column
from familycard.pack.model import Place
from familycard.pack.reading.fields import Fields, Reading, entries_of, fault, items_of, text_of
from familycard.pack.reading.values import Currency, scaled, typed
from familycard.pack.reading.yaml_places import Node
from familycard.pack.types import Kind
from familycard.synthetic import drawings
from familycard.synthetic.drawings import FITS, PERSONS, Drawn, How
from familycard.synthetic.traits import TRAITS

_SPANS = ("days_ago", "days_ahead", "after")
_EPOCH = date(1970, 1, 1)


def read_drawn(node: Node, column: Column, above: tuple[str, ...], reading: Reading) -> Drawn:
    """One entry of ``columns``; `above` are the columns that stand before it."""
    fields = Fields(node, f"column {column.name}", (*FITS, "blank", "not_before_age"), reading)
    kinds = [kind for kind in FITS if kind in fields]
    if len(kinds) != 1:
        raise fault(f"{fields.what} needs one of {', '.join(FITS)}", fields.place)
    kind = kinds[0]
    _check_fit(fields, kind, column)
    blank = share_of(fields.text("blank", "0"), fields.at("blank"))
    if blank and column.required:
        raise fault(f"{fields.what} is required by the contract and never blank", fields.at("blank"))
    if "not_before_age" in fields and kind != "date":
        raise fault("`not_before_age` belongs to a date", fields.at("not_before_age"))
    if kind == "date":
        return Drawn(_day(fields, above), blank)
    return Drawn(_READERS[kind](fields, column, reading), blank)


def _check_fit(fields: Fields, kind: str, column: Column) -> None:
    if (kind == "person") != (column.identifies is not None):
        advice = "`person`" if column.identifies else "another kind"
        raise fault(f"{fields.what}: the contract wants {advice} here", fields.at(kind))
    if column.type.kind not in FITS[kind]:
        raise fault(f"{fields.what} is of type {column.type}; `{kind}` does not fit", fields.at(kind))


def share_of(text: str, place: Place) -> float:
    """A share from 0 to 1."""
    share = _decimal(text, place)
    if not 0 <= share <= 1:
        raise fault(f"`{text}` is not a share from 0 to 1", place)
    return share


def _decimal(text: str, place: Place) -> float:
    try:
        return float(text)
    except ValueError:
        raise fault(f"`{text}` is not a number", place) from None


def value_of(node: Node, column: Column, currency: Currency) -> Any:
    """A constant as the column holds it: days since 1970 for a date, minor units for money."""
    text = text_of(node, column.name)
    try:
        value = typed(text, column.type, currency)
    except ValueError as error:
        raise fault(f"column {column.name}: {error}", node.place) from error
    _check_known(text, column, node.place)
    if column.type.kind is Kind.DATE:
        return (date.fromisoformat(text) - _EPOCH).days
    return value


def _check_known(text: str, column: Column, place: Place) -> None:
    """Texts that the contract would refuse."""
    known = tuple(column.recode.values()) or column.allowed
    if known and text not in known:
        raise fault(f"column {column.name}: the contract knows {', '.join(known)}, not `{text}`", place)


def _day(fields: Fields, above: tuple[str, ...]) -> How:
    span = fields.fields("date", (*_SPANS, "days"))
    kinds = [kind for kind in _SPANS if kind in span]
    if len(kinds) != 1:
        raise fault(f"{fields.what}: a date has one of {', '.join(_SPANS)}", span.place)
    age = fields.integer("not_before_age", 0)
    kind = kinds[0]
    if kind == "after":
        if span.text("after") not in above:
            raise fault(f"{fields.what}: `after` names a column that stands above it", span.at("after"))
        if age:
            raise fault("`not_before_age` belongs to a date before or after the last day", span.place)
        return drawings.Day(*_pair(span, "days"), after=span.text("after"))
    least, most = _pair(span, kind)
    if kind == "days_ago":
        return drawings.Day(-most, -least, is_past=True, not_before_age=age)
    return drawings.Day(least, most, not_before_age=age)


def _pair(fields: Fields, key: str) -> tuple[int, int]:
    """A list of two whole numbers, the lower first."""
    texts = [text_of(node, key) for node in items_of(fields.node(key), key)]
    if len(texts) != 2 or not all(text.removeprefix("-").isdecimal() for text in texts):
        raise fault(f"`{key}` is a list of two whole numbers, as [30, 900]", fields.at(key))
    least, most = int(texts[0]), int(texts[1])
    if least > most:
        raise fault(f"`{key}`: the lower number stands first", fields.at(key))
    return least, most


def _person(fields: Fields, column: Column, reading: Reading) -> How:
    return drawings.WhichPerson(fields.choice("person", PERSONS))


def _trait(fields: Fields, column: Column, reading: Reading) -> How:
    name = fields.choice("trait", tuple(TRAITS))
    kind = TRAITS[name].type.kind
    if kind is column.type.kind:
        return drawings.FromTrait(name)
    if kind is Kind.INTEGER and column.type.kind is Kind.NUMBER:
        return drawings.FromTrait(name, 10**column.type.scale)
    message = f"{fields.what} is of type {column.type}, the trait `{name}` of type {TRAITS[name].type}"
    raise fault(message, fields.at("trait"))


def _month(fields: Fields, column: Column, reading: Reading) -> How:
    fields.choice("month", ("row",))
    return drawings.RowMonth()


def _year(fields: Fields, column: Column, reading: Reading) -> How:
    fields.choice("year", ("row",))
    return drawings.RowYear()


def _money(fields: Fields, column: Column, reading: Reading) -> How:
    shape = fields.fields("money", ("median", "deviation", "least", "most"))
    median, deviation, least, most = (
        _decimal(shape.text(key), shape.at(key)) for key in ("median", "deviation", "least", "most")
    )
    if not 0 < median or least > most:
        raise fault(f"{fields.what}: a median above 0, and `least` up to `most`", shape.place)
    return drawings.LogNormal(median, deviation, least, most, 10**reading.currency.minor_digits)


def _integer(fields: Fields, column: Column, reading: Reading) -> How:
    return _uniform(fields.fields("integer", ("least", "most")), 0, 10**column.type.scale)


def _number(fields: Fields, column: Column, reading: Reading) -> How:
    return _uniform(fields.fields("number", ("least", "most")), column.type.scale, 1)


def _uniform(limits: Fields, scale: int, factor: int) -> How:
    try:
        least, most = (scaled(limits.text(key), scale) for key in ("least", "most"))
    except ValueError as error:
        raise fault(f"{limits.what}: {error}", limits.place) from error
    if least > most:
        raise fault(f"{limits.what}: `least` is above `most`", limits.place)
    return drawings.Uniform(least, most, factor)


def _code(fields: Fields, column: Column, reading: Reading) -> How:
    code = fields.fields("code", ("prefix", "digits"))
    digits = code.integer("digits")
    if not 1 <= digits <= 15:
        raise fault(f"{fields.what}: 1 to 15 digits", code.at("digits"))
    error = fault(f"{fields.what}: {digits} digits are too few for so many rows; give more", code.place)
    return drawings.Code(code.text("prefix", ""), digits, error)


def _pick(fields: Fields, column: Column, reading: Reading) -> How:
    entries = entries_of(fields.node("pick"), "pick").entries
    weights = [_decimal(text_of(node, key), node.place) for key, node in entries.items()]
    if not weights or min(weights) < 0 or sum(weights) <= 0:
        raise fault(f"{fields.what}: `pick` is a map of values and their weights", fields.at("pick"))
    values = []
    for text, node in entries.items():
        _check_known(text, column, node.place)
        if column.type.kind is Kind.INTEGER and not text.removeprefix("-").isdecimal():
            raise fault(f"{fields.what}: `{text}` is not a whole number", node.place)
        values.append(text if column.type.kind is Kind.TEXT else int(text))
    return drawings.Pick(tuple(values), tuple(weights))


def _yes(fields: Fields, column: Column, reading: Reading) -> How:
    return drawings.Yes(share_of(fields.text("yes"), fields.at("yes")))


def _value(fields: Fields, column: Column, reading: Reading) -> How:
    return drawings.Fixed(value_of(fields.node("value"), column, reading.currency))


_READERS: Mapping[str, Callable[[Fields, Column, Reading], How]] = {
    "person": _person,
    "trait": _trait,
    "month": _month,
    "year": _year,
    "money": _money,
    "integer": _integer,
    "number": _number,
    "code": _code,
    "pick": _pick,
    "yes": _yes,
    "value": _value,
}
