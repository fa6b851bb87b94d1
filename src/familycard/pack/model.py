"""A country pack as values: what `docs/pack-format.md` describes, read and typed.

Every part remembers its file and line, so that an error found later (in lint, in a
build) still names the place to mend. Expressions stay text here; `expression` parses
and types them in the scope of their use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from familycard.pack.contract import Source
from familycard.pack.fit import Fit
from familycard.pack.office import OfficeRules
from familycard.pack.place import NOWHERE, Expression, Label, Place
from familycard.pack.scorecard import Adjustment, Bin, Override, Scorecard, Term
from familycard.pack.types import Type

__all__ = ["Adjustment", "Bin", "Expression", "Fit", "Label", "Override", "Place", "Scorecard", "Term"]
"""Parts that stand in files of their own and belong to the model like those below."""


@dataclass(frozen=True)
class IdentifierKind:
    id: str
    title: Label
    pattern: str
    checksum: str = "none"


@dataclass(frozen=True)
class PeopleRule:
    """Which source says who exists, by which identifier, who is resident, and whose address is confidential."""

    source: str
    identifier: str
    resident: Expression | None
    confidential_address: str | None = None
    """The indicator of a person that says so: a yes or no, most often a sealed one."""
    place: Place = NOWHERE


@dataclass(frozen=True)
class ParameterValue:
    """A value from a date on; `value` is an integer scaled as the parameter's type says, or a boolean or text."""

    from_: date
    to: date | None
    value: int | bool | str
    law: str
    area: str | None = None
    verified: bool = True
    place: Place = NOWHERE


@dataclass(frozen=True)
class Parameter:
    id: str
    label: Label
    type: Type
    values: tuple[ParameterValue, ...]
    place: Place = NOWHERE

    @property
    def by_area(self) -> bool:
        return any(value.area is not None for value in self.values)

    def on(self, day: date) -> tuple[ParameterValue, ...]:
        """The values in force on a day: one, or one an area; empty where the law says nothing."""
        latest: dict[str | None, ParameterValue] = {}
        for value in sorted(self.values, key=lambda v: v.from_):
            if value.from_ <= day and (value.to is None or day < value.to):
                latest[value.area] = value
            elif value.from_ <= day:
                latest.pop(value.area, None)
        return tuple(latest[area] for area in sorted(latest, key=lambda a: a or ""))


@dataclass(frozen=True)
class TieMapping:
    """The columns of one source that give a tie's two roles."""

    source: str
    columns: Mapping[str, str]
    """role → identifying column"""
    via: str | None = None
    when: Expression | None = None
    parentage: bool = True
    """False in a tie of parentage: these rows are of guardians, who need not be a generation older."""


@dataclass(frozen=True)
class Preference:
    id: str
    when: Expression


@dataclass(frozen=True)
class Tie:
    id: str
    title: Label
    between: tuple[str, str]
    mappings: tuple[TieMapping, ...]
    when: Expression | None = None
    unless: Expression | None = None
    prefer: tuple[Preference, ...] = ()
    started: str | None = None
    at_most_one: str | None = None
    """each, first or None"""
    rule: str | None = None
    parentage: bool = False
    place: Place = NOWHERE

    @property
    def conditions(self) -> tuple[Expression, ...]:
        """What is asked of every row of the tie, whichever source it comes from."""
        asked = (self.when, self.unless, *(preference.when for preference in self.prefer))
        return tuple(condition for condition in asked if condition is not None)


@dataclass(frozen=True)
class UnitKind:
    id: str
    title: Label
    law: str = ""
    covers: str = "everyone"
    max_members: int = 30
    excludes: Expression | None = None
    ties: tuple[Tie, ...] = ()
    attach: tuple[Tie, ...] = ()
    by: str | None = None
    place: Place = NOWHERE

    @property
    def all_ties(self) -> tuple[Tie, ...]:
        """Ties and then attachments, in order of priority."""
        return (*self.ties, *self.attach)

    @property
    def sources(self) -> frozenset[str]:
        """The sources of its ties."""
        return frozenset(mapping.source for tie in self.all_ties for mapping in tie.mappings)


@dataclass(frozen=True)
class Indicator:
    id: str
    label: Label
    sphere: str
    type: Type
    """Type of the unit's value, or of the person's where there is no `unit` aggregation."""
    measured_in: str
    level: str = "person"
    source: str | None = None
    by: str | None = None
    where: Expression | None = None
    period: str | None = None
    person: Expression | None = None
    formula: Expression | None = None
    unit: str | None = None
    no_rows: int | bool | str | None = None
    """What the absence of a row means, scaled as the person's type; None is unknown."""
    sensitivity: str = "own"
    law: str = ""
    disputable: bool = True
    own_step: Label = field(default_factory=dict)
    card: bool = True
    value_labels: Mapping[str, Label] = field(default_factory=dict)
    """What the values of a coded text or integer are called."""
    place: Place = NOWHERE


