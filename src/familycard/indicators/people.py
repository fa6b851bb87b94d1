"""Who there is: the base table of persons, from the people source.

Someone whose register row was refused is still a person: the attributes are then
unknown (`is_known` is false), never absent, and the person counts as resident, so that
nobody is lost by a bad row.
"""

from __future__ import annotations

from datetime import date

from familycard.engine.interface import Engine
from familycard.errors import BuildError
from familycard.indicators.tables import PEOPLE, UNKNOWN_PEOPLE, checked, quoted, undecided
from familycard.pack.expression import compile_condition
from familycard.pack.model import Pack
from familycard.pack.scopes import people_attributes, source_scope


def make_people(engine: Engine, pack: Pack, as_of: date) -> int:
    """Make the table `PEOPLE`; how many persons it has. BuildError where a person has two rows."""
    source = pack.sources[pack.people.source]
    if source.subject is None:
        raise BuildError(
            f"The people source `{source.id}` names no subject; mark one column familycard.subject."
        )
    attributes = people_attributes(pack)
    resident = "true"
    if pack.people.resident is not None:
        condition = compile_condition(pack.people.resident, source_scope(pack, source, as_of))
        resident = f"coalesce({condition.sql}, true)"
    subject, rows = quoted([source.subject]), checked(source.id)
    unknown = ", ".join(f'cast(null as {c.type.sql}) as "{name}"' for name, c in attributes.items())
    engine.make(
        UNKNOWN_PEOPLE,
        f"select distinct u.person, {unknown}, false as is_known, true as is_resident from {undecided(source.id)} u"
        f" anti join {rows} r on r.{subject} = u.person where u.person is not null",
    )
    engine.derive(
        PEOPLE,
        f"select {subject} as person, {quoted(attributes)}, true as is_known, {resident} as is_resident"
        f" from {rows} where {subject} is not null union all from {UNKNOWN_PEOPLE}",
    )
    count, distinct = engine.rows(f"select count(*), count(distinct person) from {PEOPLE}")[0]
    if count != distinct:
        raise BuildError(
            f"The people source `{source.id}` gives {count - distinct} persons two rows; take it in again."
        )
    return int(count)
