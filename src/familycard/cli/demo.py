"""`familycard synth` and `familycard demo`: a made-up country, and the whole main job on it."""

from __future__ import annotations

import shutil
import time
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from familycard.cli.card_text import card_lines
from familycard.cli.main import AsJson, PackFolder, app
from familycard.cli.output import console, errors, literal, plain_errors, print_json, stages
from familycard.cli.quality_text import quality_table
from familycard.cli.statistics_text import summary_tables
from familycard.cli.words import Words
from familycard.errors import UsageError
from familycard.office.serve import environment, prepare, serve
from familycard.pack.loader import load_pack
from familycard.snapshot.build import build
from familycard.snapshot.examples import examples
from familycard.snapshot.reader import Reader
from familycard.sources.intake import intake
from familycard.synthetic import generate

AS_OF, MONTH_BEFORE = date(2025, 12, 31), date(2025, 11, 30)
"""The day that the made-up country's registers speak of, and the one with which the office compares it."""
MADE = ("delivery", "store", "snapshots", "office")
"""The folders that a demo makes; nothing else is ever removed."""


@app.command()
def synth(
    pack: PackFolder,
    people: Annotated[int, typer.Option("--people", min=1, help="How many people.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for the files; must be empty or new.")],
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same bytes.")] = 1,
    bad_rows: Annotated[
        float, typer.Option("--bad-rows", min=0, max=1, help="Share of rows that intake must refuse.")
    ] = 0.0,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Processes; as many as processors unless said.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make up a country as register files, with the truth beside them."""
    with plain_errors(as_json=as_json):
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise UsageError(f"{out} is not an empty folder; name a new one.")
        with stages(quiet=as_json) as progress:
            report = generate(
                load_pack(pack), people, seed, out, bad_rows=bad_rows, workers=workers, progress=progress
            )
    if as_json:
        print_json(
            {
                "people": report.people,
                "families": report.families,
                "rows": report.rows,
                "faults": report.faults,
                "bad_rows": report.bad_rows,
            }
        )
    else:
        console.print(
            f"{people:,} made-up people in [bold]{literal(out)}[/bold]; the truth is in {literal(out / 'truth')}"
        )


@app.command()
def demo(
    people: Annotated[int, typer.Option("--people", min=2_000, help="How many made-up people.")] = 100_000,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another country.")] = 1,
    lang: Annotated[str, typer.Option("--lang", help="Language of the cards: kk, ru or en.")] = "en",
    out: Annotated[Path, typer.Option("--out", help="Folder for everything; made anew.")] = Path("var/demo"),
    port: Annotated[int, typer.Option("--port", help="Where the office opens.")] = 8000,
    month_before: Annotated[
        bool,
        typer.Option(
            "--month-before/--no-month-before",
            help="Also build the month before, with which the office compares: who fell into D or E, and who moved.",
        ),
    ] = True,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="End without opening the office.")] = False,
) -> None:
    """The main job on a made-up Kazakhstan: registers, checks, families, three cards; then the office opens."""
    start = time.perf_counter()
    with plain_errors():
        pack = load_pack(packs_folder() / "kz")
        if lang not in pack.languages:
            raise UsageError(f"The pack has no `{lang}`; it has {', '.join(pack.languages)}.")
        clear(out)
        with stages(quiet=False) as progress:
            generate(pack, people, seed, out / "delivery", progress=progress)
            report = intake(pack, out / "delivery", out / "store", progress=progress)
            for day in days_built(month_before=month_before):
                build(pack, out / "store", day, out / "snapshots", progress=progress)
        console.print(quality_table(report))
        reader = Reader.open(out / "snapshots" / "current")
        words = Words(pack, lang)
        for table in summary_tables(reader.snapshot, words):
            console.print()
            console.print(table)
        for example in examples(reader):
            console.rule(words.label(example.why))
            for line in card_lines(reader, reader.card(example.unit), words, explain=True):
                console.print(line, soft_wrap=True)
    console.rule()
    console.print(f"All data are made up. {time.perf_counter() - start:.0f} s for {people:,} people.")
    console.print(
        f"Look on: familycard stats {literal(out)}/snapshots/current · "
        f"familycard card {literal(out)}/snapshots/current ID"
    )
    if not no_serve:
        open_office(reader, out, port)


def days_built(*, month_before: bool) -> tuple[date, ...]:
    """The days of which snapshots are built; the last one is published."""
    return (MONTH_BEFORE, AS_OF) if month_before else (AS_OF,)


def open_office(reader: Reader, out: Path, port: int) -> None:
    """Open the office on the made-up country, with an account for each role, until it is interrupted."""
    with plain_errors():
        prepare(
            environment(
                out / "office", out / "snapshots", is_made_up=True, is_https=False, store=out / "store"
            )
        )
        # The office's models can be imported once its settings stand.
        from familycard.office.accounts.demonstration import demonstration_accounts, second_accounts
        from familycard.office.citizen.demonstration import demonstration_data

        accounts = demonstration_accounts(reader, is_made_up=True)
        accounts += second_accounts(reader, accounts[0].password)
        demonstration_data(reader)
    console.rule("The office")
    # By name: browsers keep no passkey for a number.
    console.print(
        f"http://localhost:{port} (stop with Ctrl-C); the password of all accounts is {accounts[0].password}"
    )
    console.print("Accounts: " + ", ".join(account.name for account in accounts))
    if status := serve(port):
        errors.print(f"The office cannot open on port {port}; is it taken? Name another with --port.")
        raise typer.Exit(status)


def clear(out: Path) -> None:
    """Remove what an earlier demo made; UsageError for a folder that holds anything else, which stays."""
    if not out.exists():
        return
    strangers = sorted(file.name for file in out.iterdir() if file.name not in MADE) if out.is_dir() else [""]
    if strangers or out.is_symlink():
        raise UsageError(f"{out} holds more than an earlier demo; name a new folder, nothing was removed.")
    for name in MADE:
        shutil.rmtree(out / name, ignore_errors=True)


def packs_folder() -> Path:
    """The packs beside the source code, or under the working folder."""
    for folder in (Path("packs"), Path(__file__).parents[3] / "packs"):
        if (folder / "kz" / "pack.yaml").is_file():
            return folder
    raise UsageError("The folder packs/kz is not here; run this in a checkout of Family Card.")