@dataclass(frozen=True)
class Condition:
    id: str
    when: Expression
    label: Label
    law: str
    from_: date | None = None
    to: date | None = None

    def is_in_force(self, day: date) -> bool:
        """Whether the day lies in [from, to)."""
        return _holds(self.from_, self.to, day)


@dataclass(frozen=True)
class Amount:
    expression: Expression
    frequency: str
    """monthly, yearly or one_off"""
    rounding: str
    """up_to_unit, half_up_to_unit, down_to_unit, exact"""


@dataclass(frozen=True)
class Case:
    """A lawyer's example: facts and what the programme must say of them."""

    name: str
    as_of: date
    facts: Mapping[str, Any]
    expect: Mapping[str, Any]
    place: Place = NOWHERE


@dataclass(frozen=True)
class Programme:
    id: str
    title: Label
    summary: Label
    law: str
    unit: str
    """A unit kind, or ``person``."""
    conditions: tuple[Condition, ...]
    verified: bool = True
    payee: str | None = None
    in_force_from: date | None = None
    in_force_to: date | None = None
    amount: Amount | None = None
    kind: str = "money"
    route: str = "application"
    needs: tuple[str, ...] = ()
    discretion: bool = False
    received: str | None = None
    exclusive_with: tuple[str, ...] = ()
    excluded_by: tuple[str, ...] = ()
    counts_as_income: bool = False
    income_tested: bool = False
    cases: tuple[Case, ...] = ()
    place: Place = NOWHERE

    def is_in_force(self, day: date) -> bool:
        """Whether the day lies in [from, to)."""
        return _holds(self.in_force_from, self.in_force_to, day)


@dataclass(frozen=True)
class Check:
    id: str
    title: Label
    unit: str
    when: Expression
    shows: tuple[str, ...] = ()
    advice: Label = field(default_factory=dict)
    place: Place = NOWHERE


@dataclass(frozen=True)
class Statistic:
    id: str
    title: Label
    kind: str
    level: str
    value: str | None = None
    when: Expression | None = None
    weight: str | None = None
    divide_by: str | None = None
    share: str | None = None
    measured_in: str = ""
    place: Place = NOWHERE

    @property
    def named(self) -> tuple[str, ...]:
        """The indicators that it names outside `when`."""
        return tuple(name for name in (self.value, self.weight, self.divide_by) if name is not None)


CLAUSES_APART = "; "
"""What divides a citation of law into clauses: acts, their articles, and remarks such as `to be verified`."""


def clauses_of(law: str) -> tuple[str, ...]:
    """
    >>> clauses_of("Tax Code; to be verified"), clauses_of("")
    (('Tax Code', 'to be verified'), ())
    """
    return tuple(law.split(CLAUSES_APART)) if law else ()


@dataclass(frozen=True)
class Citation:
    """A clause as `law` and `familycard.legal_basis` have it, and its words in other languages."""

    clause: str
    label: Label
    place: Place = NOWHERE


@dataclass(frozen=True)
class Tile:
    """Where an area stands on a map of equal tiles, counted from 0 at its upper left, and what is written on it."""

    column: int
    row: int
    title: Label
    place: Place


@dataclass(frozen=True)
class Pack:
    """A whole country pack."""

    path: Path
    id: str
    title: Label
    country: str
    languages: tuple[str, ...]
    currency: str
    minor_digits: int
    identifiers: Mapping[str, IdentifierKind]
    people: PeopleRule
    leap_day: str
    """feb_28 or mar_01"""
    card_unit: str
    card_scorecard: str | None
    sources: Mapping[str, Source]
    parameters: Mapping[str, Parameter]
    units: Mapping[str, UnitKind]
    indicators: Mapping[str, Indicator]
    scorecards: Mapping[str, Scorecard]
    programmes: Mapping[str, Programme]
    checks: Mapping[str, Check]
    statistics: Mapping[str, Statistic]
    areas: Mapping[str, Label] = field(default_factory=dict)
    tiles: Mapping[str, Tile] = field(default_factory=dict)
    """By the code of the area; those of a region's parts make a map of their own."""
    fits: Mapping[str, Fit] = field(default_factory=dict)
    """How scorecards are fitted to surveys, by the id of the scorecard."""
    citations: Mapping[str, Citation] = field(default_factory=dict)
    """The words of citations of law, by their clause; empty where the pack has one language for its laws."""
    office: OfficeRules | None = None
    """What its office says and reckons by; None where the pack is not meant for one."""
    digest: str = ""
    """SHA-256 over the pack's files, in the order of their names."""

    def cite(self, law: str, language: str) -> str:
        """A citation of law in a language; a clause without words in it stands as the pack cites it."""
        return CLAUSES_APART.join(self._clause_in(clause, language) for clause in clauses_of(law))

    def _clause_in(self, clause: str, language: str) -> str:
        citation = self.citations.get(clause)
        return citation.label.get(language, clause) if citation else clause


def _holds(from_: date | None, to: date | None, day: date) -> bool:
    return (from_ is None or from_ <= day) and (to is None or day < to)
