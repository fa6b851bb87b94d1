"""The one answer about a person that another body gets: yes, no, or cannot tell."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from familycard.office.access.middleware import Access
from familycard.office.cards.limits import kinds_of
from familycard.office.cards.references import reference
from familycard.office.cards.sight import is_minor
from familycard.snapshot.names import sensitivity_by_programme
from familycard.snapshot.reader import Reader
from familycard.snapshot.rows import of_members, unit_column

YES, NO, CANNOT_TELL = "yes", "no", "cannot_tell"
BY_STATUS = {
    "eligible": YES,
    "not_eligible": NO,
    "cannot_tell": CANNOT_TELL,
    "not_in_force": NO,
    "excluded": NO,
}
"""A programme that another one takes the place of is none that the person could have now."""


TOLD_TO_OTHERS = ("open", "own")
"""Up to which sensitivity a yes or no may rest: one that rests on more would tell of a diagnosis or a sealed fact."""


def protection_of(reader: Reader, programme: str) -> str | None:
    """The sensitivity of all that a programme's answer rests on; None where the pack has no such programme."""
    return sensitivity_by_programme(reader.pack).get(programme)


def is_answerable(reader: Reader, programme: str) -> bool:
    """Whether another body may be answered about a programme: it is in the pack and rests on nothing protected."""
    return protection_of(reader, programme) in TOLD_TO_OTHERS


def adults_behind(reader: Reader, person: int, programme: str) -> frozenset[str]:
    """References of the adults without whose consent nobody is answered about a person and a programme.

    The person, and all of age in the units on whose members' data the programme rests: a yes or no about a
    family tells of everybody in it (Personal Data Law No 94-V art. 7). A minor's parents are among them.
    """
    rule = reader.pack.programmes[programme]
    kinds = kinds_of(reader, rule)
    persons = _with_members(reader, {person}, kinds & {rule.unit})
    persons = _with_members(reader, persons, kinds)
    today = timezone.localdate()
    rows = reader.snapshot.rows["person"].find(persons, ("person", "birth_date"))
    adults = (row["person"] for row in rows if not is_minor(row.get("birth_date"), today))
    return frozenset(map(reference, {person, *adults}))


def _with_members(reader: Reader, persons: set[int], kinds: Iterable[str]) -> set[int]:
    """These persons and all members of their units of some kinds."""
    rows, found = reader.snapshot.rows, set(persons)
    known = rows["person"].find(persons, map(unit_column, reader.pack.units))
    for kind in kinds:
        units = {row[unit_column(kind)] for row in known} - {None}
        found |= {row["person"] for row in rows[of_members(kind)].find(units)}
    return found


def answer_of(access: Access, programme: str) -> str:
    """Whether the person whom the page is about probably has a right to a programme.

    Of several units that the person belongs to, one with the right is enough. Who belongs to no unit
    of the programme's kind has none of the rows that a no would rest on: nobody can tell.
    """
    access.look([access.about.reference])
    statuses = {
        right.status
        for right in access.reader.rights([access.about.person])
        if right.programme.id == programme
    }
    answers = {BY_STATUS[status] for status in statuses}
    return next((answer for answer in (YES, CANNOT_TELL, NO) if answer in answers), CANNOT_TELL)
