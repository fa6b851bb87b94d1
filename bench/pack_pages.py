"""The pages about a pack that are written from the pack itself: its score's points, its sources, its counts.

    python bench/pack_pages.py

Each page keeps what is written by hand; only what stands between its marks is made here, and a
test says when it is out of date.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from page import replace_part

from familycard.pack.contract import Source
from familycard.pack.loader import load_pack
from familycard.pack.model import Pack, Scorecard, Term
from familycard.scoring.points import range_of

ROOT = Path(__file__).resolve().parents[1]
PACK = ROOT / "packs" / "kz"
SPHERES = ("economic", "housing", "health", "education", "social")
MARKS = ("<!-- pack -->", "<!-- /pack -->")


def scorecard_tables(pack: Pack) -> str:
    """Sphere by sphere: every term with its points, and what a sphere can take and give; then the cut-offs."""
    card = pack.scorecards[pack.card_scorecard or ""]
    lines = ["| sphere | can take | can give |", "|---|---:|---:|"]
    for sphere in SPHERES:
        take, give = sphere_range(card, sphere)
        lines.append(f"| {sphere} | {take} | {give:+} |")
    for sphere in SPHERES:
        lines += ["", f"### {sphere.capitalize()}", "", "| what | points | why |", "|---|---|---|"]
        lines += [_term_row(pack, term) for term in card.terms if term.sphere == sphere]
    lines += ["", "### Floors and cut-offs", ""]
    lines += [
        f"- `{a.when.text}`: the score is at most {a.at_most}. {a.why['en']}." for a in card.adjustments
    ]
    lines += ["", "| category | score | kk | ru | en |", "|---|---|---|---|---|", *_category_rows(card)]
    return "\n".join(lines)


def sphere_range(card: Scorecard, sphere: str) -> tuple[int, int]:
    """The most points that a sphere can take (0 or less) and give."""
    ranges = [range_of(term) for term in card.terms if term.sphere == sphere]
    return sum(least for least, _ in ranges), sum(most for _, most in ranges)


def _term_row(pack: Pack, term: Term) -> str:
    return f"| {term.label['en']} | {_points(pack, term)} | {term.why['en']} |"


def _points(pack: Pack, term: Term) -> str:
    if term.bins is not None:
        steps = [
            f"below {b.below}: {b.points:+}" if b.below else f"else {b.points:+}" for b in term.bin_points
        ]
        return f"`{term.bins}` ({pack.indicators[term.bins].measured_in}) " + ", ".join(steps)
    if term.table is not None:
        return _grid(term)
    assert term.when is not None, f"term {term.id} of a kind that this page does not know"
    return f"{term.points:+} when `{term.when.text}`"


def _grid(term: Term) -> str:
    """A table of two indicators, row by row."""
    assert term.table is not None
    down, across = term.table
    columns = ", ".join([*(f"below {c}" for c in term.columns), "more"])
    rows = [f"below {r}" for r in term.rows] + ["else"]
    lines = [
        f"{row}: {' / '.join(f'{p:+}' for p in points)}" for row, points in zip(rows, term.grid, strict=True)
    ]
    return f"`{down}` by `{across}` ({columns}): " + "; ".join(lines)


def _category_rows(card: Scorecard) -> Iterator[str]:
    least: int | None = None
    for letter, below in card.categories:
        parts = [f"from {least}" if least is not None else "", f"below {below}" if below is not None else ""]
        label = card.category_labels[letter]
        score = " ".join(part for part in parts if part)
        yield f"| {letter} | {score} | {label['kk']} | {label['ru']} | {label['en']} |"
        least = below


def sources_tables(pack: Pack) -> str:
    """Every contract by agency."""
    agencies = sorted({source.owner for source in pack.sources.values()})
    lines = [f"{len(pack.sources)} sources of {len(agencies)} agencies."]
    for agency in agencies:
        lines += ["", f"## {agency}", ""]
        lines += ["| source | contact | sent every | stale after | legal basis | permitted uses |"]
        lines += ["|---|---|---|---|---|---|"]
        lines += [_source_row(source) for source in pack.sources.values() if source.owner == agency]
    return "\n".join(lines)


_UNITS = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}


def _source_row(source: Source) -> str:
    count, unit = source.cadence.split()
    every = _UNITS[unit] if count == "1" else f"{count} {_UNITS[unit]}s"
    uses = {use for column in source.columns for use in column.uses}
    sealed = " (sealed)" if any(column.sensitivity == "sealed" for column in source.columns) else ""
    return (
        f"| `{source.id}`: {source.titles['en']}{sealed} | {source.contact} | {every} "
        f"| {source.freshness_days} days | {source.legal_basis} | {_uses(uses)} |"
    )


def _uses(uses: set[str]) -> str:
    """The kinds of uses, then the programmes by name."""
    kinds = sorted(use for use in uses if ":" not in use)
    programmes = sorted(use.removeprefix("programme:") for use in uses if ":" in use)
    return ", ".join([*kinds, *([f"programmes {', '.join(programmes)}"] if programmes else [])])


def counts(pack: Pack) -> str:
    """How much there is of everything."""
    shown = sum(indicator.card for indicator in pack.indicators.values())
    cases = sum(len(programme.cases) for programme in pack.programmes.values())
    unverified = sum(not programme.verified for programme in pack.programmes.values())
    rows = {
        "sources": len(pack.sources),
        "agencies": len({source.owner for source in pack.sources.values()}),
        "indicators, of which a card may show": f"{len(pack.indicators)}, {shown}",
        "programmes, of which unverified": f"{len(pack.programmes)}, {unverified}",
        "lawyers' cases": cases,
        "parameters": len(pack.parameters),
        "scorecards": len(pack.scorecards),
        "checks": len(pack.checks),
        "statistics": len(pack.statistics),
    }
    return "\n".join(
        ["| what | how many |", "|---|---:|", *(f"| {what} | {n} |" for what, n in rows.items())]
    )


PAGES: dict[Path, Callable[[Pack], str]] = {
    ROOT / "docs" / "scorecard-kz.md": scorecard_tables,
    ROOT / "docs" / "sources-kz.md": sources_tables,
    PACK / "README.md": counts,
}


def main() -> None:
    pack = load_pack(PACK)
    for page, made in PAGES.items():
        replace_part(page, *MARKS, made(pack))


if __name__ == "__main__":
    main()
