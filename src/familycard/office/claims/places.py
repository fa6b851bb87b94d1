"""Where open claims and requests wait: in the area where their person lives by the published snapshot.

The area is kept in their rows, so that the database can filter, count and page them. People move: the
first list that is opened after a snapshot was published brings what is open up to date.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from familycard.office.cards.references import person_of
from familycard.office.claims.models import Claim, HumanRequest
from familycard.office.claims.states import OPEN
from familycard.snapshot.reader import Reader

AT_ONCE = 2_000
"""Persons in one question to the snapshot."""


def open_claims() -> QuerySet[Claim]:
    """Claims that wait for their answer."""
    return Claim.objects.filter(state__in=OPEN)


def open_requests() -> QuerySet[HumanRequest]:
    """Requests for a human that nobody has answered."""
    return HumanRequest.objects.filter(answered_at=None)


def place(reader: Reader) -> None:
    """Write the area of the snapshot at hand into what is open and does not have it; one query where all have."""
    snapshot = reader.snapshot.path.name
    for rows in (open_claims(), open_requests()):
        stale = rows.exclude(placed_in=snapshot)
        persons = sorted(set(stale.values_list("person", flat=True)))
        for first in range(0, len(persons), AT_ONCE):
            for area, living_there in _by_area(reader, persons[first : first + AT_ONCE]).items():
                stale.filter(person__in=living_there).update(area=area, placed_in=snapshot)


def _by_area(reader: Reader, references: Iterable[str]) -> dict[str, list[str]]:
    numbers = {text: person_of(text) for text in references}
    rows = reader.snapshot.rows["person"].find(number for number in numbers.values() if number is not None)
    areas = {row["person"]: row.get("area") or "" for row in rows}
    found: dict[str, list[str]] = {}
    for text, number in numbers.items():
        found.setdefault(areas.get(number, ""), []).append(text)
    return found
