"""The names at hand in each place of a pack, typed: the table of ``docs/pack-format.md``.

Lint types every expression in these scopes, and a build compiles it in the same ones, so
they cannot drift apart. A name's SQL is a quoted column: a dotted name is joined by two
underscores (``child.birth_date`` is ``"child__birth_date"``, ``programme.asp.status`` is
``"asp__status"``), which no id may contain. Parameters, ``as_of`` and periods are literals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from familycard.pack.contract import Column, Source
from familycard.pack.model import Indicator, Pack, Statistic, Tie, TieMapping
from familycard.pack.parameters import literal, parameter_name
from familycard.pack.periods import period_days
from familycard.pack.scope import Compiled, Name, Scope
from familycard.pack.types import BOOLEAN, DATE, INTEGER, MONEY, TEXT, Kind, Type

Names = dict[str, Name]

PROGRAMME_PARTS: Mapping[str, Type] = {"status": TEXT, "amount": MONEY, "received": BOOLEAN}
SHARE = Type(Kind.NUMBER, 4)
"""Shares and Gini coefficients in statistics: per cent with four digits."""


def column(name: str) -> str:
    """The quoted SQL column of a dotted name.

    >>> column("programme.asp.status"), column("child.birth_date")
    ('"asp__status"', '"child__birth_date"')
    """
    return '"' + name.removeprefix("programme.").replace(".", "__") + '"'


def person_type(indicator: Indicator) -> Type:
    """The type of a person's value; what is counted over a unit's members is a yes or no of each."""
    return BOOLEAN if indicator.unit == "count" else indicator.type


def is_of_persons(indicator: Indicator) -> bool:
    """Whether persons have the indicator."""
    return indicator.level == "person"


def is_of_units(indicator: Indicator) -> bool:
    """Whether units have the indicator: by a formula, or summed up over their members."""
    return indicator.level == "unit" or indicator.unit is not None


def people_attributes(pack: Pack) -> dict[str, Column]:
    """The columns of the people source that every person has; its identifiers are none."""
    source = pack.sources.get(pack.people.source)
    return {c.name: c for c in source.columns if c.identifies is None} if source else {}


def contract_scope(pack: Pack, source: Source) -> Scope:
    """A contract's own rules and derived columns: the file's columns; identifiers still as text."""
    names = {
        c.name: Name(column(c.name), c.type, c.is_nullable, absent=f"{column(c.name)} is null")
        for c in source.columns
        if c.derived is None
    }
    return _scope(pack, names)


def source_scope(
    pack: Pack,
    source: Source,
    as_of: date,
    period: str | None = None,
    *,
    aggregates: bool = False,
    row_filter: Compiled | None = None,
) -> Scope:
    """An indicator's `where` and, with `aggregates`, its `person`; the people source's `resident`."""
    names = _columns(source)
    for identifying in source.columns:
        if identifying.identifies == pack.people.identifier:
            names |= _attributes(pack, identifying.name, asks_absence=True)
    names = {id_: replace(name, per_row=True) for id_, name in names.items()}
    names |= _as_of(as_of) | _parameters(pack, as_of, None)
    if period is not None:
        start, end = period_days(period, as_of)
        names["period.start"] = Name(literal(start.isoformat(), DATE), DATE, nullable=False)
        names["period.end"] = Name(literal(end.isoformat(), DATE), DATE, nullable=False)
    return _scope(pack, names, aggregates=aggregates, row_filter=row_filter)


def person_scope(pack: Pack, as_of: date) -> Scope:
    """A person's formula, and a unit's `excludes`."""
    return _scope(pack, _person_names(pack, as_of))


def unit_scope(pack: Pack, as_of: date) -> Scope:
    """A unit's formula; the same for every kind of unit."""
    return _scope(pack, _unit_names(pack, as_of))


def scorecard_scope(pack: Pack, as_of: date) -> Scope:
    """A scorecard's terms and adjustments: a unit's indicators, never where it lives."""
    names = _unit_names(pack, as_of)
    del names["area"]
    return _scope(pack, names)


def programme_scope(pack: Pack, unit: str, as_of: date) -> Scope:
    """Conditions and amount of a programme for a kind of unit or for ``person``."""
    return _scope(pack, _programme_names(pack, unit, as_of))


def check_scope(pack: Pack, unit: str, as_of: date) -> Scope:
    """A check: as a programme of that unit or person."""
    return programme_scope(pack, unit, as_of)


def statistic_scope(pack: Pack, statistic: Statistic, as_of: date) -> Scope:
    """A statistic: as a check of its level, with the statistics before it."""
    names = _programme_names(pack, statistic.level, as_of)
    for earlier in pack.statistics.values():
        if earlier.id == statistic.id:
            break
        name = f"statistic.{earlier.id}"
        names[name] = Name(column(name), statistic_type(pack, earlier))
    return _scope(pack, names)


