"""The review file as a queue that somebody decides pair by pair, instead of in a spreadsheet.

What was decided is written as the same file with `decision` and `decided_by` filled in, which
``familycard link --decide`` takes back (`review.read_decisions`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from familycard.errors import UsageError
from familycard.sources.durable import replace_file
from familycard.sources.linkage.review import KEY, TEXTS

Key = tuple[str, str, int, int]
"""Source, SHA-256 of the file, row, person."""


@dataclass(frozen=True)
class Pair:
    """A row that does not name its person, and the person whom it may be about."""

    source: str
    sha256: str
    row: int
    person: int
    likelihood_millionths: int
    texts: Mapping[str, str]
    """What the row says of its person, by column; what it leaves blank is left out."""
    candidate: str
    words: str
    """Why they may be one person."""

    @property
    def key(self) -> Key:
        """What names the pair in a review file."""
        return self.source, self.sha256, self.row, self.person


@dataclass(frozen=True)
class Decision:
    """yes or no, and who said so."""

    decision: str
    decided_by: str


def read_queue(review: Path) -> tuple[Pair, ...]:
    """The pairs that wait, the likeliest first; UsageError for what is no review file, none where there is no file."""
    if not review.is_file():
        return ()
    try:
        return tuple(_pair(line) for line in _lines(review))
    except (KeyError, ValueError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{review}: it cannot be read as a review file ({error}).") from error


def _lines(review: Path) -> list[dict[str, str]]:
    with review.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _pair(line: Mapping[str, str]) -> Pair:
    return Pair(
        source=line["source"],
        sha256=line["sha256"],
        row=int(line["row"]),
        person=int(line["person"]),
        likelihood_millionths=int(line["likelihood_millionths"]),
        texts={name: line[name] for name in TEXTS if line.get(name)},
        candidate=line["candidate"],
        words=line["words"],
    )


def write_decisions(review: Path, out: Path, decided: Mapping[Key, Decision]) -> int:
    """Write the review file with what was decided, readable by its owner alone; how many pairs of it are decided."""
    lines, count = _lines(review), 0
    for line in lines:
        found = decided.get(_pair(line).key)
        if found is not None:
            line |= {"decision": found.decision, "decided_by": found.decided_by}
            count += 1
    text = io.StringIO()
    writer = csv.DictWriter(text, list(lines[0]) if lines else [*KEY, "decision", "decided_by"])
    writer.writeheader()
    writer.writerows(lines)
    replace_file(out, text.getvalue().encode(), mode=0o600)
    return count
