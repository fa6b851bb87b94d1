"""Whether everything that a pack names by id exists and is of the right kind.

Names inside expressions are not looked at here: lint compiles those in their scopes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from familycard.errors import PackError
from familycard.pack.model import (
    Fit,
    Indicator,
    Pack,
    Place,
    Programme,
    Scorecard,
    Statistic,
    Tie,
    TieMapping,
)
from familycard.pack.reading.fields import fault
from familycard.pack.scopes import is_of_persons, is_of_units, people_attributes, person_type
from familycard.pack.types import BOOLEAN, DATE, TEXT, Kind, Type

_PEOPLE_COLUMNS: dict[str, tuple[Type, bool]] = {
    "birth_date": (DATE, True),
    "sex": (TEXT, True),
    "address": (TEXT, False),
    "area": (TEXT, False),
}
"""Columns of the people source: type, whether it must exist."""
RESERVED = [
    "as_of",
    "members",
    "area",
    "unit",
    "person",
    "composition_known",
    "same_address",
    "via",
    "period",
    "programme",
    "statistic",
]


def reference_faults(pack: Pack) -> Iterator[PackError]:
    """Every reference that leads nowhere, in the order of the files."""
    finders: tuple[Callable[[Pack], Iterator[PackError]], ...] = (
        _people,
        _card,
        _contracts,
        _units,
        _names,
        _indicators,
        _scorecards,
        _fits,
        _programmes,
        _checks,
        _statistics,
    )
    return chain.from_iterable(finder(pack) for finder in finders)


def _people(pack: Pack) -> Iterator[PackError]:
    place = Place(str(pack.path / "pack.yaml"))
    hiding = pack.people.confidential_address
    if hiding is not None and not _is_yes_or_no_of_a_person(pack, hiding):
        yield fault(
            f"people: `confidential_address: {hiding}` is no yes or no indicator of a person",
            pack.people.place,
        )
    if pack.people.identifier not in pack.identifiers:
        yield fault(f"people: identifier `{pack.people.identifier}` is not among `identifiers`", place)
    source = pack.sources.get(pack.people.source)
    if source is None:
        yield fault(f"people: there is no contract sources/{pack.people.source}.yaml", place)
        return
    subject = source.by_name.get(source.subject or "")
    if subject is None or subject.identifies != pack.people.identifier:
        message = f"the people source needs a subject that identifies `{pack.people.identifier}`"
        yield PackError(message, source.file)
    for name, (type_, is_needed) in _PEOPLE_COLUMNS.items():
        column = source.by_name.get(name)
        if column is None and is_needed:
            yield PackError(f"the people source has no column `{name}`; add it", source.file)
        elif column is not None and column.type != type_:
            yield PackError(f"column `{name}` is {column.type}, it must be {type_}", source.file, column.line)


def _is_yes_or_no_of_a_person(pack: Pack, name: str) -> bool:
    indicator = pack.indicators.get(name)
    return indicator is not None and is_of_persons(indicator) and person_type(indicator) == BOOLEAN


def _card(pack: Pack) -> Iterator[PackError]:
    place = Place(str(pack.path / "pack.yaml"))
    if pack.card_unit not in pack.units:
        yield fault(f"card: `{pack.card_unit}` is no kind of unit in units.yaml", place)
    if pack.card_scorecard is not None:
        scorecard = pack.scorecards.get(pack.card_scorecard)
        if scorecard is None:
            yield fault(f"card: there is no scorecards/{pack.card_scorecard}.yaml", place)
        elif scorecard.unit != pack.card_unit:
            yield fault(
                f"card: scorecard `{scorecard.id}` is of {scorecard.unit}, not {pack.card_unit}", place
            )


def _contracts(pack: Pack) -> Iterator[PackError]:
    for source in pack.sources.values():
        for column in source.columns:
            if column.identifies is not None and column.identifies not in pack.identifiers:
                message = f"`{column.name}` identifies `{column.identifies}`, which pack.yaml does not name"
                yield PackError(message, source.file, column.line)
        if source.subject_of is not None and source.subject_of not in people_attributes(pack):
            message = f"`familycard.subject_of: {source.subject_of}` is no column of the people source"
            yield PackError(message, source.file)


def _units(pack: Pack) -> Iterator[PackError]:
    for unit in pack.units.values():
        if unit.id == pack.card_unit and unit.excludes is not None:
            yield fault(
                f"unit {unit.id} is the card's and must leave nobody out; drop `excludes`", unit.place
            )
        if unit.id == pack.card_unit and (unit.covers != "everyone" or unit.by):
            yield fault(f"unit {unit.id} is the card's: it is formed by ties and covers everyone", unit.place)
        if unit.by is not None and unit.by not in people_attributes(pack):
            yield fault(f"unit {unit.id}: the people source has no column `{unit.by}`", unit.place)
        for tie in unit.all_ties:
            for mapping in tie.mappings:
                yield from _mapping(pack, tie, mapping)


def _mapping(pack: Pack, tie: Tie, mapping: TieMapping) -> Iterator[PackError]:
    source = pack.sources.get(mapping.source)
    if source is None:
        yield fault(f"tie {tie.id}: there is no contract sources/{mapping.source}.yaml", tie.place)
        return
    for role, name in mapping.columns.items():
        column = source.by_name.get(name)
        if column is None or column.identifies is None:
            yield fault(f"tie {tie.id}: {role}: `{name}` is no identifying column of {source.id}", tie.place)
    if tie.started is not None:
        started = source.by_name.get(tie.started)
        if started is None or started.type != DATE:
            yield fault(f"tie {tie.id}: started: `{tie.started}` is no date column of {source.id}", tie.place)


def _names(pack: Pack) -> Iterator[PackError]:
    """One name, one meaning: an expression must not have to guess."""
    attributes = people_attributes(pack)
    for indicator in pack.indicators.values():
        if indicator.id in RESERVED or indicator.id in pack.units:
            yield fault(f"indicator `{indicator.id}` has a reserved name; choose another", indicator.place)
        if indicator.id in attributes:
            yield fault(
                f"`{indicator.id}` is already a column of the people source; rename it", indicator.place
            )
        if indicator.id in pack.parameters:
            yield fault(f"`{indicator.id}` is already a parameter; rename one", indicator.place)
    for parameter in pack.parameters.values():
        if parameter.id in RESERVED or parameter.id in attributes or parameter.id in pack.units:
            yield fault(f"parameter `{parameter.id}` has a reserved name; choose another", parameter.place)


def _indicators(pack: Pack) -> Iterator[PackError]:
    for indicator in pack.indicators.values():
        if indicator.source is None:
            continue
        source = pack.sources.get(indicator.source)
        if source is None:
            message = f"indicator {indicator.id}: there is no contract sources/{indicator.source}.yaml"
            yield fault(message, indicator.place)
        elif indicator.by is not None:
            column = source.by_name.get(indicator.by)
            if column is None or (column.identifies is None and indicator.by != source.subject):
                message = (
                    f"indicator {indicator.id}: by: `{indicator.by}` is no identifying column of {source.id}"
                )
                yield fault(message, indicator.place)
        elif source.subject is None:
            message = (
                f"indicator {indicator.id}: {source.id} has no subject; say `by:` which identifying column"
            )
            yield fault(message, indicator.place)


def _scorecards(pack: Pack) -> Iterator[PackError]:
    for scorecard in pack.scorecards.values():
        if scorecard.unit not in pack.units:
            yield fault(f"scorecard {scorecard.id}: `{scorecard.unit}` is no kind of unit", scorecard.place)
        yield from _terms(pack, scorecard)


def _terms(pack: Pack, scorecard: Scorecard) -> Iterator[PackError]:
    seen = set()
    for term in scorecard.terms:
        if term.id in seen:
            yield fault(f"term `{term.id}` stands there twice; rename one", term.place)
        seen.add(term.id)
        for name in term.named:
            if name != "members" and not _unit_indicator(pack, name):
                yield fault(f"term {term.id}: `{name}` is no indicator of units", term.place)


def _fits(pack: Pack) -> Iterator[PackError]:
    for fit in pack.fits.values():
        if fit.unit not in pack.units:
            yield fault(f"fit {fit.id}: `{fit.unit}` is no kind of unit", fit.place)
        for name in fit.indicators:
            if name != "members" and not _unit_indicator(pack, name):
                yield fault(f"fit {fit.id}: indicators: `{name}` is no indicator of units", fit.place)
            if fit.indicators.count(name) > 1:
                yield fault(f"fit {fit.id}: indicators: `{name}` stands there twice; drop one", fit.place)
        for one in fit.candidates:
            indicator = pack.indicators.get(one.indicator)
            if one.direction and indicator is not None and indicator.type.kind == Kind.TEXT:
                message = f"fit {fit.id}: `{one.indicator}` is a text, of which nothing rises; drop `points`"
                yield fault(message, fit.place)
        yield from _described(pack, fit)


def _described(pack: Pack, fit: Fit) -> Iterator[PackError]:
    """What a fit tells families apart by; the names of the survey itself may be columns of its own."""
    for name in (*(group.by for group in fit.groups), *fit.alike):
        of_head = name.removeprefix("head.")
        is_known = of_head in people_attributes(pack) if of_head != name else name == "members"
        if not is_known and not (of_head == name and _unit_indicator(pack, name)):
            yield fault(
                f"fit {fit.id}: `{name}` is neither an indicator of units nor `head.<attribute>`", fit.place
            )


def _unit_indicator(pack: Pack, name: str) -> Indicator | None:
    indicator = pack.indicators.get(name)
    return indicator if indicator is not None and is_of_units(indicator) else None


def _of_level(pack: Pack, name: str, level: str) -> Indicator | None:
    """The indicator, if persons (for `person`) or units (for a kind of unit) have it."""
    if level != "person":
        return _unit_indicator(pack, name)
    indicator = pack.indicators.get(name)
    return indicator if indicator is not None and is_of_persons(indicator) else None


def _level(pack: Pack, level: str) -> bool:
    return level == "person" or level in pack.units


def _programmes(pack: Pack) -> Iterator[PackError]:
    for programme in pack.programmes.values():
        what = f"programme {programme.id}"
        if not _level(pack, programme.unit):
            yield fault(f"{what}: `{programme.unit}` is neither `person` nor a kind of unit", programme.place)
        if programme.received is not None:
            received = _of_level(pack, programme.received, programme.unit)
            if received is None:
                message = f"{what}: received: `{programme.received}` is no indicator of {programme.unit}"
                yield fault(message, programme.place)
            elif received.type.kind not in (Kind.MONEY, Kind.BOOLEAN):
                yield fault(f"{what}: received: `{received.id}` must be money or boolean", programme.place)
        yield from _others(pack, programme)
        yield from _conditions(programme)


def _others(pack: Pack, programme: Programme) -> Iterator[PackError]:
    for other_id in (*programme.exclusive_with, *programme.excluded_by):
        other = pack.programmes.get(other_id)
        if other is None or other_id == programme.id:
            yield fault(f"programme {programme.id}: `{other_id}` is no other programme", programme.place)
        elif other.unit != programme.unit and programme.unit != "person":
            message = f"programme {programme.id}: `{other_id}` is for {other.unit}, not for {programme.unit}"
            yield fault(message, programme.place)


def _conditions(programme: Programme) -> Iterator[PackError]:
    ids = [condition.id for condition in programme.conditions]
    for condition in programme.conditions:
        if ids.count(condition.id) > 1:
            yield fault(f"condition `{condition.id}` stands there twice; rename one", condition.when.place)
    for case in programme.cases:
        for key in ("failed", "unknown"):
            for name in case.expect.get(key, ()):
                if name not in ids:
                    yield fault(f"case `{case.name}`: {key}: `{name}` is no condition", case.place)


def _checks(pack: Pack) -> Iterator[PackError]:
    for check in pack.checks.values():
        if not _level(pack, check.unit):
            yield fault(
                f"check {check.id}: `{check.unit}` is neither `person` nor a kind of unit", check.place
            )
        for name in check.shows:
            if not _shown(pack, name, check.unit):
                yield fault(f"check {check.id}: shows: `{name}` is no indicator of {check.unit}", check.place)


def _shown(pack: Pack, name: str, level: str) -> bool:
    is_attribute = level == "person" and name in people_attributes(pack)
    return is_attribute or name == "members" or _of_level(pack, name, level) is not None


def _statistics(pack: Pack) -> Iterator[PackError]:
    for statistic in pack.statistics.values():
        if not _level(pack, statistic.level):
            message = f"statistic {statistic.id}: `{statistic.level}` is neither `person` nor a kind of unit"
            yield fault(message, statistic.place)
        yield from _measures(pack, statistic)


def _measures(pack: Pack, statistic: Statistic) -> Iterator[PackError]:
    for name in statistic.named:
        if name == "members" and statistic.level != "person":
            continue
        indicator = _of_level(pack, name, statistic.level)
        if indicator is None:
            message = f"statistic {statistic.id}: `{name}` is no indicator of {statistic.level}"
            yield fault(message, statistic.place)
