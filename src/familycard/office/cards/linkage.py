"""Rows that wait to be linked, and the person whom each may be about.

The list has no name; a pair's names are shown for the pair at hand, and that is a look at the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.http import Http404

from familycard.office.access.middleware import Access
from familycard.office.cards.references import reference
from familycard.sources.linkage.queue import Pair, read_queue

FILE_DIGITS = 12
"""Of a file's SHA-256, as it stands in addresses."""


@dataclass(frozen=True)
class Waiting:
    """A pair in the queue, without anybody's data."""

    person: str
    source: str
    file: str
    row: int
    likelihood_per_myriad: int
    key: tuple[str, str, int, str]
    """Source, SHA-256, row, reference."""


def waiting_pairs(review: Path) -> list[Waiting]:
    """The pairs of the review file, the likeliest first."""
    return [_waiting(pair) for pair in read_queue(review)]


def _waiting(pair: Pair) -> Waiting:
    who = reference(pair.person)
    return Waiting(
        person=who,
        source=pair.source,
        file=pair.sha256[:FILE_DIGITS],
        row=pair.row,
        likelihood_per_myriad=pair.likelihood_millionths // 100,
        key=(pair.source, pair.sha256, pair.row, who),
    )


def pair_at_hand(access: Access, review: Path, source: str, file: str, row: int) -> Pair:
    """The pair of a row and the person whom the page is about, with what both say; Http404 where none waits."""
    subject = access.about
    for pair in read_queue(review):
        if (pair.source, pair.sha256[:FILE_DIGITS], pair.row, pair.person) == (
            source,
            file,
            row,
            subject.person,
        ):
            access.look([subject.reference])
            return pair
    raise Http404
