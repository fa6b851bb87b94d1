"""`familycard shadow` and `alike`: a scorecard before it is in force, and whether like families are treated alike."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from familycard.cli.main import AsJson, SnapshotFolder, app
from familycard.cli.output import console, literal, plain_errors, print_json, table
from familycard.errors import UsageError
from familycard.pack.model import Pack, Scorecard
from familycard.snapshot.alike import Alike, alike_json, pair_rows
from familycard.snapshot.alike import alike as match
from familycard.snapshot.open import open_snapshot
from familycard.snapshot.shadow import Move, Shadow, export_shadow, shadow_json
from familycard.snapshot.shadow import shadow as compare


@app.command()
def shadow(
    snapshot: SnapshotFolder,
    scorecard: Annotated[
        str,
        typer.Argument(
            metavar="SCORECARD", help="A scorecard's .yaml file, or the id of one of the snapshot's."
        ),
    ],
    against: Annotated[
        str | None, typer.Option("--against", help="The scorecard in force; the card's if not said.")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Indicators to tell the moves apart by, with commas.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Every family with both scores, to this .csv or .parquet file."),
    ] = None,
    name: Annotated[
        str, typer.Option("--name", help="The export's name: references differ from every other export's.")
    ] = "shadow",
    as_json: AsJson = False,
) -> None:
    """Compare a scorecard with the one in force, family by family: who would move, before anyone does."""
    with plain_errors(as_json=as_json):
        names = [one.strip() for one in by.split(",")] if by else []
        found = compare(open_snapshot(snapshot), scorecard, against, names)
        written = None if out is None else export_shadow(found, out, name)
        if as_json:
            print_json(shadow_json(found) | ({} if written is None else {"file": str(written.path)}))
            return
        _print_shadow(found)
        if written is not None:
            console.print(f"{written.rows:,} families in [bold]{literal(written.path)}[/bold]")


def _print_shadow(found: Shadow) -> None:
    correlation = "—" if found.rank_correlation is None else f"{found.rank_correlation:.3f}"
    console.print(
        f"[bold]{found.families:,}[/bold] families: {literal(found.before.id)} in force, {literal(found.after.id)} beside "
        f"it; {found.same:,} in the same category, rank correlation {correlation}"
    )
    _print_moves("Who would move", found.moves)
    _print_moves("Who would move, by group", found.by_group)


def _print_moves(title: str, moves: tuple[Move, ...]) -> None:
    rows = [
        [move.group, move.value, move.before, move.after, f"{move.families:,}", f"{move.people:,}"]
        for move in moves
        if move.before != move.after
    ]
    if rows:
        console.print(
            table(title, ["group", "value", "from", "to", "families", "people"], rows, right=(4, 5))
        )


@app.command()
def alike(
    snapshot: SnapshotFolder,
    facts: Annotated[
        str | None,
        typer.Option("--facts", help="In what families are alike, with commas; else `alike` of --fit."),
    ] = None,
    which: Annotated[
        str | None, typer.Option("--fit", help="The fit whose `alike` and scorecard are meant.")
    ] = None,
    scorecard: Annotated[
        str | None, typer.Option("--scorecard", help="Whose categories; the fit's or the card's if not said.")
    ] = None,
    examples: Annotated[int, typer.Option("--examples", min=0, help="Pairs to show of each reason.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Find families alike in what law and need know that get another category or aid, and why."""
    with plain_errors(as_json=as_json):
        opened = open_snapshot(snapshot)
        named, card = _asked(opened.pack, facts, which, scorecard)
        found = match(opened, card, named)
        if as_json:
            print_json(alike_json(found, examples))
            return
        _print_alike(found, examples)


def _asked(
    pack: Pack, facts: str | None, which: str | None, scorecard: str | None
) -> tuple[tuple[str, ...], Scorecard]:
    """The facts to match by, and the scorecard whose categories are compared."""
    if which is not None and which not in pack.fits:
        raise UsageError(f"The snapshot has no fit `{which}`; it has {', '.join(pack.fits) or 'none'}.")
    fit = pack.fits[which] if which else None
    named = tuple(one.strip() for one in facts.split(",")) if facts else fit.alike if fit else ()
    wanted = scorecard or (which if which in pack.scorecards else None) or pack.card_scorecard or ""
    if wanted not in pack.scorecards:
        raise UsageError(
            f"The snapshot has no scorecard `{wanted}`; it has {', '.join(pack.scorecards) or 'none'}."
        )
    return named, pack.scorecards[wanted]


def _print_alike(found: Alike, examples: int) -> None:
    console.print(
        f"[bold]{found.matched:,}[/bold] of {found.families:,} families ({literal(found.unit)}) have others alike in "
        f"{literal(', '.join(found.facts))}; of {found.left_out:,} one of these is unknown"
    )
    rows = [[one.result, one.reason, f"{one.pairs:,}"] for one in found.reasons]
    console.print(
        table("Treated otherwise than most of those alike", ["result", "reason", "pairs"], rows, right=(2,))
    )
    shown = [[*map(str, pair.values())] for pair in pair_rows(found, examples)]
    if shown:
        heads = ["result", "most of those alike", "this family", "reason", "more"]
        console.print(table("Examples", heads, shown))
