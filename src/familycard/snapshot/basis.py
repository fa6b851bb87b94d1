"""What a result rests on: the values of persons at the bottom of it, and the law on top of them.

Two snapshots are compared by both. *Leaves* are attributes of people and indicators taken
from sources, which no formula of the pack made, and formulas that name the date itself, such
as an age: time changes them, not the law. The *law* of a result is everything in the
pack that turns leaves into it: conditions in force on the date, amounts, points, formulas,
the parameters' values on the date, and the ties that form its units. Labels, reasons and
places in files are no law.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from familycard.pack.dependencies import expression_names
from familycard.pack.model import Expression, Pack, Programme, UnitKind
from familycard.pack.scopes import people_attributes
from familycard.programmes.resting import names_of_programme
from familycard.programmes.rule import shut_out_by
from familycard.snapshot.reach import names_of_scorecard

CATEGORY = "category"
_NO_LAW = {
    "place",
    "label",
    "title",
    "why",
    "law",
    "summary",
    "cases",
    "own_step",
    "card",
    "sensitivity",
    "disputable",
}
_NO_LAW |= {
    "measured_in",
    "sphere",
    "verified",
    "provenance",
    "category_labels",
    "needs",
    "route",
    "payee",
    "discretion",
}


@dataclass(frozen=True)
class ResultBasis:
    """What one result (the category, or a programme's status) rests on in one snapshot."""

    id: str
    subject: str
    """A kind of unit, or ``person``."""
    kinds: frozenset[str]
    """The kinds of units whose members' leaves count; for a person's result, the unit values it names."""
    leaves: frozenset[str]
    sources: frozenset[str]
    law: Mapping[str, Any]
    rests_on_time: bool
    """Whether a rule or a unit's formula names the date itself: then another day is another input."""


def bases_of(pack: Pack, as_of: date) -> dict[str, ResultBasis]:
    """The basis of each result: ``category`` if the pack has a card's scorecard, then each programme by id."""
    bases = {}
    if pack.card_scorecard is not None:
        bases[CATEGORY] = _basis(pack, as_of, CATEGORY)
    return bases | {id_: _basis(pack, as_of, id_) for id_ in pack.programmes}


def _basis(pack: Pack, as_of: date, id_: str) -> ResultBasis:
    walk = _Walk(pack, as_of)
    if id_ == CATEGORY:
        card = pack.scorecards[pack.card_scorecard or ""]
        subject = card.unit
        walk.law["category"] = meaning(card)
        walk.kind(subject)
        walk.names(names_of_scorecard(card))
    else:
        subject = pack.programmes[id_].unit
        walk.programme(pack.programmes[id_])
    return ResultBasis(
        id=id_,
        subject=subject,
        kinds=frozenset(walk.kinds),
        leaves=frozenset(walk.leaves),
        sources=frozenset(walk.sources),
        law=walk.law,
        rests_on_time=walk.rests_on_time,
    )


class _Walk:
    """Follows names down to leaves and gathers the law on the way."""

    def __init__(self, pack: Pack, as_of: date) -> None:
        self.pack = pack
        self.as_of = as_of
        self.attributes = people_attributes(pack)
        self.leaves: set[str] = set()
        self.sources: set[str] = set()
        self.kinds: set[str] = set()
        self.law: dict[str, Any] = {}
        self.rests_on_time = False

    def names(self, names: Iterable[str]) -> None:
        for name in sorted(names):
            first, _, rest = name.partition(".")
            if first == "programme":
                self.programme(self.pack.programmes[rest.split(".")[0]])
            elif first in self.pack.units and rest:
                self.kind(first)
                self.name(rest)
            else:
                self.name(name.rpartition(".")[2])

    def name(self, name: str) -> None:
        if name in self.law:
            return
        self.rests_on_time |= name == "as_of"
        if name in self.pack.parameters:
            self.parameter(name)
        elif name in self.pack.indicators:
            self.indicator(name)
        elif name in self.attributes:
            self.leaves.add(name)
            self.sources.add(self.pack.people.source)

    def parameter(self, name: str) -> None:
        parameter = self.pack.parameters[name]
        self.law[name] = [(value.area, value.value) for value in parameter.on(self.as_of)]
        if parameter.by_area:
            self.name("area")

    def indicator(self, name: str) -> None:
        indicator = self.pack.indicators[name]
        self.law[name] = meaning(indicator)
        if indicator.source is not None:
            self.leaves.add(name)
            self.sources.add(indicator.source)
        # A source's own columns are part of the leaf; parameters in its conditions are law.
        of_rows = expression_names(indicator.where) | expression_names(indicator.person)
        self.names(of_rows & self.pack.parameters.keys())
        named = expression_names(indicator.formula)
        if "as_of" in named and indicator.level == "person":
            self.leaves.add(name)
            named -= {"as_of"}
        self.names(named)

    def programme(self, programme: Programme) -> None:
        key = f"programme.{programme.id}"
        if key in self.law:
            return
        self.law[key] = list(_rule_in_force(programme, self.as_of))
        if programme.unit != "person":
            self.kind(programme.unit)
        self.names(names_of_programme(programme))
        for other in shut_out_by(programme):
            received = self.pack.programmes[other].received
            self.names([received] if received else [])

    def kind(self, id_: str) -> None:
        if id_ in self.kinds:
            return
        self.kinds.add(id_)
        kind = self.pack.units[id_]
        self.law[f"unit.{id_}"] = meaning(kind)
        self.names(name for name in _tie_names(kind) if name.rpartition(".")[2] in self.pack.parameters)


def _tie_names(kind: UnitKind) -> Iterator[str]:
    for tie in kind.all_ties:
        for expression in (*tie.conditions, *(mapping.when for mapping in tie.mappings)):
            yield from expression_names(expression)


def _rule_in_force(programme: Programme, as_of: date) -> Iterator[Any]:
    """A programme's meaning on a date: a condition that is not in force is no law."""
    yield programme.is_in_force(as_of)
    for condition in programme.conditions:
        if condition.is_in_force(as_of):
            yield condition.id, condition.when.text
    yield meaning(programme.amount), programme.kind, programme.received
    yield sorted(programme.exclusive_with), sorted(programme.excluded_by)


def meaning(part: Any) -> Any:
    """A part of a pack without its labels, reasons and places; equal where it means the same."""
    if isinstance(part, Expression):
        return part.text
    if is_dataclass(part):
        named = ((field.name, getattr(part, field.name)) for field in fields(part))
        return {name: meaning(value) for name, value in named if name not in _NO_LAW}
    if isinstance(part, Mapping):
        return {key: meaning(value) for key, value in part.items()}
    if isinstance(part, tuple | list):
        return [meaning(item) for item in part]
    return part
