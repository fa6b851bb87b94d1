"""From an identifier that somebody typed to the person who has it."""

from __future__ import annotations

from familycard.errors import SnapshotError
from familycard.office.access.decide import Subject
from familycard.office.cards.subjects import subject_of_person
from familycard.snapshot.reader import Reader


def identified(reader: Reader, identifier: str) -> Subject | None:
    """The person who has an identifier; None where nobody has, or more than one."""
    try:
        return subject_of_person(reader, reader.person_of(identifier))
    except SnapshotError:
        return None
