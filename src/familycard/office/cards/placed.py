"""Rows about persons that wait where the person lives: the area is kept in them, and follows who moves.

So the database can filter, count and page them. Where somebody lives is for the published snapshot to say, and
access to a row about them goes by it: a row that stayed in the old area would stand on a list there, open for
nobody, and on no list where the person lives now.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from familycard.office.cards.references import person_of
from familycard.snapshot.reader import Reader

AT_ONCE = 2_000
"""Persons in one question to the snapshot."""


class Placed(models.Model):
    """Something about a person (its field `person`) that waits where the person lives; `place` keeps both fields."""

    area = models.CharField(max_length=20, blank=True, db_index=True)
    """Where the person lives; blank for who is in the registers no longer."""
    placed_in = models.CharField(max_length=80, blank=True)
    """The snapshot that said so; blank until one was asked."""

    class Meta:
        abstract = True


def place(reader: Reader, *waiting: models.QuerySet[Any]) -> None:
    """Write the area of the snapshot at hand into rows that do not have it; one query for each where all have.

    Asked before a list is read: the first one that is opened after a snapshot was published brings it up to date.
    """
    snapshot = reader.snapshot.path.name
    for rows in waiting:
        stale = rows.exclude(placed_in=snapshot)
        persons = sorted(set(stale.order_by().values_list("person", flat=True)))
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
