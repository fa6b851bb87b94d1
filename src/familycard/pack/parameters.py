"""A dated parameter as the literal that is in force on a day, so that a build's SQL shows the law's figure."""

from __future__ import annotations

from datetime import date

from familycard.pack.model import Parameter, ParameterValue
from familycard.pack.scope import Name
from familycard.pack.types import Kind, Type


def parameter_name(parameter: Parameter, as_of: date, area_sql: str | None = None) -> Name:
    """What the parameter's name stands for on a day.

    A parameter by area becomes a CASE over `area_sql`, the longest matching code first; an
    unknown area gives unknown, and so does a day or an area of which the law says nothing.
    ValueError for a parameter by area where no area is at hand.
    """
    values = parameter.on(as_of)
    if not parameter.by_area:
        value = values[0] if values else None
        return Name(_literal(value, parameter.type), parameter.type, nullable=value is None)
    if area_sql is None:
        raise ValueError(f"`{parameter.id}` depends on the area, and no area is at hand here")
    return Name(_by_area(values, parameter.type, area_sql), parameter.type)


def _by_area(values: tuple[ParameterValue, ...], type_: Type, area_sql: str) -> str:
    national = next((value for value in values if value.area is None), None)
    local = sorted(
        (v for v in values if v.area is not None), key=lambda v: (-len(v.area or ""), v.area or "")
    )
    branches = [f"when {area_sql} is null then {_literal(None, type_)}"]
    branches += [
        f"when starts_with({area_sql}, {_quoted(v.area or '')}) then {_literal(v, type_)}" for v in local
    ]
    return f"(case {' '.join(branches)} else {_literal(national, type_)} end)"


def _literal(value: ParameterValue | None, type_: Type) -> str:
    return literal(None if value is None else value.value, type_)


def literal(value: int | bool | str | None, type_: Type) -> str:
    """A typed value as SQL; None is unknown.

    >>> from familycard.pack.types import MONEY
    >>> literal(-5, MONEY)
    '(-5)'
    """
    if value is None:
        return f"cast(null as {type_.sql.lower()})"
    match type_.kind:
        case Kind.BOOLEAN:
            return "true" if value else "false"
        case Kind.TEXT:
            return _quoted(str(value))
        case Kind.DATE:
            return f"date {_quoted(str(value))}"
    number = int(value)
    return f"({number})" if number < 0 else str(number)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
