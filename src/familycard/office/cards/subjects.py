"""From a reference to the person whom a page is about: which family, which area."""

from __future__ import annotations

from datetime import date

from familycard.errors import SnapshotError
from familycard.office.access.decide import Subject
from familycard.office.cards.current import current
from familycard.office.cards.references import person_of, reference
from familycard.snapshot.reader import Reader
from familycard.snapshot.rows import unit_column


def subject_of(text: str) -> Subject | None:
    """The person of a reference; None where it stands for nobody in the published snapshot."""
    person = person_of(text)
    return None if person is None else subject_of_person(current().reader(), person)


def subject_of_person(reader: Reader, person: int) -> Subject | None:
    """The person with the core's number, None where the snapshot has none."""
    column = unit_column(reader.pack.card_unit)
    rows = reader.snapshot.rows["person"].find([person], (column, "area"))
    if not rows:
        return None
    row = rows[0]
    unit = row[column]
    return Subject(person, reference(person), None if unit is None else int(unit), row.get("area") or "")


def birth_date_of(reader: Reader, person: int) -> date | None:
    """When somebody was born by the registers; None where none says it."""
    rows = reader.snapshot.rows["person"].find([person], ("person", "birth_date"))
    return rows[0].get("birth_date") if rows else None


def subject_of_identifier(reader: Reader, identifier: str) -> Subject | None:
    """The person with a number of the registers; None where nobody in the snapshot has it, or more than one."""
    try:
        return subject_of_person(reader, reader.person_of(identifier))
    except SnapshotError:
        return None
