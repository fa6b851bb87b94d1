"""The registers' rows behind a value, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from familycard.cli.output import console, print_json, table
from familycard.cli.words import Words
from familycard.snapshot.evidence import EvidenceRow

MARKS = {True: "✓", False: "–", None: "?"}


def print_evidence(rows: Sequence[EvidenceRow], words: Words, *, as_json: bool) -> None:
    """One line a row: whose register, which file and record, whether it counts, and its values."""
    if as_json:
        print_json([_json(row) for row in rows])
        return
    lines = [
        [
            row.indicator,
            row.title,
            str(row.extracted_on or "–"),
            f"{row.file} #{row.row}",
            MARKS[row.is_counted],
            "; ".join(f"{name}: {words.value(cell.value, cell.type)}" for name, cell in row.values.items())
            + (f" ({row.linked.text})" if row.linked else ""),
        ]
        for row in rows
    ]
    console.print(table("", ["of", "register", "extract", "row", "counts", "values"], lines))


def _json(row: EvidenceRow) -> dict[str, object]:
    return {
        "indicator": row.indicator,
        "source": row.source,
        "load": row.load,
        "file": row.file,
        "row": row.row,
        "extracted_on": row.extracted_on,
        "stale": row.stale,
        "is_counted": row.is_counted,
        "values": {name: {"value": cell.value, "type": str(cell.type)} for name, cell in row.values.items()},
        "withheld": row.withheld,
        "linked": row.linked.text if row.linked else None,
    }
