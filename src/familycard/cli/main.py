"""The commands: each reads its arguments, asks one function of the core, and prints what came back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from familycard.cli.boundary import Commands
from familycard.cli.card_json import card_json
from familycard.cli.card_text import card_lines
from familycard.cli.engines import NAMES, engine_of, session_of
from familycard.cli.evidence_text import print_evidence
from familycard.cli.output import console, errors, literal, plain_errors, print_json, stages
from familycard.cli.quality_text import quality_table
from familycard.cli.words import Words
from familycard.errors import UsageError
from familycard.pack.loader import load_pack
from familycard.snapshot.build import build as build_snapshot
from familycard.snapshot.evidence import evidence as find_evidence
from familycard.snapshot.reader import Reader
from familycard.sources.intake import intake as take_in

app = typer.Typer(
    name="familycard",
    cls=Commands,
    help="From a state's registers to one explained card for every family.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
pack_commands = typer.Typer(help="Look after a country pack.", no_args_is_help=True)
app.add_typer(pack_commands, name="pack")

PackFolder = Annotated[
    Path, typer.Argument(metavar="PACK", help="Folder of a country pack, such as packs/kz.")
]
SnapshotFolder = Annotated[
    Path,
    typer.Argument(
        metavar="SNAPSHOT", help="A snapshot's folder, or the link `current` beside the snapshots."
    ),
]
StoreFolder = Annotated[Path, typer.Option("--store", help="The store of all loads.")]
EngineName = Annotated[str, typer.Option("--engine", help=" or ".join(NAMES))]
EngineOptions = Annotated[
    list[str] | None,
    typer.Option(
        "--engine-option", metavar="NAME=VALUE", help="For spark; may stand several times: docs/spark.md."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


YEARS = (1900, 2999)
"""Years that a card may speak of: every period and every age counted from them is a date."""


def day(text: str) -> date:
    """A date argument; UsageError for anything but YYYY-MM-DD of the years for which registers exist."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"`{text}` is not a date; write YYYY-MM-DD.") from error
    if found.isoformat() != text:
        raise UsageError(f"`{text}` is not written as YYYY-MM-DD; do you mean {found}?")
    if not YEARS[0] <= found.year <= YEARS[1]:
        raise UsageError(f"{text} is outside the years {YEARS[0]} to {YEARS[1]}; check the year.")
    return found


@app.command()
def intake(
    pack: PackFolder,
    delivery: Annotated[Path, typer.Option("--from", help="Folder with the registers' files.")],
    store: StoreFolder,
    engine: EngineName = NAMES[0],
    engine_option: EngineOptions = None,
    memory: Annotated[
        str | None,
        typer.Option(
            "--memory",
            metavar="SIZE",
            help="What the engine takes at most, such as 4GB; on spark, what each task takes.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check the registers' files and take them into the store; print the quality table."""
    with plain_errors(as_json=as_json), stages(quiet=as_json) as progress:
        session = session_of(engine, engine_option or ())
        report = take_in(load_pack(pack), delivery, store, progress=progress, memory=memory, session=session)
    if as_json:
        print_json(report.to_json())
    else:
        console.print(quality_table(report))
        for source in report.sources:
            if source.reason:
                errors.print(
                    f"[bold red]Refused[/bold red] {source.source}: {literal(source.reason)}", soft_wrap=True
                )
    if not report.is_clean:
        raise typer.Exit(1)


@app.command()
def build(
    pack: PackFolder,
    store: StoreFolder,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="The date the cards speak of, YYYY-MM-DD.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Folder of snapshots; `current` in it is repointed.")],
    engine: EngineName = NAMES[0],
    engine_option: EngineOptions = None,
    memory: Annotated[
        str | None, typer.Option("--memory", help="At most about this much, such as 4GiB; more is spilled.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Form families, compute indicators, scores and programmes, and publish the snapshot."""
    with plain_errors(as_json=as_json):
        on, used = day(as_of), engine_of(engine, memory, engine_option or ())
        with stages(quiet=as_json) as progress:
            built = build_snapshot(load_pack(pack), store, on, out, engine=used, progress=progress)
    if as_json:
        print_json({"snapshot": str(built.path), "persons": built.persons, "seconds": built.seconds})
        return
    seconds = sum(built.seconds.values())
    console.print(f"{built.persons:,} persons in {seconds:.1f} s: [bold]{literal(built.path)}[/bold]")


@app.command()
def card(
    snapshot: SnapshotFolder,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Identifier of any member of the family.")],
    explain: Annotated[
        bool, typer.Option("--explain", help="Every point and every condition, with its source.")
    ] = False,
    lang: Annotated[str | None, typer.Option("--lang", help="Language of the card, such as kk.")] = None,
    evidence: Annotated[
        str | None,
        typer.Option("--evidence", metavar="INDICATOR", help="The registers' rows behind a value."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print one family's card, or the rows of the registers behind one of its values."""
    with plain_errors(as_json=as_json):
        reader = Reader.open(snapshot)
        language = lang or reader.pack.languages[0]
        if language not in reader.pack.languages:
            raise UsageError(f"The pack has no `{language}`; it has {', '.join(reader.pack.languages)}.")
        unit = reader.unit_of(reader.person_of(identifier))
        words = Words(reader.pack, language)
        if evidence is not None:
            print_evidence(find_evidence(reader.snapshot, evidence, unit=unit), words, as_json=as_json)
            return
        shown = reader.card(unit)
        if as_json:
            print_json(card_json(reader, shown, explain=explain))
            return
        for line in card_lines(reader, shown, words, explain=explain):
            console.print(line, soft_wrap=True)