def statistic_type(pack: Pack, statistic: Statistic) -> Type:
    """The type of a statistic's result: a count, per cent with four digits, or that of its value."""
    if statistic.kind == "count":
        return INTEGER
    if statistic.kind in ("share", "gini"):
        return SHARE
    indicator = pack.indicators.get(statistic.value or "")
    return indicator.type if indicator else INTEGER


def tie_scope(pack: Pack, tie: Tie, mapping: TieMapping, as_of: date) -> Scope:
    """`when`, `unless` and `prefer` of a tie or an attachment, for the rows of one of its sources."""
    names = _columns(pack.sources[mapping.source])
    for role in tie.between:
        names |= _attributes(pack, role)
        for indicator in filter(is_of_persons, pack.indicators.values()):
            name = f"{role}.{indicator.id}"
            names[name] = Name(column(name), person_type(indicator))
    names["same_address"] = Name(column("same_address"), BOOLEAN)
    # The same for all rows of a mapping: a literal lets the engine settle such conditions once.
    names["via"] = Name(literal(mapping.via or mapping.source, TEXT), TEXT, nullable=False)
    return _scope(pack, names | _as_of(as_of) | _parameters(pack, as_of, None))


def _scope(
    pack: Pack, names: Names, *, aggregates: bool = False, row_filter: Compiled | None = None
) -> Scope:
    return Scope(
        names.get,
        aggregates=aggregates,
        leap_day=pack.leap_day,
        minor_digits=pack.minor_digits,
        currency=pack.currency,
        row_filter=row_filter,
        known_names=lambda: list(names),
    )


def _columns(source: Source) -> Names:
    """A source's columns as stored: an identifier is the person's number. Only these can be absent."""
    names = {}
    for c in source.columns:
        sql = column(c.name)
        names[c.name] = Name(sql, INTEGER if c.identifies else c.type, c.is_nullable, absent=f"{sql} is null")
    return names


def _attributes(pack: Pack, role: str | None, *, asks_absence: bool = False) -> Names:
    """People's attributes, of a role or of the person at hand.

    With `asks_absence` one may ask `mother.died_on is null`: true only of a mother whose row in
    the people source is known (``"mother__is_known"``), unknown of any other.
    """
    names = {}
    for attribute in people_attributes(pack).values():
        name = f"{role}.{attribute.name}" if role else attribute.name
        sql = column(name)
        absent = f"case when {column(f'{role}.is_known')} then {sql} is null end" if asks_absence else None
        names[name] = Name(sql, attribute.type, absent=absent)
    return names


def _person_names(pack: Pack, as_of: date) -> Names:
    names = _attributes(pack, None) | _as_of(as_of)
    names |= _parameters(pack, as_of, column("area") if "area" in names else None)
    for indicator in filter(is_of_persons, pack.indicators.values()):
        names[indicator.id] = Name(column(indicator.id), person_type(indicator))
    return names


def _unit_names(pack: Pack, as_of: date) -> Names:
    names = _as_of(as_of) | _parameters(pack, as_of, column("area"))
    for indicator in filter(is_of_units, pack.indicators.values()):
        names[indicator.id] = Name(column(indicator.id), indicator.type)
    names["members"] = Name(column("members"), INTEGER)
    names["area"] = Name(column("area"), TEXT)
    return names


def _programme_names(pack: Pack, unit: str, as_of: date) -> Names:
    if unit != "person":
        return _unit_names(pack, as_of) | _programme_parts(pack, {unit})
    names = _person_names(pack, as_of)
    for kind in pack.units:
        for name, of_unit in _unit_names(pack, as_of).items():
            if of_unit.sql == column(name):
                names[f"{kind}.{name}"] = Name(column(f"{kind}.{name}"), of_unit.type)
    return names | _programme_parts(pack, {"person", *pack.units})


def _programme_parts(pack: Pack, units: set[str]) -> Names:
    names = {}
    for programme in pack.programmes.values():
        if programme.unit in units:
            for part, type_ in PROGRAMME_PARTS.items():
                name = f"programme.{programme.id}.{part}"
                sql = column(name)
                # What cannot be told is unknown to whoever asks: `status = 'eligible'` must not be false then.
                names[name] = Name(f"nullif({sql}, 'cannot_tell')" if part == "status" else sql, type_)
    return names


def _as_of(as_of: date) -> Names:
    return {"as_of": Name(literal(as_of.isoformat(), DATE), DATE, nullable=False)}


def _parameters(pack: Pack, as_of: date, area_sql: str | None) -> Names:
    return {
        parameter.id: parameter_name(parameter, as_of, area_sql)
        for parameter in pack.parameters.values()
        if area_sql is not None or not parameter.by_area
    }
