"""The access log as a file for auditors. Persons stand in it by references of this export alone.

So two exports cannot be joined by person, nor one with the office's addresses; who keeps the key (the
office, by the export's number) can find out whom a line is about.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC

from django.conf import settings
from django.db.models import QuerySet

from familycard.office.access.models import Look

COLUMNS = ("sequence", "at", "name", "role", "page", "purpose", "reason", "snapshot", "person", "hash")
REFERENCE_DIGITS = 20
ROWS_AT_ONCE = 2000
COMPUTED = ("=", "+", "-", "@", "\t", "\r")
"""With what a text begins that a spreadsheet would compute."""


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def lines(looks: QuerySet[Look], number: str) -> Iterator[str]:
    """CSV, a line for each person of each look, the latest first."""
    writer, key = csv.writer(_Line()), settings.DEPLOYMENT.key(f"log export {number}")
    yield writer.writerow(COLUMNS)
    for look in looks.iterator(chunk_size=ROWS_AT_ONCE):
        at = look.at.astimezone(UTC).isoformat(timespec="microseconds")
        before = [
            look.sequence,
            at,
            look.name,
            look.role,
            look.page,
            look.purpose,
            look.reason,
            look.snapshot,
        ]
        for person in look.persons or [""]:
            cells = [*before, _reference(key, person), look.hash]
            yield writer.writerow([_plain(cell) for cell in cells])


def _reference(key: bytes, person: str) -> str:
    return hmac.new(key, person.encode(), hashlib.sha256).hexdigest()[:REFERENCE_DIGITS] if person else ""


def _plain(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(COMPUTED) else cell
