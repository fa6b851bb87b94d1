"""Faults: what was found wrong in the records and dropped, for a human to mend."""

from __future__ import annotations

from collections.abc import Sequence

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


def publish_faults(formed: Sequence[Forming], members: Sequence[str]) -> None:
    """Add what these kinds, whose tables of members are given, found to all faults: in the place of what they found before."""
    engine, table = formed[0].engine, formed[0].inputs.faults
    kinds = ", ".join(quoted(forming.kind.id) for forming in formed)
    engine.make(table, f'select * from "{table}" where kind is null or kind not in ({kinds})')
    of_kinds = (
        f"select f.*, unit, {quoted(forming.kind.id)} as kind"
        f' from "{forming.table("found")}" f left join "{of}" using (person) where of_kind'
        for forming, of in zip(formed, members, strict=True)
    )
    of_records = (f'select * from "{forming.table("found")}" where not of_kind' for forming in formed)
    engine.add(
        table,
        f"""
        select fault, person, other, unit, kind, min(source), detail
        from ({" union all ".join(of_kinds)}) _found
        group by fault, person, other, unit, kind, detail
        union all
        select fault, person, other, null, null, min(source), min(detail)
        from ({" union all ".join(of_records)}) f where not exists (
            select 1 from "{table}" t where t.kind is null
              and t.fault = f.fault and t.person = f.person and t.other = f.other)
        group by fault, person, other""",
    )
