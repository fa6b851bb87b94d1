"""What all kinds of units rest on, made once a build: residents, and the registers' rows with their ends.

Kinds of units look at the same persons and the same rows again and again. So persons are
narrowed once to what conditions name, and each source of ties is joined with them once;
a kind then only filters. For a kind `k` and a column `c` of a source the tables hold:

===================  ==================================================================
residents            person, is_known, birth_date, area, what conditions name of a person;
                     _excluded_k: whether k excludes the person; _dwelling: the lowest
                     person at the same address, a number in the place of a text;
                     seniority: 1 for the oldest, unknown births last, then by person
ties_<source>        _file, _row, the columns that conditions name, and of each end
                     c___person (null: no resident) and c__<column> of `residents`
===================  ==================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from familycard.engine.interface import Engine
from familycard.errors import BuildError
from familycard.pack.expression import compile_condition, names_in
from familycard.pack.model import Expression, Pack, Tie, TieMapping, UnitKind
from familycard.pack.parameters import literal
from familycard.pack.scopes import column, people_attributes, person_scope
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
    neighbours: str | None = None
    """A table (attribute, person) of those who share a household or an address with a refused row of people."""
    faults: str = "faults"
    """Table that faults are added to; made where it is missing."""


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

    def table(self, name: str) -> str:
        """The engine's name of a shared table."""
        table = f"_records_{name}"
        self.made.add(table)
        return table

    def make(self, name: str, query: str) -> None:
        """Make a shared table."""
        self.engine.make(self.table(name), query)

    def count(self, name: str) -> int:
        """How many rows a shared table has."""
        return int(self.engine.rows(f'select count(*) from "{self.table(name)}"')[0][0])

    def drop(self) -> None:
        """Forget all shared tables."""
        self.engine.drop(*sorted(self.made))


def make_records(
    engine: Engine, pack: Pack, kinds: Iterable[UnitKind], inputs: UnitInputs, as_of: date
) -> Records:
    """Make what these kinds share.

    ExpressionError where an `excludes` cannot be understood; BuildError where a person stands twice.
    """
    records, kinds = Records(engine, pack, inputs, as_of), tuple(kinds)
    ends = _ends(kinds)
    _make_residents(records, kinds, {name for names in ends.values() for name in names})
    _assert_unique(records)
    for source in sorted({source for source, _ in ends}):
        _make_ties(records, kinds, source, {c: names for (of, c), names in ends.items() if of == source})
    return records


def quoted(text: str) -> str:
    """A text as SQL.

    >>> quoted("it's")
    "'it''s'"
    """
    return literal(text, TEXT)


def conditions_of(tie: Tie) -> list[Expression]:
    """Every expression of a tie."""
    found = [tie.when, tie.unless, *(mapping.when for mapping in tie.mappings)]
    return [e for e in found if e is not None] + [preference.when for preference in tie.prefer]


def excluded(kind: UnitKind) -> str:
    """The column that says whether a kind excludes a person."""
    return f"_excluded_{kind.id}"


def end(of_column: str, name: str) -> str:
    """The quoted column of a source's ties that holds what `residents` says of one end.

    >>> end("mother", "birth_date")
    '"mother__birth_date"'
    """
    return f'"{of_column}__{name}"'


def _ends(kinds: Iterable[UnitKind]) -> dict[tuple[str, str], set[str]]:
    """By source and column: what conditions name of the person whom the column holds."""
    ends: dict[tuple[str, str], set[str]] = {}
    for tie, mapping in _mappings(kinds):
        dotted = [name.split(".", 1) for name in _names(tie) if "." in name]
        for role in tie.between:
            named = ends.setdefault((mapping.source, mapping.columns[role]), set())
            named |= {parts[1] for parts in dotted if parts[0] == role}
    return ends


def _mappings(kinds: Iterable[UnitKind]) -> Iterator[tuple[Tie, TieMapping]]:
    for kind in kinds:
        for tie in (*kind.ties, *kind.attach):
            for mapping in tie.mappings:
                yield tie, mapping


def _names(tie: Tie) -> set[str]:
    return {name for expression in conditions_of(tie) for name in names_in(expression)}


def _ask_who_lives_together(kinds: Iterable[UnitKind]) -> bool:
    return any("same_address" in _names(tie) for tie, _ in _mappings(kinds))


def _make_residents(records: Records, kinds: tuple[UnitKind, ...], named: set[str]) -> None:
    """Unknown residence counts as resident: nobody is lost."""
    attributes = people_attributes(records.pack).keys()
    columns = named | {kind.by for kind in kinds if kind.by} | ({"area"} & attributes)
    selected = ["row_number() over (order by birth_date nulls last, person) as seniority"]
    selected += [column(name) for name in sorted(columns - {"birth_date", "is_known"})]
    scope = person_scope(records.pack, records.as_of)
    for kind in kinds:
        if kind.excludes is not None:
            selected.append(f'({compile_condition(kind.excludes, scope).sql}) as "{excluded(kind)}"')
    joined = ""
    if _ask_who_lives_together(kinds):
        selected.append("_dwelling")
        persons = f'"{records.inputs.persons}" where is_resident is not false and address is not null'
        joined = f"left join (select address, min(person) as _dwelling from {persons} group by address) using (address)"
    records.make(
        "residents",
        f"""
        select {", ".join(["person", "is_known", "birth_date", *selected])}
        from "{records.inputs.persons}" {joined} where is_resident is not false order by person""",
    )


def _assert_unique(records: Records) -> None:
    table = records.table("residents")
    rows, persons = records.engine.rows(f'select count(*), count(distinct person) from "{table}"')[0]
    if rows != persons:
        raise BuildError(
            f"{rows - persons} residents stand twice in table {records.inputs.persons}; "
            f"each must be in exactly one unit, so check that it has one row a person."
        )


def _make_ties(
    records: Records, kinds: tuple[UnitKind, ...], source: str, ends: Mapping[str, set[str]]
) -> None:
    """Rows without two residents tie nobody and are left out."""
    always = ["person", "birth_date", "is_known", *(excluded(kind) for kind in kinds if kind.excludes)]
    always += ["_dwelling"] if _ask_who_lives_together(kinds) else []
    selected = ["s._file", "s._row", *(f"s.{column(name)}" for name in _own_columns(records, kinds, source))]
    joins, found = [], []
    for place, (of_column, named) in enumerate(sorted(ends.items())):
        names = [*always, *sorted(named - set(always))]
        selected += [f"e{place}.{column(name)} as {end(of_column, name)}" for name in names]
        joins.append(
            f'left join "{records.table("residents")}" e{place} on e{place}.person = s.{column(of_column)}'
        )
        found.append(f"(e{place}.person is not null)::integer")
    records.make(
        f"ties_{source}",
        f"""
        select {", ".join(selected)} from "{records.inputs.sources[source]}" s {" ".join(joins)}
        where {" + ".join(found)} >= 2""",
    )


def _own_columns(records: Records, kinds: Iterable[UnitKind], source: str) -> list[str]:
    """What conditions name of the source's own columns, and the start of a tie."""
    ties = [tie for tie, mapping in _mappings(kinds) if mapping.source == source]
    named = {name for tie in ties for name in {*_names(tie), tie.started or ""}}
    return sorted(named & records.pack.sources[source].by_name.keys())
