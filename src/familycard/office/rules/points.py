"""The points of a scorecard's terms as a table says them: for which value how many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from django.utils.translation import gettext as _

from familycard.office.pages.templatetags.shown import label, number
from familycard.pack.scorecard import Scorecard, Term
from familycard.snapshot.reader import Reader


@dataclass(frozen=True)
class Line:
    """For which value, how many points."""

    when: str
    points: int


@dataclass(frozen=True)
class ShownTerm:
    """A term: its lines, and what experts limit them to."""

    term: Term
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Category:
    """A category with the scores that it has: from `least` on, below `below`; None is without limit."""

    letter: str
    least: int | None
    below: int | None


def terms_of(reader: Reader, scorecard: Scorecard) -> list[ShownTerm]:
    """All terms in the scorecard's order."""
    return [ShownTerm(term, tuple(_lines(reader, term))) for term in scorecard.terms]


def categories_of(scorecard: Scorecard) -> list[Category]:
    """All categories, the neediest first."""
    first = (
        [Category(scorecard.categories[0][0], None, scorecard.categories[0][1])]
        if scorecard.categories
        else []
    )
    return first + [
        Category(letter, least, below) for (_, least), (letter, below) in pairwise(scorecard.categories)
    ]


def _lines(reader: Reader, term: Term) -> Iterator[Line]:
    if term.bins:
        yield from _of_bins(term)
    elif term.values:
        indicator = reader.pack.indicators.get(term.values)
        for value, points in term.value_points.items():
            words = label(indicator.value_labels.get(value)) if indicator else ""
            yield Line(words or value, points)
        if term.otherwise is not None:
            yield Line(_("any other value"), term.otherwise)
    elif term.when:
        yield Line(_("if it is so"), term.points)
    elif term.table:
        yield from _of_table(reader, term, term.table)
    if term.missing is not None:
        yield Line(_("not known"), term.missing)


def _of_bins(term: Term) -> Iterator[Line]:
    bands = _bands([bin_.below for bin_ in term.bin_points[:-1]])
    for band, bin_ in zip(bands, term.bin_points, strict=True):
        yield Line(band, bin_.points)


def _of_table(reader: Reader, term: Term, names: tuple[str, str]) -> Iterator[Line]:
    """Every cell of a grid of two indicators, and what an unknown one of them gives."""
    row_title, column_title = (label(reader.fact_of(name, None).label) for name in names)
    rows = [*_bands(term.rows), *([_("not known")] if term.missing_row else [])]
    columns = [*_bands(term.columns), *([_("not known")] if term.missing_column else [])]
    grid = [list(cells) for cells in (*term.grid, *([term.missing_row] if term.missing_row else []))]
    for cells, points in zip(grid, term.missing_column, strict=False):
        cells.append(points)
    for row, cells in zip(rows, grid, strict=True):
        for column, points in zip(columns, cells, strict=False):
            yield Line(f"{row_title}: {row}; {column_title}: {column}", points)


def _bands(limits: Sequence[str | None]) -> list[str]:
    """The ranges between limits, in words: one more than there are limits."""
    words = [_limit(limit) for limit in limits]
    if not words:
        return [_("any value")]
    between = [
        _("from %(least)s to below %(below)s") % {"least": least, "below": below}
        for least, below in pairwise(words)
    ]
    first, last = _("below %(below)s") % {"below": words[0]}, _("from %(least)s on") % {"least": words[-1]}
    return [first, *between, last]


def _limit(text: str | None) -> str:
    """A limit as the pack writes it, in the language's form where it is a plain number."""
    try:
        return number(Decimal(text or ""))
    except InvalidOperation:
        return text or ""
