"""Who can be a member: residents, without those whom the kind excludes."""

from __future__ import annotations

from familycard.families.forming import Forming
from familycard.families.shared import excluded, same, sure


def make_people(forming: Forming) -> None:
    """Leave `people`, and `excluded`: who is not among them, surely or perhaps.

    Unknown residence counts as resident and an unknown exclusion as membership: nobody is
    lost, but the composition of such a unit is unknown.
    """
    by = f', "{same(forming.kind.by)}"' if forming.kind.by is not None else ""
    residents = forming.records.table("residents")
    people = f'select person, seniority{by} from "{residents}"'
    if forming.kind.excludes is None:
        forming.hold("people", people)
    else:
        exclusion = f'"{excluded(forming.kind)}"'
        forming.hold("people", f"{people} where {exclusion} is not true")
        perhaps = f"{exclusion} is not false"
        if forming.records.has_unsure_exclusion(forming.kind):
            # Only what nobody has confirmed may keep somebody in.
            perhaps += f' or "{sure(excluded(forming.kind))}" is not false'
        forming.hold(
            "excluded", f'select person, {exclusion} is true as surely from "{residents}" where {perhaps}'
        )
        unsure = f'select person from "{residents}" where {exclusion} is null and is_known'
        forming.doubt(unsure, "exclusion_unknown")


def note_refused_rows(forming: Forming) -> None:
    """Whoever has a refused row in a source that this kind reads is in a unit of unknown composition."""
    used = {mapping.source for tie in forming.levels for mapping in tie.mappings}
    for source in sorted({forming.pack.people.source, *used}):
        if source in forming.inputs.undecided:
            undecided = f'select person from "{forming.inputs.undecided[source]}"'
            forming.doubt(
                f'{undecided} semi join "{forming.table("people")}" using (person)', f"refused_rows:{source}"
            )
