"""The rows of one source as ties of two residents, with every name that conditions use beside them."""

from __future__ import annotations

from collections.abc import Collection

from familycard.families.records import Records, end, excluded
from familycard.pack.model import Tie, TieMapping, UnitKind
from familycard.pack.scopes import column, people_attributes


def rows_of(
    records: Records, tie: Tie, mapping: TieMapping, names: Collection[str], kind: UnitKind | None
) -> str:
    """A query: ``_file, _row, _one, _two``, the ends' birth dates and doubts, and each of `names` as a column.

    Ends are the members of a kind, or all residents where none is given. A row whose role
    is blank, or a person who is not among them, gives no tie.
    """
    one, two = (mapping.columns[role] for role in tie.between)
    columns = [
        f"_file, _row, {end(one, 'person')} as _one, {end(two, 'person')} as _two",
        f"{end(one, 'birth_date')} as _one_born, {end(two, 'birth_date')} as _two_born",
        f"{_is_shaky(one, kind)} as _one_shaky, {_is_shaky(two, kind)} as _two_shaky",
    ]
    sql = _names(records, tie, mapping)
    wanted = {name for name in [*names, tie.started] if name in sql}
    columns += [f"{sql[name]} as {column(name)}" for name in sorted(wanted)]
    return f"""
        select {", ".join(columns)} from "{records.table(f"ties_{mapping.source}")}"
        where {_is_member(one, kind)} and {_is_member(two, kind)}"""


def _names(records: Records, tie: Tie, mapping: TieMapping) -> dict[str, str]:
    """SQL of every name that a tie's conditions may use and that is not a literal."""
    one, two = (mapping.columns[role] for role in tie.between)
    names = {name: column(name) for name in records.pack.sources[mapping.source].by_name}
    # Unknown where either address is missing: two unknown addresses may be one.
    names["same_address"] = f"{end(one, '_dwelling')} = {end(two, '_dwelling')}"
    persons = [*people_attributes(records.pack), *records.pack.indicators]
    for role, of_column in zip(tie.between, (one, two), strict=True):
        names |= {f"{role}.{name}": end(of_column, name) for name in persons}
    return names


def _is_member(of_column: str, kind: UnitKind | None) -> str:
    is_resident = f"{end(of_column, 'person')} is not null"
    if kind is None or kind.excludes is None:
        return is_resident
    return f"{is_resident} and {end(of_column, excluded(kind))} is not true"


def _is_shaky(of_column: str, kind: UnitKind | None) -> str:
    """Who may have to go: an unknown exclusion, or known by a refused row alone."""
    unknown = f"not {end(of_column, 'is_known')}"
    if kind is None or kind.excludes is None:
        return unknown
    return f"({end(of_column, excluded(kind))} is null or {unknown})"
