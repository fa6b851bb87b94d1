"""`familycard stats`, `find`, `diff` and `recall`: what is asked of a snapshot as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from familycard.cli.causes_text import print_causes
from familycard.cli.main import AsJson, SnapshotFolder, app
from familycard.cli.output import console, literal, plain_errors, print_json, table
from familycard.cli.statistics_text import statistics_tables
from familycard.cli.words import Words
from familycard.errors import UsageError
from familycard.snapshot.difference import Difference, change_rows, difference, difference_json
from familycard.snapshot.export import export
from familycard.snapshot.open import open_snapshot
from familycard.snapshot.overview import stats_json
from familycard.snapshot.publish import CURRENT, check_name
from familycard.snapshot.publish import recall as point_back
from familycard.snapshot.segment import Segment
from familycard.snapshot.segment import find as find_segment


@app.command()
def stats(snapshot: SnapshotFolder, as_json: AsJson = False) -> None:
    """Poverty, inequality, categories and take-up of a snapshot."""
    with plain_errors(as_json=as_json):
        opened = open_snapshot(snapshot)
        if as_json:
            print_json(stats_json(opened))
            return
        for one in statistics_tables(opened, Words(opened.pack, "en")):
            console.print(one)
            console.print()


@app.command()
def find(
    snapshot: SnapshotFolder,
    condition: Annotated[
        str, typer.Argument(metavar="CONDITION", help='Such as "children >= 4 and dwellings = 0".')
    ],
    level: Annotated[
        str | None, typer.Option("--level", help="A kind of unit, or person; the card's unit if not said.")
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option("--columns", help="Names to show, with commas; those of the condition if not said."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="How many rows to print.")] = 20,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write all rows to this .csv or .parquet file.")
    ] = None,
    name: Annotated[
        str, typer.Option("--name", help="The export's name: references differ from every other export's.")
    ] = "segment",
    restricted: Annotated[
        bool, typer.Option("--restricted", help="Let restricted columns into the export; only those named.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Find the families for which a condition is true: count, table, or a file without anyone's number."""
    with plain_errors(as_json=as_json):
        opened = open_snapshot(snapshot)
        segment = find_segment(opened, condition, level=level)
        chosen = [name.strip() for name in columns.split(",")] if columns else None
        if out is not None:
            written = export(segment, out, name, columns=chosen, allow_restricted=restricted)
            found: dict[str, Any] = {
                "file": str(written.path),
                "note": str(written.note),
                "rows": written.rows,
            }
        else:
            found = {"rows": _rows(segment, chosen, limit)}
    counts = {"true": segment.is_true, "unknown": segment.is_unknown, "of": segment.everyone}
    if as_json:
        print_json(counts | found)
        return
    _print_found(segment, chosen, found)


def _print_found(segment: Segment, columns: list[str] | None, found: dict[str, Any]) -> None:
    """The counts, and the file that was written or the first rows."""
    console.print(
        f"[bold]{segment.is_true:,}[/bold] of {segment.everyone:,} ({segment.level}); "
        f"of {segment.is_unknown:,} it cannot be told"
    )
    if "file" in found:
        console.print(
            f"{found['rows']:,} rows in [bold]{literal(found['file'])}[/bold], described in {literal(found['note'])}"
        )
    elif found["rows"]:
        _print_rows(segment, columns, found["rows"])


def _rows(segment: Segment, columns: list[str] | None, limit: int) -> list[dict[str, Any]]:
    """The first rows without the key: a person's number is not shown."""
    return [
        {name: value for name, value in row.items() if name != segment.key}
        for row in segment.table(columns, limit).to_pylist()
    ]


def _print_rows(segment: Segment, columns: list[str] | None, rows: list[dict[str, Any]]) -> None:
    words = Words(segment.snapshot.pack, "en")
    shown = segment.chosen(columns)
    lines = [[words.value(row[name.name], name.type) for name in shown] for row in rows]
    console.print(table("", [name.name for name in shown], lines))


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(metavar="SNAPSHOT", help="The snapshot before.")],
    after: Annotated[Path, typer.Argument(metavar="SNAPSHOT", help="The snapshot after.")],
    causes: Annotated[
        bool, typer.Option("--causes", help="Build what lies between, and tell the causes apart exactly.")
    ] = False,
    work: Annotated[
        Path | None,
        typer.Option("--work", help="With --causes: keep what is built between here; else it is removed."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="With --causes: who changed and why, to this .csv or .parquet file."),
    ] = None,
    name: Annotated[
        str, typer.Option("--name", help="The export's name: references differ from every other export's.")
    ] = "changes",
    as_json: AsJson = False,
) -> None:
    """Who changed category or rights between two snapshots, and whether life, data or law changed."""
    with plain_errors(as_json=as_json):
        if not causes and (work or out):
            raise UsageError("--work and --out belong to --causes; say that too, or leave them out.")
        if after.suffix in (".yaml", ".yml"):
            raise UsageError(
                f"{after} is no snapshot. A scorecard is compared with the one in force, family by family, by "
                f"`familycard shadow {before} {after}`."
            )
        a, b = open_snapshot(before), open_snapshot(after)
        if causes:
            print_causes(a, b, work, out, name, as_json=as_json)
            return
        found = difference(a, b)
        if as_json:
            print_json(difference_json(found))
            return
        _print_difference(found)


def _print_difference(found: Difference) -> None:
    console.print(
        f"{literal(found.before)} → {literal(found.after)}: {found.people_in_both:,} people in both, "
        f"{found.people_only_before:,} only before, {found.people_only_after:,} only after; "
        f"[bold]{found.people_changed:,}[/bold] changed, {found.people_with_other_members:,} live with other members"
    )
    for title, counts in (("Categories", found.categories), ("Programmes", found.programmes)):
        heads, rows = change_rows(counts)
        if rows:
            console.print(table(title, list(heads), [list(row) for row in rows], right=(6, 7)))


@app.command()
def recall(
    snapshots: Annotated[Path, typer.Argument(metavar="SNAPSHOTS", help="The folder of snapshots.")],
    back_to: Annotated[
        str, typer.Argument(metavar="NAME", help="The good snapshot that `current` goes back to.")
    ],
    as_json: AsJson = False,
) -> None:
    """Take the current snapshot back: `current` goes to an earlier one, and who is affected is counted."""
    with plain_errors(as_json=as_json):
        check_name(snapshots, back_to)
        recalled, good = open_snapshot(snapshots / CURRENT), open_snapshot(snapshots / back_to)
        affected = difference(good, recalled)
        point_back(snapshots, back_to)
        if as_json:
            print_json({"current": str(good.path), "recalled": difference_json(affected)})
            return
        console.print(
            f"`current` is [bold]{literal(good.path.name)}[/bold] again. What the recalled one had said otherwise:"
        )
        _print_difference(affected)
