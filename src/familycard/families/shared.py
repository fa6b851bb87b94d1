"""What all kinds of units rest on, made once a build: residents, and the registers' rows with their ends.

Kinds of units look at the same persons and the same rows again and again. So persons are
narrowed once to what conditions name, each source of ties gets its persons beside it once, and
ties that several kinds state alike are looked for once. For a column `c` of a source:

===================  ==================================================================
residents            person, is_known, birth_date, area, what conditions name of a person
                     and what `residents.py` adds; seniority: less for who is older, unknown
                     births last, then by person
ties_<source>        _file, _row, the columns that conditions name, of each end c__person (null:
                     no resident) and c__<column> of `residents`, and what `pairs.py` says of
                     two ends together
with_oneself         person, source, pair: rows that tie a resident to himself
===================  ==================================================================
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from familycard.engine.interface import Engine
from familycard.pack.dependencies import expression_names
from familycard.pack.model import Expression, Pack, Tie, UnitKind
from familycard.pack.parameters import literal
from familycard.pack.scopes import column
from familycard.pack.types import TEXT


@dataclass(frozen=True)
class UnitInputs:
    """Names of the tables that units are formed from."""

    persons: str
    """person BIGINT (unique), is_known and is_resident BOOLEAN, people attributes, person indicators."""
    sources: Mapping[str, str]
    """A checked table for each source of ties."""
    undecided: Mapping[str, str] = field(default_factory=dict)
    """By source, a table (person) of those whom a refused row may be about."""
    unsure: Mapping[str, str] = field(default_factory=dict)
    """By indicator of persons, a query of those of whom it rests on a row that nobody has confirmed yet."""
    unconfirmed: Mapping[str, str] = field(default_factory=dict)
    """By source of ties, a query of the places (file, row) of its rows that nobody has confirmed yet."""
    neighbours: str | None = None
    """A table (attribute, person) of those who share a household or an address with a refused row of people."""
    faults: str = "faults"
    """Table that faults are added to; made where it is missing."""


@dataclass(frozen=True)
class Texts:
    """What these kinds of a pack ask on a day, whoever is asked: the same in every build."""

    said: dict[str, str] = field(default_factory=dict)
    """By a condition on one person: the column of `residents` that says it."""
    narrowed: dict[int, tuple[UnitKind, UnitKind]] = field(default_factory=dict)
    """By the identity of a kind: the kind, and as `one_person.py` narrows it."""
    candidates: dict[int, tuple[Tie, str]] = field(default_factory=dict)
    """By the identity of a narrowed tie: the tie, and the query of its candidates."""
    pairs: dict[int, tuple[UnitKind, tuple[str, ...]]] = field(default_factory=dict)
    """By the identity of a narrowed kind: the kind, and the queries of recorded parentage."""


@dataclass(frozen=True)
class Candidates:
    """A table of candidates, and how many of its rows leave something open: mostly none do."""

    table: str
    undecided: int
    """Whether they hold is unknown."""
    unchecked: int
    """Ages cannot be compared."""
    unsure: int
    """Another may come before them, or they may have to go."""


@dataclass(frozen=True)
class Records:
    """What the kinds of units of one build share."""

    engine: Engine
    pack: Pack
    inputs: UnitInputs
    as_of: date
    made: set[str] = field(default_factory=set)
    """Tables to drop when all kinds are done."""
    parentages: dict[tuple[str, ...], str] = field(default_factory=dict)
    """By the queries of recorded parentage that were checked: the table of the ties to cut."""
    texts: Texts = field(default_factory=Texts)
    awaited: Counter[str] = field(default_factory=Counter)
    """By the query of candidates: how many kinds still ask for them."""
    candidates: dict[str, Candidates] = field(default_factory=dict)
    """By the query of candidates: those it gave."""

    @property
    def said(self) -> dict[str, str]:
        """By a condition on one person: the column of `residents` that says it."""
        return self.texts.said

    @property
    def unsure(self) -> frozenset[str]:
        """What is said of persons that may rest on rows that nobody has confirmed: indicators, and conditions."""
        unsure = self.inputs.unsure.keys()
        if not unsure:
            return frozenset()
        said = {name for text, name in self.said.items() if expression_names(Expression(text)) & unsure}
        return frozenset(unsure | said)

    def has_unsure_exclusion(self, kind: UnitKind) -> bool:
        """Whether what excludes persons from a kind may rest on rows that nobody has confirmed."""
        return bool(expression_names(kind.excludes) & self.inputs.unsure.keys())

    def table(self, name: str) -> str:
        """The engine's name of a shared table."""
        table = f"_records_{name}"
        self.made.add(table)
        return table

    def hold(self, name: str, query: str) -> None:
        """Make a shared table."""
        self.engine.hold(self.table(name), query)

    def count(self, name: str) -> int:
        """How many rows a shared table has."""
        return self.engine.count(self.table(name))

    def drop(self) -> None:
        """Forget all shared tables."""
        self.engine.drop(*sorted(self.made))


def quoted(text: str) -> str:
    """A text as SQL.

    >>> quoted("it's")
    "'it''s'"
    """
    return literal(text, TEXT)


def excluded(kind: UnitKind) -> str:
    """The column that says whether a kind excludes a person."""
    return f"_excluded_{kind.id}"


def end(of_column: str, name: str) -> str:
    """The quoted column of a source's ties that holds what `residents` says of one end.

    >>> end("mother", "birth_date")
    '"mother__birth_date"'
    """
    return f'"{of_column}__{name}"'


def sure(name: str) -> str:
    """The column with what is said of a person, unknown where that rests on a row that nobody has confirmed.

    >>> sure("is_married")
    '_sure_is_married'
    """
    return f"_sure_{name}"


def surely(sql: str, names: Iterable[str]) -> str:
    """SQL over what is sure of these names.

    >>> surely('not "child__is_married"', ["child.is_married"])
    'not "child___sure_is_married"'
    """
    for name in sorted(names):
        role, dot, last = name.rpartition(".")
        sql = sql.replace(column(name), column(f"{role}{dot}{sure(last)}"))
    return sql


def same(attribute: str) -> str:
    """The column that stands for the value of an attribute: the lowest person who has the same."""
    return f"_same_{attribute}"
