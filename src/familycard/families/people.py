"""Who can be a member: residents, without those whom the kind excludes."""

from __future__ import annotations

from familycard.families.forming import Forming
from familycard.pack.expression import compile_condition, names_in
from familycard.pack.model import Expression, Tie
from familycard.pack.scopes import column, people_attributes, person_scope


def make_people(forming: Forming) -> None:
    """Leave `people`, with only the columns that this kind reads.

    Unknown residence counts as resident and an unknown exclusion as membership: nobody is
    lost, but the composition of such a unit is unknown. `is_shaky` marks who may have to go:
    also who is known by a refused row alone, for that row may say that he died.
    """
    excluded = "false"
    if forming.kind.excludes is not None:
        scope = person_scope(forming.pack, forming.as_of)
        excluded = compile_condition(forming.kind.excludes, scope).sql
    columns = "".join(f", {column(name)}" for name in sorted(_columns(forming)))
    forming.make(
        "people",
        f"""
        select person, is_known, ({excluded}) is null or not is_known as is_shaky{columns}
        from "{forming.inputs.persons}"
        where is_resident is not false and ({excluded}) is not true""",
    )
    shaky = f'select person from "{forming.table("people")}" where is_shaky and is_known'
    forming.doubt(shaky, "exclusion_unknown")


def note_refused_rows(forming: Forming) -> None:
    """Whoever has a refused row in a source that this kind reads is in a unit of unknown composition."""
    used = {mapping.source for tie in forming.levels for mapping in tie.mappings}
    for source in sorted({forming.pack.people.source, *used}):
        if source in forming.inputs.undecided:
            undecided = f'select person from "{forming.inputs.undecided[source]}"'
            forming.doubt(
                f'{undecided} semi join "{forming.table("people")}" using (person)', f"refused_rows:{source}"
            )


def conditions_of(tie: Tie) -> list[Expression]:
    """Every expression of a tie."""
    found = [tie.when, tie.unless, *(mapping.when for mapping in tie.mappings)]
    return [e for e in found if e is not None] + [preference.when for preference in tie.prefer]


def _columns(forming: Forming) -> set[str]:
    attributes = people_attributes(forming.pack).keys()
    names = {"birth_date"} | ({"address", "area"} & attributes)
    if forming.kind.by is not None:
        names.add(forming.kind.by)
    for tie in forming.levels:
        for expression in conditions_of(tie):
            dotted = (name.split(".", 1) for name in names_in(expression) if "." in name)
            names |= {parts[1] for parts in dotted if parts[0] in tie.between}
    return names - {"is_known"}
