"""A fact: one value with its label, unit, sources, dates and law, ready to be shown or contested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

from familycard.pack.dependencies import expression_names
from familycard.pack.model import Label, Pack, Parameter
from familycard.pack.scopes import PROGRAMME_PARTS, column, people_attributes
from familycard.pack.types import INTEGER, TEXT, Type
from familycard.snapshot.catalogue import Catalogue
from familycard.sources.linkage.links import Link, Links

MEMBERS: Label = {"en": "Members", "ru": "Членов", "kk": "Мүшелер саны", "es": "Miembros", "az": "Üzvlər"}
FACTS_KEPT = 8_192
"""Names whose descriptions are remembered, of all snapshots that are open."""
AREA: Label = {"en": "Area", "ru": "Район", "kk": "Аудан", "es": "Zona", "az": "Ərazi"}


@dataclass(frozen=True)
class Origin:
    """The source behind a value: whose register, and the date of the extract."""

    source: str
    title: str
    titles: Label
    owner: str
    contact: str
    extracted_on: date | None
    stale: bool = False


@dataclass(frozen=True)
class Fact:
    """One value as an explanation shows it; `value` None is unknown."""

    name: str
    label: Label
    value: Any
    type: Type
    measured_in: str = ""
    origins: tuple[Origin, ...] = ()
    law: str = ""
    verified: bool = True
    sensitivity: str = "open"
    disputable: bool = False
    own_step: Label = field(default_factory=dict)
    value_labels: Mapping[str, Label] = field(default_factory=dict)
    linked: tuple[Link, ...] = ()
    """The rows behind it that do not name their person; whoever shows the value says so."""

    @property
    def is_known(self) -> bool:
        """Whether there is a value."""
        return self.value is not None


def fact(catalogue: Catalogue, name: str, value: Any, area: str | None = None) -> Fact:
    """What a name of an expression stands for, with a subject's value of it and, for parameters, its area."""
    if name.rpartition(".")[2] in catalogue.pack.parameters and not name.startswith("programme."):
        return parameter_fact(catalogue.pack.parameters[name.rpartition(".")[2]], catalogue.as_of, area)
    known = _described(catalogue, name)
    return known if value is None else replace(known, value=value)


@lru_cache(FACTS_KEPT)
def _described(catalogue: Catalogue, name: str) -> Fact:
    """The fact of a name, of an unknown value: all but the value is the same for everybody."""
    pack = catalogue.pack
    last = name.rpartition(".")[2]
    value = None
    if name.startswith("programme."):
        _, id_, part = name.split(".")
        programme = pack.programmes[id_]
        return Fact(
            name,
            programme.title,
            value,
            PROGRAMME_PARTS[part],
            law=programme.law,
            verified=programme.verified,
        )
    if last in pack.indicators:
        return _indicator_fact(catalogue, name, last, value)
    people = (origin(catalogue, pack.people.source),)
    if last == "members":
        return Fact(name, MEMBERS, value, INTEGER, "persons", origins_of(catalogue, tie_sources(pack, name)))
    attribute = people_attributes(pack).get(last)
    label: Label = (
        AREA if last == "area" else {pack.languages[0]: attribute.description if attribute else last}
    )
    type_ = attribute.type if attribute else TEXT
    return Fact(name, label, value, type_, origins=people, sensitivity="own", disputable=True)


def _indicator_fact(catalogue: Catalogue, name: str, id_: str, value: Any) -> Fact:
    indicator = catalogue.pack.indicators[id_]
    return Fact(
        name=name,
        label=indicator.label,
        value=value,
        type=indicator.type,
        measured_in=indicator.measured_in,
        origins=origins_of(catalogue, sources_of(catalogue.pack, id_)),
        law=indicator.law,
        sensitivity=indicator.sensitivity,
        disputable=indicator.disputable,
        own_step=indicator.own_step,
        value_labels=indicator.value_labels,
    )


def parameter_fact(parameter: Parameter, as_of: date, area: str | None) -> Fact:
    """A parameter's value in force on a date (in an area, where it depends on it), with its law."""
    fitting = [v for v in parameter.on(as_of) if v.area is None or (area or "").startswith(v.area)]
    value = max(fitting, key=lambda v: len(v.area or ""), default=None)
    if value is None:
        return Fact(parameter.id, parameter.label, None, parameter.type)
    return Fact(
        parameter.id, parameter.label, value.value, parameter.type, law=value.law, verified=value.verified
    )


def sources_of(pack: Pack, indicator: str) -> list[str]:
    """The sources that an indicator rests on, directly or through formulas."""
    found: dict[str, None] = {}
    waiting, seen = [indicator], set[str]()
    while waiting:
        id_ = waiting.pop()
        if id_ in seen or id_ not in pack.indicators:
            if id_ in people_attributes(pack):
                found[pack.people.source] = None
            continue
        seen.add(id_)
        one = pack.indicators[id_]
        if one.source is not None:
            found[one.source] = None
        waiting += sorted(expression_names(one.formula))
    return sorted(found)


def tie_sources(pack: Pack, name: str) -> list[str]:
    """The sources of the ties of the unit kind that a dotted name speaks of, else of the card's."""
    kind = pack.units.get(name.partition(".")[0], pack.units[pack.card_unit])
    return sorted({pack.people.source, *kind.sources})


def origins_of(catalogue: Catalogue, sources: Iterable[str]) -> tuple[Origin, ...]:
    """Origins of several sources."""
    return tuple(origin(catalogue, source) for source in sources)


def origin(catalogue: Catalogue, source: str) -> Origin:
    """Whose register a source is, and how old its extract."""
    contract = catalogue.pack.sources[source]
    load = catalogue.loads.get(source)
    return Origin(
        source,
        contract.title,
        contract.titles,
        contract.owner,
        contract.contact,
        load.extracted_on if load else None,
        bool(load and load.stale),
    )


class Explained(Protocol):
    """A result with the values that it was computed from."""

    @property
    def row(self) -> Mapping[str, Any]: ...
    @property
    def links(self) -> Links: ...


def facts(catalogue: Catalogue, explained: Explained, names: Iterable[str]) -> tuple[Fact, ...]:
    """Facts of several names from the row of a result (`as_of` and literals are none)."""
    shown, row = [], explained.row
    for name in sorted(names):
        key = column(name).strip('"')
        if name == "as_of" or name.startswith("period."):
            continue
        found, linked = fact(catalogue, name, row.get(key), row.get("area")), explained.links.of(name)
        shown.append(replace(found, linked=linked) if linked else found)
    return tuple(shown)
