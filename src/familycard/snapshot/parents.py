"""Who has the rights of a parent over a minor, by the registers: asked by whoever must know who may see a child's data.

The pack's ties of parentage (`units.yaml`) say which registers name parents and guardians, and which
parents have lost their rights. A family keeps one such tie a child; here all of them count, so that
both married parents are found. A build finds them for all minors at once; who shows a family reads rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from familycard.engine.interface import ROWS_BY_KEY, Engine
from familycard.engine.row_file import write_rows
from familycard.indicators.tables import PERSONS, checked
from familycard.pack.expression import compile_condition
from familycard.pack.model import Expression, Pack, Tie, TieMapping
from familycard.pack.scopes import column, tie_scope
from familycard.snapshot.rows import PARENTS, Rows

MAJORITY_YEARS = 18
"""Convention on the Rights of the Child, art. 1."""


def brought_up_by(rows: Rows, children: Iterable[int]) -> dict[int, frozenset[int]]:
    """By child, the persons with a parent's rights, of a snapshot's rows `PARENTS`; nobody for who is of age or unknown.

    A recorded parent whose rights are restricted or terminated is none, nor is one of whom that cannot
    be told. Where somebody brings the child up instead of the recorded parents (a guardian, or an
    adopter: the record of a birth keeps the parents by birth, and the registers seal the adoption),
    that person alone has the rights.
    """
    found: dict[int, set[tuple[int, bool]]] = {int(child): set() for child in children}
    for row in rows.find(found):
        found[row["child"]].add((row["parent"], row["is_recorded"]))
    return {child: _with_rights(pairs) for child, pairs in found.items()}


def _with_rights(pairs: set[tuple[int, bool]]) -> frozenset[int]:
    recorded = {parent for parent, is_recorded in pairs if is_recorded}
    others = {parent for parent, is_recorded in pairs if not is_recorded}
    return frozenset(others - recorded or recorded)


def write_parents_by_child(engine: Engine, pack: Pack, as_of: date, folder: Path) -> None:
    """Write, under each minor, whom a register names as parent (`is_recorded`) or as bringing the child up."""
    ties = [tie for tie in pack.units[pack.card_unit].ties if tie.parentage]
    named = [_query(pack, tie, mapping, as_of) for tie in ties for mapping in tie.mappings]
    nobody = "select cast(null as bigint) as child, cast(null as bigint) as parent, true as is_recorded where false"
    rows = engine.arrow(
        f"select distinct child, parent, is_recorded from ({' union all '.join(named) or nobody})"
        " order by child, parent, is_recorded"
    )
    write_rows([rows], "child", folder / PARENTS / ROWS_BY_KEY)


def _query(pack: Pack, tie: Tie, mapping: TieMapping, as_of: date) -> str:
    """Minors and their parents in one register, where the tie surely holds."""
    scope = tie_scope(pack, tie, mapping, as_of)

    def compiled(expression: Expression | None, without: str) -> tuple[str, frozenset[str]]:
        if expression is None:
            return without, frozenset()
        made = compile_condition(expression, scope)
        return made.sql, made.names

    conditions = [compiled(mapping.when, "true"), compiled(tie.when, "true"), compiled(tie.unless, "false")]
    names = frozenset[str]().union(*(names for _, names in conditions))
    own, (child, parent) = pack.sources[mapping.source].by_name, tie.between
    ends = {role: column(mapping.columns[role]) for role in tie.between}
    shown = [f"r.{column(name)}" for name in sorted(names) if name in own]
    shown += [f"{name} as {column(name)}" for name in sorted(names) if name.partition(".")[0] in ends]
    if "same_address" in names:
        shown.append(f"{child}.address = {parent}.address as same_address")
    listed = ", ".join([f"{child}.person as _child", f"{parent}.person as _parent", *shown])
    minors = f"birth_date > date '{_years_before(as_of).isoformat()}'"
    return f"""
        select _child as child, _parent as parent, {str(mapping.parentage).lower()} as is_recorded
        from (select {listed}
              from {checked(mapping.source)} r
              join (select {_columns(child, names)} from {PERSONS} where {minors}) {child}
                on {child}.person = r.{ends[child]}
              join (select {_columns(parent, names)} from {PERSONS}) {parent}
                on {parent}.person = r.{ends[parent]}) _named
        where ({conditions[0][0]}) and ({conditions[1][0]}) and not ({conditions[2][0]})"""


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
