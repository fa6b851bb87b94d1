"""`familycard link`: rows that do not name their person, and people whom the register has twice."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from familycard.cli.engines import NAMES, linking_session_of
from familycard.cli.main import AsJson, EngineOptions, PackFolder, StoreFolder, app
from familycard.cli.output import console, errors, literal, plain_errors, print_json, stages, table
from familycard.pack.loader import load_pack

if TYPE_CHECKING:
    from familycard.sources.linkage.linking import LinkReport


@app.command()
def link(
    pack: PackFolder,
    store: StoreFolder,
    review: Annotated[
        Path, typer.Option("--review", help="The CSV file for rows that wait for a person's decision.")
    ],
    decide: Annotated[
        Path | None, typer.Option("--decide", help="A review file with decisions, to be taken back.")
    ] = None,
    duplicates: Annotated[
        Path | None,
        typer.Option("--duplicates", help="Also list people whom the register seems to have twice."),
    ] = None,
    unconfirmed: Annotated[
        Path | None,
        typer.Option(
            "--unconfirmed",
            help="Also list the rows that the model linked, for a person to confirm or take back.",
        ),
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", help="Where pairs are scored: " + " or ".join(NAMES))
    ] = NAMES[0],
    engine_option: EngineOptions = None,
    as_json: AsJson = False,
) -> None:
    """Link quarantined rows that do not name their person, or list them for a decision."""
    # Splink takes a second to import, which no other command should pay.
    from familycard.sources.linkage.linking import link as link_rows

    with plain_errors(as_json=as_json), stages(quiet=as_json) as progress:
        spark = linking_session_of(engine, engine_option or ())
        report = link_rows(
            load_pack(pack),
            store,
            review,
            decisions=decide,
            duplicates=duplicates,
            unconfirmed=unconfirmed,
            on=date.today(),
            progress=progress,
            spark=spark,
        )
    if as_json:
        print_json(asdict(report))
        return
    _print(report)


def _print(report: LinkReport) -> None:
    """One line a source, and why a source was left as it is."""
    lines = [
        [
            source,
            *(
                str(counts.get(source, 0))
                for counts in (report.linked, report.waiting, report.left, report.accepted)
            ),
        ]
        for source in sorted({*report.accepted, *report.linked})
    ]
    console.print(
        table("", ["source", "linked now", "waiting", "left in quarantine", "rows accepted by links"], lines)
    )
    for source, note in report.notes.items():
        errors.print(f"[bold]Left as it is[/bold] {source}: {literal(note)}", soft_wrap=True)
