"""Units that a people attribute names: everyone of one household, or of one address."""

from __future__ import annotations

from familycard.families.attach import join_components
from familycard.families.choose import make_live
from familycard.families.forming import Forming
from familycard.families.shared import quoted, same
from familycard.pack.scopes import column


def group_by_attribute(forming: Forming, by: str) -> None:
    """Leave `components` by value, and the doubt of those without one: each is alone.

    Whether the value is unknown or absent, nobody can say with whom such a person lives; and
    where a refused row of people names a value, that unit lacks somebody.
    """
    people, value = forming.table("people"), f'"{same(by)}"'
    lowest = f'select {value}, min(person) as lowest from "{people}" group by {value}'
    everyone = forming.kind.excludes is None
    join_components(
        forming,
        f'select person as a, {value} as b from "{people}" where {value} <> person'
        if everyone
        else f'select person as a, lowest as b from "{people}" join ({lowest}) using ({value})',
    )
    forming.doubt(f'select person from "{people}" where {value} is null', f"{by}_unknown")
    if forming.inputs.neighbours is not None:
        forming.doubt(
            f"""
            select n.person from "{forming.inputs.neighbours}" n
            semi join "{people}" p on p.person = n.person where n.attribute = {quoted(by)}""",
            f"refused_rows:{forming.pack.people.source}",
        )


def hold_by_attribute(forming: Forming, by: str) -> None:
    """Leave `live`: the row of the people source that gives each member the value; nobody is at the other end."""
    source = forming.pack.people.source
    table, subject = forming.inputs.sources.get(source), forming.pack.sources[source].subject
    if table is None or subject is None:
        make_live(forming, 0)
        return
    forming.make_view(
        "live",
        f"""
        select 0 as level, 0 as mapping, _file as file, _row as row, {column(subject)} as one, null::bigint as two
        from "{table}" where {column(by)} is not null and {column(subject)} is not null""",
    )
