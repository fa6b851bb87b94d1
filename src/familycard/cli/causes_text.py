"""The moves between two snapshots by cause, printed for people."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.table import Table

from familycard.cli.output import console, literal, print_json, stages, table
from familycard.snapshot.basis import CATEGORY
from familycard.snapshot.causes import GROUPS, MOVES, SEVERAL, UNCLEAR, Causes, causes_json, causes_of
from familycard.snapshot.export_causes import export_causes
from familycard.snapshot.open import OpenSnapshot
from familycard.snapshot.steps import DATA, LAW, LIFE, SOFTWARE, steps_between

WORDS = {
    LIFE: "because life changed",
    DATA: "only because data changed",
    LAW: "only because the law changed",
    SOFTWARE: "only because the software changed",
    SEVERAL: "for several of these",
    UNCLEAR: "for a cause that cannot be told",
}
HEADS = {
    LIFE: "life",
    DATA: "data only",
    LAW: "law only",
    SOFTWARE: "software",
    SEVERAL: "several",
    UNCLEAR: "unclear",
}


def print_causes(
    a: OpenSnapshot, b: OpenSnapshot, work: Path | None, out: Path | None, name: str, *, as_json: bool
) -> None:
    """Build what lies between, count, write the list where asked, and print."""
    with _folder(work) as folder:
        with stages(quiet=as_json) as progress:
            found = causes_of(steps_between(a, b, folder, progress))
        written = export_causes(found, a, b, out, name) if out is not None else None
    if as_json:
        files = (
            {"file": str(written.path), "note": str(written.note), "rows": written.rows} if written else {}
        )
        print_json(causes_json(found) | files)
        return
    for one in causes_tables(found):
        console.print(one)
        console.print()
    _print_earlier_words(found)
    if written is not None:
        console.print(
            f"{written.rows:,} rows in [bold]{literal(written.path)}[/bold], described in {literal(written.note)}"
        )


@contextmanager
def _folder(work: Path | None) -> Iterator[Path]:
    """Where snapshots between are built; one of our own is removed, since it holds everybody's data."""
    if work is not None:
        yield work
        return
    with tempfile.TemporaryDirectory(prefix="familycard-diff-") as folder:
        yield Path(folder)


def causes_tables(found: Causes) -> list[Table]:
    """Families and people that moved up and down, then programmes gained and lost."""
    title = (
        f"{found.before} → {found.after}: {found.people_in_both:,} people in both; "
        f"steps: {', '.join(found.steps) or 'none'}"
    )
    rows = [
        ["" if i else f"moved {direction}", words, f"{people:,}", f"{families:,}"]
        for direction, groups in found.moves().items()
        for i, (words, people, families) in enumerate(_lines(groups))
    ]
    shown = [table(title, ["category", "why", "people", "families"], rows, right=(2, 3))]
    categories = _category_rows(found)
    if categories:
        heads = ["families from", "to", *(HEADS[group] for group in GROUPS)]
        shown.append(table("Categories", heads, categories, right=tuple(range(2, len(heads)))))
    programmes = _programme_rows(found)
    if programmes:
        heads = ["programme", "people who", *(HEADS[group] for group in GROUPS)]
        shown.append(table("Programmes", heads, programmes, right=tuple(range(2, len(heads)))))
    return shown


def _lines(groups: dict[str, tuple[int, int]]) -> list[tuple[str, int, int]]:
    """Life, data and law always have their line; the others where they happened."""
    shown = [group for group in GROUPS if group in (LIFE, DATA, LAW) or any(groups[group])]
    total = [sum(numbers) for numbers in zip(*groups.values(), strict=True)]
    return [("in all", total[0], total[1]), *((WORDS[group], *groups[group]) for group in shown)]


def _category_rows(found: Causes) -> list[list[str]]:
    """Families by the category they left and the one they came to."""
    families: dict[tuple[str, str], dict[str, int]] = {}
    for count in found.counts:
        if count.result == CATEGORY and count.direction in MOVES:
            groups = families.setdefault((count.before, count.after), dict.fromkeys(GROUPS, 0))
            groups[count.group] += count.families
    return [[*pair, *(f"{n:,}" for n in groups.values())] for pair, groups in sorted(families.items())]


def _programme_rows(found: Causes) -> list[list[str]]:
    results = dict.fromkeys(count.result for count in found.counts if count.result != CATEGORY)
    return [
        [result, direction, *(f"{groups[group][0]:,}" for group in GROUPS)]
        for result in results
        for direction, groups in found.moves(result).items()
    ]


def _print_earlier_words(found: Causes) -> None:
    """What cannot be told apart, source by source under its reason."""
    reasons: dict[str, Sequence[str]] = {}
    for word in found.earlier_words:
        reasons[word.why] = [*reasons.get(word.why, []), word.source]
    for why, sources in reasons.items():
        console.print(f"{literal(', '.join(dict.fromkeys(sources)))}: {literal(why)}.", soft_wrap=True)
