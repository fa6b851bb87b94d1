"""Ties that may hold: dated rows whose conditions are true or unknown."""

from __future__ import annotations

from dataclasses import dataclass

from familycard.families.forming import Forming, both_ends
from familycard.families.parentage import gap_condition
from familycard.families.records import end, quoted
from familycard.families.rows import rows_of
from familycard.pack.expression import compile_condition
from familycard.pack.model import Expression, Tie, TieMapping
from familycard.pack.scope import Compiled
from familycard.pack.scopes import column, tie_scope

LIVE = "level, mapping, file, row, one, two"
"""Columns of `live`."""
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
    names: frozenset[str]


def make_candidates(forming: Forming, level: int, out: str) -> None:
    """Leave the ties of one level that hold (`holds` true) or are undecided (null).

    Columns: level, mapping, file, row, one, two, lateness (days before the end of time: the
    latest start is the smallest), best and worst (places of preferences), one_shaky and
    two_shaky (the tie may have to go for a reason at that end), holds, gap.
    """
    tie = forming.levels[level]
    rows = [_candidates_of(forming, level, place) for place in range(len(tie.mappings))]
    forming.make(out, " union all ".join(rows))
    if tie.parentage:
        unchecked = both_ends(forming.table(out), "gap is null")
        forming.doubt(unchecked, f"age_unchecked:{tie.id}")


def note_undecided(forming: Forming, level: int, candidates: str) -> None:
    """A tie of unknown condition joins nobody, and both ends' units are of unknown composition."""
    tie, table = forming.levels[level], forming.table(candidates)
    forming.doubt(both_ends(table, "holds is null"), f"undecided_tie:{tie.id}")
    forming.add(
        "found",
        f"""
        select 'undecided_tie', one, two, true, source, {quoted(tie.id)}
        from "{table}" join "{forming.table("mappings")}" using (level, mapping) where holds is null""",
    )


def note_ties_with_oneself(forming: Forming) -> None:
    """A row that ties a resident to himself is dropped and listed."""
    rows = set()
    for level, _, mapping in mappings_of(forming):
        one, two = (end(mapping.columns[role], "person") for role in forming.levels[level].between)
        table = forming.records.table(f"ties_{mapping.source}")
        rows.add(
            f'select {one} as person, {quoted(mapping.source)} as source from "{table}" where {one} = {two}'
        )
    if rows:
        forming.add(
            "found",
            f"""
            select 'tie_with_oneself', person, person, false, source, null
            from ({" union all ".join(sorted(rows))})
            semi join "{forming.table("people")}" using (person)""",
        )


def mappings_of(forming: Forming) -> list[tuple[int, int, TieMapping]]:
    """Every mapping with its level and its place in the tie."""
    return [
        (level, place, mapping)
        for level, tie in enumerate(forming.levels)
        for place, mapping in enumerate(tie.mappings)
    ]


def _candidates_of(forming: Forming, level: int, place: int) -> str:
    tie = forming.levels[level]
    mapping = tie.mappings[place]
    conditions = _conditions(forming, tie, mapping)
    gap = "true"
    cut = ""
    if tie.parentage and mapping.parentage:
        gap = gap_condition(forming.pack.leap_day, "_one_born", "_two_born")
        cut = f'anti join "{forming.table("cut")}" c on c.child = t.one and c.parent = t.two'
    return f"""
        select * from (
            select {level} as level, {place} as mapping, _file as file, _row as row, _one as one, _two as two,
                   {_lateness(forming, tie, mapping)} as lateness, {conditions.best} as best,
                   {conditions.worst} as worst, _one_shaky or ({gap}) is null as one_shaky,
                   _two_shaky or ({gap}) is null as two_shaky, {conditions.holds} as holds, {gap} as gap
            from ({rows_of(forming.records, tie, mapping, conditions.names, forming.kind)}) where _one <> _two
        ) t {cut} where holds is not false and gap is not false"""


def _conditions(forming: Forming, tie: Tie, mapping: TieMapping) -> _Conditions:
    scope = tie_scope(forming.pack, tie, mapping, forming.records.as_of)

    def compiled(expression: Expression | None) -> list[Compiled]:
        return [] if expression is None else [compile_condition(expression, scope)]

    unless = compiled(tie.unless)
    keeps = [*compiled(mapping.when), *compiled(tie.when)]
    prefer = [compile_condition(preference.when, scope) for preference in tie.prefer]
    holds = [f"({c.sql})" for c in keeps] + [f"(not {c.sql})" for c in unless]
    return _Conditions(
        holds=" and ".join(holds) or "true",
        best=_first_place([f"({c.sql}) is not false" for c in prefer]),
        worst=_first_place([c.sql for c in prefer]),
        names=frozenset[str]().union(*(c.names for c in [*keeps, *unless, *prefer])),
    )


def _first_place(conditions: list[str]) -> str:
    branches = " ".join(f"when {condition} then {place}" for place, condition in enumerate(conditions))
    return f"case {branches} else {len(conditions)} end" if conditions else "0"


def _lateness(forming: Forming, tie: Tie, mapping: TieMapping) -> str:
    if tie.started is None or tie.started not in forming.pack.sources[mapping.source].by_name:
        return str(NO_START)
    return f"coalesce(date_diff('day', {column(tie.started)}, date '9999-12-31'), {NO_START})"
