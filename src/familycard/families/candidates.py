"""The query of the rows that may be a tie: their conditions are true or unknown.

The text says all that decides: kinds of units with the same ties have the same text, and
share the table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from familycard.engine.interface import Engine
from familycard.families.one_person import scope_of_tie
from familycard.families.rows import rows_of
from familycard.families.shared import Candidates, Records, sure, surely
from familycard.pack.expression import compile_condition
from familycard.pack.model import Expression, Tie, TieMapping
from familycard.pack.scope import Compiled
from familycard.pack.scopes import column

NO_START = 10_000_000
"""Lateness of a tie without a start: after every dated one."""


@dataclass(frozen=True)
class _Conditions:
    """A tie's conditions for the rows of one mapping."""

    holds: str
    best: str
    """Place of the first preference that may match."""
    worst: str
    """Place of the first preference that surely matches."""
    is_sure: str | None
    """Whether what is sure of the persons is enough for the tie to hold; None where all of it is sure."""
    names: frozenset[str]


def counted(engine: Engine, table: str) -> Candidates:
    """The candidates of a table."""
    [(undecided, unchecked, unsure)] = engine.rows(
        "select count(*) filter (holds is null) as undecided, count(*) filter (gap is null) as unchecked,"
        " count(*) filter (holds and (best <> worst or two_shaky)) as unsure"
        f' from "{table}"'
    )
    return Candidates(table, int(undecided), int(unchecked), int(unsure))


def candidates_query(records: Records, tie: Tie) -> str:
    """The rows of all sources of a tie that hold (`holds` true) or are undecided (null).

    Columns: mapping, file, row, one, two, lateness (days before the end of time: the latest
    start is the smallest), best and worst (places of preferences), one_shaky and two_shaky (the
    tie may have to go for a reason at that end), holds, gap (null: ages cannot be compared).
    """
    known = records.texts.candidates
    if id(tie) not in known:
        places = range(len(tie.mappings))
        known[id(tie)] = tie, " union all ".join(_of_mapping(records, tie, place) for place in places)
    return known[id(tie)][1]


def _of_mapping(records: Records, tie: Tie, place: int) -> str:
    mapping = tie.mappings[place]
    conditions = _conditions(records, tie, mapping)
    shaky = " or _gap is null"
    if conditions.is_sure is not None:
        shaky += f" or ({conditions.is_sure}) is not true"
    return f"""
        select {place}::utinyint as mapping, _file as file, _row as row, _one as one, _two as two,
               {_lateness(records, tie, mapping)}::integer as lateness, ({conditions.best})::utinyint as best,
               ({conditions.worst})::utinyint as worst, _one_shaky{shaky} as one_shaky,
               _two_shaky{shaky} as two_shaky, {conditions.holds} as holds, _gap as gap
        from ({rows_of(records, tie, mapping, conditions.names)})
        where ({conditions.holds}) is not false and _gap is not false"""


def _conditions(records: Records, tie: Tie, mapping: TieMapping) -> _Conditions:
    scope = scope_of_tie(records, tie, mapping)

    def compiled(expression: Expression | None) -> list[Compiled]:
        return [] if expression is None else [compile_condition(expression, scope)]

    unless = compiled(tie.unless)
    keeps = [*compiled(mapping.when), *compiled(tie.when)]
    prefer = [compile_condition(preference.when, scope) for preference in tie.prefer]
    holds = " and ".join([f"({c.sql})" for c in keeps] + [f"(not {c.sql})" for c in unless]) or "true"
    named = frozenset[str]().union(*(c.names for c in [*keeps, *unless, *prefer]))
    unsure = {name for name in named if name.rpartition(".")[2] in records.unsure and "." in name}
    sure_holds = surely(holds, unsure)
    if unsure:
        # What ends by what is not sure, is undecided.
        holds = f"case when ({holds}) is false then {sure_holds} else {holds} end"
    preferred = [(c.sql, surely(c.sql, unsure)) for c in prefer]
    return _Conditions(
        holds=holds,
        best=_first_place([_either(f"({sql}) is not false" for sql in both) for both in preferred]),
        worst=_first_place([_both(both) for both in preferred]),
        is_sure=sure_holds if unsure else None,
        names=named.union(_surely_named(name) for name in unsure),
    )


def _either(conditions: Iterable[str]) -> str:
    return " or ".join(dict.fromkeys(conditions))


def _both(conditions: Iterable[str]) -> str:
    return " and ".join(f"({one})" for one in dict.fromkeys(conditions))


def _surely_named(name: str) -> str:
    role, _, last = name.partition(".")
    return f"{role}.{sure(last)}"


def _first_place(conditions: list[str]) -> str:
    branches = " ".join(f"when {condition} then {place}" for place, condition in enumerate(conditions))
    return f"case {branches} else {len(conditions)} end" if conditions else "0"


def _lateness(records: Records, tie: Tie, mapping: TieMapping) -> str:
    if tie.started is None or tie.started not in records.pack.sources[mapping.source].by_name:
        return str(NO_START)
    return f"coalesce(date_diff('day', {column(tie.started)}, date '9999-12-31'), {NO_START})"
