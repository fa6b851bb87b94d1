"""Writes a scorecard as the file that a pack holds: read by people, reviewed like any other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from familycard.pack.model import Adjustment, Label, Override, Scorecard, Term

MARK = "# Fitted by `familycard fit`:"
"""How a fitted file begins; only such a file is written over."""


def scorecard_text(card: Scorecard, notes: Sequence[str]) -> str:
    """The file's text; `notes` say beside the mark what it was fitted to."""
    lines = [f"{MARK} change fits/{card.id}.yaml and fit again, not this file."]
    lines += [f"# {note}" for note in notes]
    lines += [f"id: {card.id}", f"title: {_label(card.title)}", f"unit: {card.unit}"]
    lines += [f"official: {str(card.official).lower()}", f"provenance: {_label(card.provenance)}"]
    lines += [f"base: {card.base}", "terms:"]
    for term in card.terms:
        lines += _term(term)
    if card.adjustments:
        lines.append("adjustments:")
        for adjustment in card.adjustments:
            lines += _adjustment(adjustment)
    limits = [
        f"{_text(letter)}: {{{'' if below is None else f'below: {below}'}}}"
        for letter, below in card.categories
    ]
    lines += [f"categories: {{{', '.join(limits)}}}", "category_labels:"]
    lines += [f"  {_text(letter)}: {_label(label)}" for letter, label in card.category_labels.items()]
    return "\n".join(lines) + "\n"


def _term(term: Term) -> Iterator[str]:
    yield f"  - id: {term.id}"
    yield f"    label: {_label(term.label)}"
    if term.bins is not None:
        yield f"    bins: {term.bins}"
        limits = [
            (f"below: {b.below}, " if b.below is not None else "") + f"points: {b.points}"
            for b in term.bin_points
        ]
        yield f"    points: [{', '.join(f'{{{limit}}}' for limit in limits)}]"
    elif term.values is not None:
        yield f"    values: {term.values}"
        yield f"    points: {{{', '.join(f'{_text(value)}: {points}' for value, points in term.value_points.items())}}}"
        if term.otherwise is not None:
            yield f"    otherwise: {term.otherwise}"
    elif term.table is not None:
        yield f"    table: [{', '.join(term.table)}]"
        yield f"    rows: [{', '.join(map(_text, term.rows))}]"
        yield f"    columns: [{', '.join(map(_text, term.columns))}]"
        yield f"    points: [{', '.join(str(list(row)) for row in term.grid)}]"
    elif term.when is not None:
        yield f"    when: {_text(term.when.text)}"
        yield f"    points: {term.points}"
    if term.missing_row:
        yield f"    missing_row: {list(term.missing_row)}"
    if term.missing_column:
        yield f"    missing_column: {list(term.missing_column)}"
    if term.missing is not None:
        yield f"    missing: {term.missing}"
    if term.override is not None:
        yield f"    override: {_override(term.override)}"
    yield f"    why: {_label(term.why)}"


def _override(override: Override) -> str:
    limits = {"at_least": override.at_least, "at_most": override.at_most}
    parts = [f"{key}: {limit}" for key, limit in limits.items() if limit is not None]
    return f"{{{', '.join(parts)}, why: {_label(override.why)}}}"


def _adjustment(adjustment: Adjustment) -> Iterator[str]:
    yield f"  - id: {adjustment.id}"
    yield f"    when: {_text(adjustment.when.text)}"
    limit = "at_most" if adjustment.at_most is not None else "at_least"
    yield f"    {limit}: {adjustment.at_most if adjustment.at_most is not None else adjustment.at_least}"
    yield f"    why: {_label(adjustment.why)}"


def _label(label: Label | Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{language}: {_text(text)}" for language, text in label.items()) + "}"


def _text(text: str) -> str:
    """A text in double quotes: a JSON string is a YAML string."""
    return json.dumps(text, ensure_ascii=False)
