"""The snapshots before the published one: what was said of a person then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from familycard.snapshot.reader import Reader
from familycard.snapshot.rows import of_scores, unit_column

EARLIER_MAX = 12
"""How many snapshots back a story goes: a year of months."""


@dataclass(frozen=True)
class Then:
    """What a snapshot says of a person's family: its category (None where not known) and rights not used."""

    as_of: date
    category: str | None
    unused: frozenset[str]
    """Ids of programmes."""


def earlier(reader: Reader) -> list[Reader]:
    """The readers of the snapshots of earlier days, the latest first; of several of one day the last by name.

    A recalled snapshot is of the day of the published one or of a later one, so it is never among them.
    """
    by_day: dict[str, Path] = {}
    for folder in sorted(settings.DEPLOYMENT.snapshots.glob("[0-9]*")):
        if (folder / "manifest.json").is_file():
            by_day[folder.name[:10]] = folder
    days = sorted((day for day in by_day if day < reader.as_of.isoformat()), reverse=True)
    return [_reader(by_day[day]) for day in days[:EARLIER_MAX]]


def said_of(reader: Reader, person: int) -> Then | None:
    """What a snapshot says of a person's family; None where the person has none there."""
    rows = reader.snapshot.rows
    found = rows["person"].find([person])
    unit = found[0][unit_column(reader.pack.card_unit)] if found else None
    if unit is None:
        return None
    scores = rows[of_scores(reader.pack.card_scorecard)].find([unit]) if reader.pack.card_scorecard else []
    members = [member.person for member in reader.members(unit)]
    unused = frozenset(right.programme.id for right in reader.rights(members) if right.is_unused)
    return Then(reader.as_of, scores[0]["category"] if scores else None, unused)


@lru_cache(EARLIER_MAX)
def _reader(folder: Path) -> Reader:
    return Reader.open(folder)
