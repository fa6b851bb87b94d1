"""Who has the rights of a parent over a minor, by the registers: asked by whoever must know who may see a child's data.

The pack's ties of parentage (`units.yaml`) say which registers name parents and guardians, and which
parents have lost their rights. A family keeps one such tie a child; here all of them count, so that
both married parents are found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial

from familycard.indicators.tables import PERSONS, checked
from familycard.pack.expression import compile_condition
from familycard.pack.model import Expression, Tie, TieMapping
from familycard.pack.scopes import column, tie_scope
from familycard.snapshot.evidence import read_load
from familycard.snapshot.open import OpenSnapshot

MAJORITY_YEARS = 18
"""Convention on the Rights of the Child, art. 1."""


def brought_up_by(snapshot: OpenSnapshot, children: Iterable[int]) -> dict[int, frozenset[int]]:
    """By child, the persons with a parent's rights; nobody for who is of age or unknown.

    A recorded parent whose rights are restricted or terminated is none, nor is one of whom that cannot
    be told. Where somebody brings the child up instead of the recorded parents (a guardian, or an
    adopter: the record of a birth keeps the parents by birth, and the registers seal the adoption),
    that person alone has the rights.
    """
    asked = {int(child) for child in children}
    known = {child: snapshot.remembered(_known(child), frozenset) for child in asked}
    wanted = sorted(child for child, parents in known.items() if parents is None)
    fresh = _look_up(snapshot, wanted) if wanted else {}
    for child, parents in fresh.items():
        snapshot.remember(_known(child), partial(frozenset[int], parents))
    return {child: fresh.get(child) or known[child] or frozenset() for child in asked}


def _known(child: int) -> tuple[str, int]:
    return "brought up by", child


def _look_up(snapshot: OpenSnapshot, wanted: list[int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[tuple[int, bool]]] = {child: set() for child in wanted}
    for tie in snapshot.pack.units[snapshot.pack.card_unit].ties:
        for mapping in tie.mappings if tie.parentage else ():
            for child, parent in _rows(snapshot, tie, mapping, wanted):
                found[child].add((parent, mapping.parentage))
    return {child: _with_rights(pairs) for child, pairs in found.items()}


def _with_rights(pairs: set[tuple[int, bool]]) -> frozenset[int]:
    recorded = {parent for parent, is_recorded in pairs if is_recorded}
    others = {parent for parent, is_recorded in pairs if not is_recorded}
    return frozenset(others - recorded or recorded)


def _rows(
    snapshot: OpenSnapshot, tie: Tie, mapping: TieMapping, children: list[int]
) -> Iterator[tuple[int, int]]:
    """Minors and their parents in one register, where the tie surely holds."""
    load = snapshot.catalogue.loads.get(mapping.source)
    if load is None:
        return
    read_load(snapshot, snapshot.pack.sources[mapping.source], load)
    with snapshot.engine.connection.cursor() as cursor:
        yield from cursor.execute(_query(snapshot, tie, mapping, children)).fetchall()


def _query(snapshot: OpenSnapshot, tie: Tie, mapping: TieMapping, children: list[int]) -> str:
    pack, as_of = snapshot.pack, snapshot.catalogue.as_of
    scope = tie_scope(pack, tie, mapping, as_of)

    def compiled(expression: Expression | None, without: str) -> tuple[str, frozenset[str]]:
        if expression is None:
            return without, frozenset()
        made = compile_condition(expression, scope)
        return made.sql, made.names

    conditions = [compiled(mapping.when, "true"), compiled(tie.when, "true"), compiled(tie.unless, "false")]
    names = frozenset[str]().union(*(names for _, names in conditions))
    own, (child, parent) = snapshot.pack.sources[mapping.source].by_name, tie.between
    ends = {role: column(mapping.columns[role]) for role in tie.between}
    shown = [f"r.{column(name)}" for name in sorted(names) if name in own]
    shown += [f"{name} as {column(name)}" for name in sorted(names) if name.partition(".")[0] in ends]
    if "same_address" in names:
        shown.append(f"{child}.address = {parent}.address as same_address")
    listed = ", ".join([f"{child}.person as _child", f"{parent}.person as _parent", *shown])
    within = ", ".join(map(str, children))
    rows = f"(select * from {checked(mapping.source)} where {ends[child]} in ({within}))"
    of_age = _years_before(as_of).isoformat()
    minors = f"person in ({within}) and birth_date > date '{of_age}'"
    return f"""
        select distinct _child, _parent
        from (select {listed}
              from {rows} r
              join (select {_columns(child, names)} from {PERSONS} where {minors}) {child}
                on {child}.person = r.{ends[child]}
              join (select {_columns(parent, names)} from {PERSONS}
                    where person in (select {ends[parent]} from {rows})) {parent}
                on {parent}.person = r.{ends[parent]})
        where ({conditions[0][0]}) and ({conditions[1][0]}) and not ({conditions[2][0]})
        order by all"""


def _columns(role: str, names: frozenset[str]) -> str:
    """What conditions name of a role's person."""
    named = {name.partition(".")[2] for name in names if name.startswith(f"{role}.")}
    named |= {"address"} if "same_address" in names else set()
    return ", ".join(["person", *map(column, sorted(named))])


def _years_before(day: date) -> date:
    """The birthday of who comes of age on a day; 29 February counts as 1 March in a common year."""
    try:
        return day.replace(year=day.year - MAJORITY_YEARS)
    except ValueError:
        return date(day.year - MAJORITY_YEARS, 3, 1)
