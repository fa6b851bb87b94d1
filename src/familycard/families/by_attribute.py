"""Units that a people attribute names: everyone of one household, or of one address."""

from __future__ import annotations

from familycard.families.forming import Forming
from familycard.families.records import quoted
from familycard.pack.scopes import column


def group_by_attribute(forming: Forming, by: str) -> None:
    """Leave `components` by value, and the doubt of those without one: each is alone.

    Whether the value is unknown or absent, nobody can say with whom such a person lives; and
    where a refused row of people names a value, that unit lacks somebody.
    """
    people, value = forming.table("people"), column(by)
    forming.make(
        "components",
        f"""
        select p.person as node, coalesce(v.lowest, p.person) as component
        from "{people}" p left join (
            select {value} as shared, min(person) as lowest from "{people}" group by shared) v
          on v.shared = p.{value}""",
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
    """Add to `live` the row of the people source that gives each member the value; nobody is at the other end."""
    source = forming.pack.people.source
    table, subject = forming.inputs.sources.get(source), forming.pack.sources[source].subject
    if table is not None and subject is not None:
        forming.add(
            "live",
            f"""
            select 0, 0, _file, _row, {column(subject)}, null
            from "{table}" where {column(by)} is not null and {column(subject)} is not null""",
        )
