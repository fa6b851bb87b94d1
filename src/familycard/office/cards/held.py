"""The data held about one person: register by register, each fact with its date, freshness and owner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import Http404

from familycard.office.cards.attributes import attribute_words
from familycard.office.cards.family import Family, ShownMember
from familycard.office.cards.limits import sensitivity_of, tells_of_others
from familycard.pack.contract import Source
from familycard.pack.model import Label
from familycard.pack.scopes import people_attributes, person_type
from familycard.snapshot.facts import Fact, origin


@dataclass(frozen=True)
class Register:
    """What one register says of a person."""

    source: str
    titles: Label
    owner: str
    contact: str
    extracted_on: date | None
    is_stale: bool
    facts: tuple[Fact, ...]
    """What it says; a no and a nothing are counted by `nothing_of` alone."""
    nothing_of: tuple[Fact, ...]


def registers_of(family: Family, member: ShownMember) -> tuple[Register, ...]:
    """All registers with what they say of a member whose data may be shown, in the pack's order."""
    family.access.look([member.reference])
    row = family.reader.persons([member.person])[member.person]
    links = family.reader.links_of(member.person, (name for _, name in _names(family)))
    by_source: dict[str, list[Fact]] = {}
    for source, name in _names(family):
        shown = replace(_fact(family, name, row[name]), linked=links.of(name))
        by_source.setdefault(source, []).append(shown)
    return tuple(_register(family, source, found) for source, found in by_source.items())


def fact_about(family: Family, member: ShownMember, name: str) -> Fact:
    """One fact of a member by its name; Http404 where there is none that may be shown."""
    names = {known for _, known in _names(family)}
    if name not in names:
        raise Http404
    family.access.look([member.reference])
    return _fact(family, name, family.reader.persons([member.person])[member.person][name])


def _fact(family: Family, name: str, value: Any) -> Fact:
    """A person's value, whose type may differ from that of the family's: a yes or no is counted there."""
    found, indicator = family.reader.fact_of(name, value), family.reader.pack.indicators.get(name)
    if indicator is None:
        words = attribute_words(name)
        return replace(found, label=words.label or found.label, value_labels=words.values)
    return replace(found, type=person_type(indicator))


def _names(family: Family) -> list[tuple[str, str]]:
    """(register, name) of all that may be shown of a person: the same for everybody."""
    level = family.sight.sensitivity
    return family.reader.snapshot.remember(("held", level), lambda: _find_names(family))


def _find_names(family: Family) -> list[tuple[str, str]]:
    reader, pack = family.reader, family.reader.pack
    people = pack.sources[pack.people.source]
    attributes = [(people.id, a) for a in people_attributes(pack) if _is_displayed(people, a)]
    indicators = [(i.source, i.id) for i in pack.indicators.values() if i.source and i.level == "person"]
    held = reader.persons_columns
    return [
        (source, name)
        for source, name in attributes + indicators
        if name in held
        and family.sight.allows(sensitivity_of(reader, [name]))
        and not tells_of_others(reader, [name])
    ]


def _is_displayed(people: Source, attribute: str) -> bool:
    """Whether a contract permits to show an attribute; an address it does not, so no page has one."""
    column = people.by_name.get(attribute)
    return column is not None and "display" in column.uses and column.identifies is None


def _register(family: Family, source: str, found: list[Fact]) -> Register:
    known = origin(family.reader.snapshot.catalogue, source)
    contract = family.reader.pack.sources[source]
    return Register(
        source=source,
        titles=contract.titles or {"en": contract.title},
        owner=known.owner,
        contact=known.contact,
        extracted_on=known.extracted_on,
        is_stale=known.stale,
        facts=tuple(one for one in found if not _says_nothing(family, one)),
        nothing_of=tuple(one for one in found if _says_nothing(family, one)),
    )


def _says_nothing(family: Family, one: Fact) -> bool:
    """A no, a nothing, or no record of what has no value without one (a date of death, a cause)."""
    indicator = family.reader.pack.indicators.get(one.name)
    without_rows = indicator.no_rows if indicator else None
    if one.value is None:
        return without_rows is None
    return one.value is False or one.value == 0 or str(one.value) == str(without_rows)
