"""A snapshot in tables: people and families, categories, programmes, and the pack's statistics."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from familycard.cli.output import table
from familycard.cli.words import Words
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.overview import Overview, count_rows, overview, programme_rows
from familycard.snapshot.statistics import StatisticResult, statistics

Rows = tuple[tuple[str, ...], Sequence[tuple[str, ...]]]


def summary_tables(snapshot: OpenSnapshot, words: Words) -> list[Table]:
    """The demo's summary: how many, of which category, and what they do not use."""
    counted = overview(snapshot)
    shown = [
        table("People and families", ["", ""], _totals(counted, words), right=(1,)),
        _numbers("Families by size", count_rows(counted.sizes, "members")),
    ]
    if counted.categories:
        shown.append(
            _numbers("Families by category (our own scale)", count_rows(counted.categories, "category"))
        )
    return [*shown, _programmes(counted, words)]


def statistics_tables(snapshot: OpenSnapshot, words: Words) -> list[Table]:
    """The pack's statistics, then the summary."""
    rows = [_statistic(result, words) for result in statistics(snapshot)]
    if not rows:
        return summary_tables(snapshot, words)
    heads = ["statistic", "value", "unit", "rows", "unknown", "as of", "sources"]
    return [table("Statistics", heads, rows, right=(1, 3, 4)), *summary_tables(snapshot, words)]


def _statistic(result: StatisticResult, words: Words) -> list[str]:
    sources = ", ".join(f"{o.source} {o.extracted_on or ''}".strip() for o in result.sources)
    value = "not known" if result.shown is None else f"{result.shown:,}"
    counts = [f"{result.rows_used:,}", f"{result.rows_unknown:,}"]
    return [
        words.label(result.title) or result.id,
        value,
        result.measured_in,
        *counts,
        str(result.as_of),
        sources,
    ]


def _totals(counted: Overview, words: Words) -> list[list[str]]:
    once = words.money(counted.unused_one_off_minor)
    return [
        ["people", f"{counted.people:,}"],
        ["families", f"{counted.families:,}"],
        ["mean size", f"{counted.mean_size}"],
        ["families with unused rights", f"{counted.families_with_unused:,}"],
        ["unused rights, worth a month", words.money(counted.unused_monthly_minor)],
        ["unused rights, worth once", once],
    ]


def _programmes(counted: Overview, words: Words) -> Table:
    return _numbers("Programmes", programme_rows(counted, words.language), text_columns=2)


def _numbers(title: str, shown: Rows, *, text_columns: int = 1) -> Table:
    heads, rows = shown
    return table(
        title, list(heads), [list(row) for row in rows], right=tuple(range(text_columns, len(heads)))
    )
