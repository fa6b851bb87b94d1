"""The quality table of an intake, as printed."""

from __future__ import annotations

from rich.table import Table

from familycard.cli.output import table
from familycard.sources.quality import Quality
from familycard.sources.report import IntakeReport

COLUMNS = [
    "source",
    "outcome",
    "read",
    "accepted",
    "doubled",
    "refused",
    "unknown",
    "blanks",
    "extract",
    "change",
]


def quality_table(report: IntakeReport) -> Table:
    """One line a source: counts, why rows were refused, how full and how fresh it is, against the load before."""
    rows = []
    for one in report.sources:
        quality = one.quality
        counts = ["–"] * (len(COLUMNS) - 2) if quality is None else _counts(quality)
        rows.append([one.source, one.outcome, *counts])
    return table(f"{report.persons:,} persons known", COLUMNS, rows, right=(2, 3, 4, 5, 6))


def _counts(quality: Quality) -> list[str]:
    return [
        f"{quality.rows_read:,}",
        f"{quality.rows_accepted:,}",
        f"{quality.rows_doubled:,}",
        _refused(quality),
        f"{quality.rows_of_unknown_persons:,}",
        _blanks(quality),
        quality.extracted_on.isoformat() if quality.extracted_on else "not known",
        f"{quality.change.rows_read:+,} rows" if quality.change else "first",
    ]


def _refused(quality: Quality) -> str:
    if not quality.rows_refused:
        return "0"
    worst = max(quality.refused, key=lambda r: r.rows)
    where = f"{worst.column} {worst.rule}".strip()
    return f"{quality.rows_refused:,} ({where})"


def _blanks(quality: Quality) -> str:
    blank = [b for b in quality.blanks if b.per_myriad]
    if not blank:
        return "none"
    most = max(blank, key=lambda b: b.per_myriad)
    return f"{most.column} {most.per_myriad / 100:.1f} %" + (f" +{len(blank) - 1}" if len(blank) > 1 else "")
