"""From components to the published tables: who is in which unit, who heads it, and by what evidence."""

from __future__ import annotations

from familycard.families.forming import Forming
from familycard.families.records import quoted
from familycard.families.ties import mappings_of
from familycard.pack.scopes import people_attributes


def make_mappings(forming: Forming) -> None:
    """Leave `mappings`: what level and mapping numbers mean."""
    rows = ["(-1, -1, '')"]
    for level, place, mapping in mappings_of(forming):
        rows.append(f"({level}, {place}, {quoted(mapping.source)})")
    forming.make("mappings", f"from (values {', '.join(rows)}) t(level, mapping, source)")


def make_members(forming: Forming, out: str) -> None:
    """Leave the published members: unit, person, role.

    The head is an adult first, then the oldest, then the lowest person number. Any adult is
    older than any child, so the order of births (`seniority`) says it all; unknown births come last.
    """
    forming.engine.make(
        out,
        f"""
        select unit, node as person, case when unit = node then 'head' else 'member' end as role
        from "{forming.table("components")}" join (
            select component, arg_min(person, seniority) as unit
            from "{forming.table("people")}" join "{forming.table("components")}" on node = person
            group by component) using (component)""",
    )
    if not forming.covers_all:
        _drop_lone_members(forming, out)


def _drop_lone_members(forming: Forming, members: str) -> None:
    """Kinds of tied persons have no units of one, but for those of whom nobody can tell."""
    forming.engine.make(
        members,
        f"""
        select * from "{members}" semi join (
            select unit from "{members}"
            left join (select distinct person, true as is_doubtful from "{forming.table("doubts")}") using (person)
            group by unit having count(*) > 1 or bool_or(is_doubtful)) using (unit)""",
    )


def make_evidence(forming: Forming, members: str, out: str) -> None:
    """Leave the published evidence: unit, one, two, tie, mapping, file, row; a row for each tie that holds.

    `tie` counts the kind's ties and then its attachments, `mapping` the sources of that tie.
    """
    forming.engine.make(
        out,
        f"""
        select unit, one, two, level as tie, mapping, file, row
        from "{forming.table("live")}" join "{members}" on person = one""",
    )


def make_units(forming: Forming, members: str, out: str) -> None:
    """Leave the published units: unit, members, composition_known, area, why_unknown; sorted by unit."""
    area = "area" if "area" in people_attributes(forming.pack) else "cast(null as varchar)"
    forming.make(
        "reasons",
        f"""
        select unit, string_agg(reason, ', ' order by reason) as why_unknown
        from (select distinct unit, reason from "{members}" join "{forming.table("doubts")}" using (person))
        group by unit""",
    )
    forming.engine.make(
        out,
        f"""
        select unit, members, why_unknown is null as composition_known, {area} as area, why_unknown
        from (select unit, count(*) as members from "{members}" group by unit)
        join "{forming.records.table("residents")}" on person = unit
        left join "{forming.table("reasons")}" using (unit)
        order by unit""",
    )
