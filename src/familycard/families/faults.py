"""Faults: what was found wrong in the records and dropped, for a human to mend."""

from __future__ import annotations

from familycard.engine.interface import Engine
from familycard.families.forming import Forming
from familycard.families.shared import quoted


def start_faults(engine: Engine, table: str = "faults") -> None:
    """Make the table of faults where it is missing.

    Columns: fault, person, other BIGINT, unit BIGINT, kind, source, detail. A fault of the
    records themselves has no kind and no unit, and stands there once however many kinds of
    units come upon it; a fault of a kind (`undecided_tie`, `too_many_members`) names both.
    """
    if engine.has(table):
        return
    columns = {"fault": "varchar", "person": "bigint", "other": "bigint", "unit": "bigint"}
    columns |= {"kind": "varchar", "source": "varchar", "detail": "varchar"}
    typed = ", ".join(f"cast(null as {type_}) as {name}" for name, type_ in columns.items())
    engine.make(table, f"select {typed} where false")


def publish_faults(forming: Forming, members: str) -> None:
    """Add what this kind found to the table of all faults."""
    table, found = forming.inputs.faults, forming.table("found")
    kind = quoted(forming.kind.id)
    forming.engine.make(table, f'select * from "{table}" where kind is distinct from {kind}')
    forming.engine.add(
        table,
        f"""
        select fault, person, other, unit, {kind}, min(source), detail
        from "{found}" left join "{members}" using (person) where of_kind
        group by fault, person, other, unit, detail""",
    )
    forming.engine.add(
        table,
        f"""
        select fault, person, other, null, null, min(source), min(detail)
        from "{found}" f where not of_kind and not exists (
            select 1 from "{table}" t where t.kind is null
              and t.fault = f.fault and t.person = f.person and t.other = f.other)
        group by fault, person, other""",
    )
