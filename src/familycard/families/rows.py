"""The rows of one source as ties of two residents, with every name that conditions use beside them."""

from __future__ import annotations

from collections.abc import Collection

from familycard.families.pairs import age_gap, is_checked, same_address
from familycard.families.shared import Records, end, sure
from familycard.families.source_rows import UNCONFIRMED
from familycard.pack.model import Tie, TieMapping
from familycard.pack.scopes import column, people_attributes


def rows_of(records: Records, tie: Tie, mapping: TieMapping, names: Collection[str]) -> str:
    """A query: ``_file, _row, _one, _two``, doubts, birth dates and the gap of ages, and each of `names` as a column.

    Ends are residents, two different ones. ``_one_shaky``: known by a refused row alone, so
    that the person may have to go, or tied by a row that nobody has confirmed. ``_gap`` is true where ages cannot refute the tie.
    """
    one, two = (mapping.columns[role] for role in tie.between)
    unconfirmed = f" or {UNCONFIRMED}" if mapping.source in records.inputs.unconfirmed else ""
    columns = [
        f"_file, _row, {end(one, 'person')} as _one, {end(two, 'person')} as _two",
        f"{end(one, 'birth_date')} as _one_born, {end(two, 'birth_date')} as _two_born",
        f"not {end(one, 'is_known')}{unconfirmed} as _one_shaky",
        f"not {end(two, 'is_known')}{unconfirmed} as _two_shaky",
        f"{age_gap(one, two) if is_checked(tie, mapping) else 'true'} as _gap",
    ]
    sql = _names(records, tie, mapping)
    wanted = {name for name in [*names, tie.started] if name in sql}
    columns += [f"{sql[name]} as {column(name)}" for name in sorted(wanted)]
    return f"""
        select {", ".join(columns)} from "{records.table(f"ties_{mapping.source}")}"
        where {end(one, "person")} <> {end(two, "person")}"""


def _names(records: Records, tie: Tie, mapping: TieMapping) -> dict[str, str]:
    """SQL of every name that a tie's conditions may use and that is not a literal."""
    one, two = (mapping.columns[role] for role in tie.between)
    names = {name: column(name) for name in records.pack.sources[mapping.source].by_name}
    names["same_address"] = same_address(one, two)
    persons = [*people_attributes(records.pack), *records.pack.indicators, *records.said.values()]
    persons += map(sure, records.unsure)
    for role, of_column in zip(tie.between, (one, two), strict=True):
        names |= {f"{role}.{name}": end(of_column, name) for name in persons}
    return names
