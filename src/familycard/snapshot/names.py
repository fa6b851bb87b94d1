"""The names by which a snapshot can be searched, each with its type, label and sensitivity.

The same names as in a check of the pack (``docs/pack-format.md``), as far as the snapshot
holds their columns, and what the card itself says: ``card.category``, ``card.score``,
``card.unused_count``, ``card.unused_monthly``. What is sealed is never among them. What a programme
says tells of what it rests on, and is as sensitive: who is eligible for a disability's allowance has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from familycard.errors import UsageError
from familycard.indicators.tables import unit_values
from familycard.pack.contract import SENSITIVITIES
from familycard.pack.model import Indicator, Label, Pack
from familycard.pack.once import once
from familycard.pack.rules.tracing import Tracer
from familycard.pack.scope import Name, Scope
from familycard.pack.scopes import PROGRAMME_PARTS, check_scope, column
from familycard.pack.types import INTEGER, MONEY, TEXT, Kind, Type
from familycard.programmes.evaluate import subject_rows
from familycard.snapshot.facts import Origin, fact
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.reach import behind

CARD_NAMES: Mapping[str, Type] = {
    "card.category": TEXT,
    "card.score": INTEGER,
    "card.unused_count": INTEGER,
    "card.unused_monthly": MONEY,
}


@dataclass(frozen=True)
class SearchName:
    """A name that a segment's expression or columns may use."""

    name: str
    type: Type
    label: Label
    measured_in: str
    sensitivity: str
    """open, own or restricted; of a programme's outcome also sealed."""
    origins: tuple[Origin, ...]


def check_level(pack: Pack, level: str | None) -> str:
    """The level asked for, the card's unit if none; UsageError where the pack has no such kind."""
    level = level or pack.card_unit
    if level != "person" and level not in pack.units:
        known = ", ".join([*pack.units, "person"])
        raise UsageError(f"There is no kind of unit `{level}` in this snapshot; choose one of {known}.")
    return level


def search_scope(snapshot: OpenSnapshot, level: str) -> Scope:
    """The scope of a search: a check's names whose columns the snapshot has, and the card's."""
    return snapshot.remember(("search scope", level), lambda: _search_scope(snapshot, level))


def _search_scope(snapshot: OpenSnapshot, level: str) -> Scope:
    scope = check_scope(snapshot.pack, level, snapshot.catalogue.as_of)
    columns = _columns(snapshot, level)
    known = {name: Name(column(name), type_) for name, type_ in _card_names(snapshot.pack, level).items()}
    for name in scope.known_names():
        found = scope.resolve(name)
        if found is not None and (found.sql != column(name) or found.sql in columns):
            known[name] = found
    return replace(scope, resolve=known.get, known_names=lambda: list(known))


def search_names(snapshot: OpenSnapshot, level: str | None = None) -> dict[str, SearchName]:
    """All names with a column of their own (parameters and dates are none), without what is sealed."""
    level = check_level(snapshot.pack, level)
    return snapshot.remember(("search names", level), lambda: _search_names(snapshot, level))


def _search_names(snapshot: OpenSnapshot, level: str) -> dict[str, SearchName]:
    pack = snapshot.pack
    scope, tracer = search_scope(snapshot, level), Tracer(pack)
    names = {}
    for name in scope.known_names():
        found = scope.resolve(name)
        if found is not None and found.sql == column(name) and not is_sealed(tracer, name):
            names[name] = _described(snapshot, name, found.type)
    return names


def is_sealed(tracer: Tracer, name: str) -> bool:
    """Whether a name, or anything that it rests on, is sealed. A programme's outcome is a fact of its own."""
    return highest_sensitivity(tracer, [name]) == "sealed"


def highest_sensitivity(tracer: Tracer, names: Iterable[str]) -> str:
    """The highest sensitivity of names and of all that they rest on: open, own, restricted or sealed."""
    basis = tracer.names(names)
    found = {tracer.pack.sources[source].by_name[c].sensitivity for source, c in basis.columns}
    found |= {tracer.pack.indicators[id_].sensitivity for id_ in basis.indicators}
    return max(found, key=SENSITIVITIES.index, default="own")


@once
def sensitivity_by_programme(pack: Pack) -> Mapping[str, str]:
    """How sensitive each programme's outcome is: as much as the most sensitive of all that it rests on."""
    tracer = Tracer(pack)
    return {id_: highest_sensitivity(tracer, behind(pack, p).names) for id_, p in pack.programmes.items()}


def _described(snapshot: OpenSnapshot, name: str, type_: Type) -> SearchName:
    pack = snapshot.pack
    currency = pack.currency if type_.kind is Kind.MONEY else ""
    if name in CARD_NAMES:
        return SearchName(name, type_, {}, currency, "own", ())
    shown = fact(snapshot.catalogue, name, None)
    return SearchName(
        name, type_, shown.label, shown.measured_in or currency, _sensitivity(pack, name), shown.origins
    )


def _sensitivity(pack: Pack, name: str) -> str:
    last = name.rpartition(".")[2]
    if name.startswith("programme."):
        return sensitivity_by_programme(pack)[name.split(".")[1]]
    if last in pack.indicators:
        return _of_indicator(pack, pack.indicators[last])
    attribute = pack.sources[pack.people.source].by_name.get(last)
    return attribute.sensitivity if attribute else "own"


def _of_indicator(pack: Pack, indicator: Indicator) -> str:
    """What the pack says; never less than the columns that the indicator is taken from."""
    if indicator.source is not None:
        basis = Tracer(pack).rows(pack.sources[indicator.source], indicator.where, indicator.person)
        if any(pack.sources[s].by_name[c].sensitivity == "restricted" for s, c in basis.columns):
            return "restricted"
    return indicator.sensitivity


def _columns(snapshot: OpenSnapshot, level: str) -> set[str]:
    """The quoted columns that rows of a level can have."""
    engine, pack = snapshot.engine, snapshot.pack
    columns = _quoted(engine.arrow(f"{subject_rows(pack, level, [])} limit 0").column_names)
    for kind in pack.units if level == "person" else ():
        values = engine.arrow(f"select * from {unit_values(kind)} limit 0").column_names
        columns |= _quoted(f"{kind}__{value}" for value in values)
        programmes = (p.id for p in pack.programmes.values() if p.unit == kind)
        columns |= {column(f"{id_}.{part}") for id_ in programmes for part in PROGRAMME_PARTS}
    return columns


def _quoted(names: Iterable[str]) -> set[str]:
    return {f'"{name}"' for name in names}


def _card_names(pack: Pack, level: str) -> dict[str, Type]:
    """The card's names, for the card's unit and for persons; no category without a scorecard."""
    if level not in (pack.card_unit, "person"):
        return {}
    has_score = pack.card_scorecard is not None
    return {n: t for n, t in CARD_NAMES.items() if has_score or n.startswith("card.unused")}
