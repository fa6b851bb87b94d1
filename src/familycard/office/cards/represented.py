"""Persons for whom a citizen may act today, by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from familycard.office.access.middleware import Access
from familycard.office.accounts.models import Representation
from familycard.office.cards.references import person_of
from familycard.snapshot.memberships import NAME_PARTS


@dataclass(frozen=True)
class Represented:
    """Somebody whom the viewer represents: by what, and until when."""

    reference: str
    name: str
    is_ward: bool
    ground: str
    end: date | None
    recorded: int | None
    """What an official recorded of a power of attorney, from which the viewer may step back."""


def represented_by(access: Access) -> list[Represented]:
    """All whom the viewer represents today, in the order in which it began; notes whom it names."""
    rows = Representation.objects.on(timezone.localdate()).filter(representative=access.viewer.person)
    found = []
    for row in rows.select_related("recorded").order_by("start", "pk"):
        assert isinstance(row, Representation)
        name = _name(access, row.person)
        if name is not None:
            is_ward = row.kind == Representation.GUARDIAN
            recorded = None if is_ward else getattr(row, "recorded", None)
            found.append(
                Represented(row.person, name, is_ward, row.ground, row.end, recorded.pk if recorded else None)
            )
    access.look(one.reference for one in found)
    return found


def _name(access: Access, reference: str) -> str | None:
    person = person_of(reference)
    rows = (
        []
        if person is None
        else access.reader.snapshot.rows["person"].find([person], ("person", *NAME_PARTS))
    )
    return " ".join(str(rows[0][part]) for part in NAME_PARTS if rows[0].get(part)) if rows else None
