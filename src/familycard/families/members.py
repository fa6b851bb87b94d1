"""From components to the published tables: who is in which unit, who heads it, and by what evidence."""

from __future__ import annotations

import json

from familycard.families.forming import Forming, quoted
from familycard.families.rows import via_of
from familycard.families.ties import mappings_of
from familycard.pack.scopes import people_attributes


def make_mappings(forming: Forming) -> None:
    """Leave `mappings`: what level and mapping numbers mean, and how their evidence begins."""
    rows = ["(-1, -1, '', '', '')"]
    for level, place, mapping in mappings_of(forming):
        tie = forming.levels[level]
        head = {"tie": tie.id, "via": via_of(mapping), "source": mapping.source}
        opening = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
        texts = ", ".join(quoted(text) for text in (tie.id, mapping.source, opening))
        rows.append(f"({level}, {place}, {texts})")
    forming.make("mappings", f"from (values {', '.join(rows)}) t(level, mapping, tie, source, opening)")


def make_tie_evidence(forming: Forming) -> None:
    """Leave `evidence`: for each tied person a JSON list of the ties that hold, in the pack's order."""
    live = forming.table("live")
    # Numbered first and then sorted as short lists: five times faster than string_agg in an order.
    forming.make(
        "evidence",
        f"""
        select person, '[' || array_to_string(list_transform(list_sort(list(
                   struct_pack(place := place, item := item))), lambda x: x.item), ',') || ']' as evidence
        from (
            select person,
                   row_number() over (partition by person order by level, source, mapping, other, file, row) as place,
                   opening || ',"file":' || file || ',"row":' || row || ',"other":' || other || '}}' as item
            from (select level, mapping, file, row, one as person, two as other from "{live}"
                  union all select level, mapping, file, row, two, one from "{live}")
            join "{forming.table("mappings")}" using (level, mapping))
        group by person""",
    )


def make_members(forming: Forming, out: str) -> None:
    """Leave the published members: unit, person, role, evidence; sorted by unit and person.

    The head is an adult first, then the oldest, then the lowest person number. Any adult is
    older than any child, so the order of births says it all; unknown births come last.
    """
    forming.make(
        "headed",
        f"""
        select first_value(person) over (partition by component order by birth_date nulls last, person) as unit,
               person
        from "{forming.table("people")}" join "{forming.table("components")}" on node = person""",
    )
    forming.engine.make(
        out,
        f"""
        select unit, person, case when unit = person then 'head' else 'member' end as role,
               coalesce(evidence, '[]') as evidence
        from "{forming.table("headed")}" {_kept_units(forming)}
        left join "{forming.table("evidence")}" using (person)
        order by unit, person""",
    )


def _kept_units(forming: Forming) -> str:
    """Kinds of tied persons have no units of one, but for those of whom nobody can tell."""
    if forming.kind.covers == "everyone" or forming.kind.by is not None:
        return ""
    return f"""
        semi join (
            select unit as kept from "{forming.table("headed")}"
            left join (select distinct person, true as is_doubtful from "{forming.table("doubts")}") using (person)
            group by unit having count(*) > 1 or bool_or(is_doubtful)) on kept = unit"""


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
        join "{forming.table("people")}" on person = unit
        left join "{forming.table("reasons")}" using (unit)
        order by unit""",
    )
