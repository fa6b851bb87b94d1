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
    "linked",
    "doubled",
    "refused",
    "unknown",
    "blanks",
    "signs of typing",
    "extract",
    "change",
]
LEAST_SHOWN = 100
"""Signs in fewer of the filled rows than this, in ten-thousandths, are not worth a word."""


def quality_table(report: IntakeReport) -> Table:
    """One line a source: counts, why rows were refused, how full and how fresh it is, against the load before."""
    rows = []
    for one in report.sources:
        quality = one.quality
        counts = ["–"] * (len(COLUMNS) - 2) if quality is None else _counts(quality)
        rows.append([one.source, one.outcome, *counts])
    return table(f"{report.persons:,} persons known", COLUMNS, rows, right=(2, 3, 4, 5, 6, 7))


def _counts(quality: Quality) -> list[str]:
    return [
        f"{quality.rows_read:,}",
        f"{quality.rows_accepted:,}",
        f"{quality.rows_linked:,}",
        f"{quality.rows_doubled:,}",
        _refused(quality),
        f"{quality.rows_of_unknown_persons:,}",
        _blanks(quality),
        _signs(quality),
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


def _signs(quality: Quality) -> str:
    """The column that looks most as if people had typed it: whole thousands, values as in the row above."""
    if not quality.signs:
        return "–"
    most = max(quality.signs, key=lambda sign: max(sign.ends_in_000, sign.as_row_before))
    shares = ((most.ends_in_000, "…000"), (most.as_row_before, "as above"))
    shown = [f"{share / 100:.0f} % {what}" for share, what in shares if share >= LEAST_SHOWN]
    return f"{most.column} {', '.join(shown)}" if shown else "none"
