"""Who is concerned by a fault in the records: references alone, and that is a look, too."""

from __future__ import annotations

from dataclasses import dataclass

from familycard.office.access.middleware import Access
from familycard.office.cards.references import reference
from familycard.snapshot.faults import faults_found


@dataclass(frozen=True)
class Faulty:
    """One fault: references of whom it concerns, the kind of unit, the register."""

    persons: tuple[str, ...]
    kind: str
    source: str


def faulty(access: Access, fault: str, offset: int, limit: int) -> list[Faulty]:
    """Some of the faults of one name."""
    found = []
    for one in faults_found(access.reader.snapshot, fault, offset, limit):
        persons = tuple(reference(person) for person in (one.person, one.other) if person is not None)
        access.look(persons)
        found.append(Faulty(persons, one.kind, one.source))
    return found
