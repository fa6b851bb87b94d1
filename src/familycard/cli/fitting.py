"""`familycard fit` and `validate`: points from evidence, and what they can be trusted with."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from familycard.cli.main import AsJson, PackFolder, app, day
from familycard.cli.output import console, literal, plain_errors, print_json, stages, table
from familycard.errors import UsageError
from familycard.pack.fit import Fit
from familycard.pack.loader import load_pack
from familycard.pack.model import Pack
from familycard.scoring.fitting.fit import EVERY, Fitted, fit_scorecard
from familycard.scoring.fitting.scorecard_yaml import MARK, scorecard_text
from familycard.scoring.fitting.survey import Survey
from familycard.scoring.validation.page import NAMES, report_page
from familycard.scoring.validation.report import validation_report
from familycard.snapshot.drifted import drift
from familycard.snapshot.surveyed import read_survey

SurveyFile = Annotated[
    Path,
    typer.Option(
        "--survey", metavar="FILE", help="A .csv or .parquet file, or a snapshot whose units are the survey."
    ),
]
KnownBy = Annotated[
    Path | None,
    typer.Option("--snapshot", help="A snapshot that knows the indicators of the survey's families."),
]
WhichFit = Annotated[
    str | None, typer.Option("--fit", help="Which of the pack's fits; the only one if not said.")
]
AtMost = Annotated[int | None, typer.Option("--at-most", min=1, help="So many indicators and no more.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="The day of a survey that has no snapshot, YYYY-MM-DD."),
]


@app.command()
def fit(
    pack: PackFolder,
    survey: SurveyFile,
    snapshot: KnownBy = None,
    which: WhichFit = None,
    at_most: AtMost = None,
    as_of: AsOf = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="The scorecard's file; scorecards/<fit>.yaml of the pack if not said."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fit a scorecard of integer points to a survey, and write it where the build uses it."""
    with plain_errors(as_json=as_json):
        loaded = load_pack(pack)
        recipe = chosen_fit(loaded, which)
        path = out or pack / "scorecards" / f"{recipe.id}.yaml"
        _must_be_ours(path)
        asked = read_survey(loaded, recipe, survey, snapshot, asked_day(as_of))
        fitted = fit_scorecard(loaded, recipe, asked, at_most or EVERY)
        _write(path, scorecard_text(fitted.card, _notes(recipe, asked, survey)))
    _tell(path, fitted, asked, as_json=as_json)


def asked_day(text: str | None) -> date | None:
    """The day of `--as-of`, if said."""
    return day(text) if text else None


def chosen_fit(pack: Pack, which: str | None) -> Fit:
    """The fit of that name, or the only one."""
    if which is not None and which in pack.fits:
        return pack.fits[which]
    there = ", ".join(pack.fits) or "none"
    if which is not None:
        raise UsageError(f"The pack has no fits/{which}.yaml; it has {there}.")
    if len(pack.fits) != 1:
        advice = "say by --fit which" if pack.fits else "write one (docs/pack-format.md)"
        raise UsageError(f"The pack has {len(pack.fits)} fits ({there}); {advice}.")
    return next(iter(pack.fits.values()))


def _must_be_ours(path: Path) -> None:
    """What experts wrote by hand is never written over."""
    if path.exists() and not path.read_text(encoding="utf-8").startswith(MARK):
        raise UsageError(
            f"{path} was not written by `familycard fit`; give the fit another id, or name --out."
        )


def _notes(recipe: Fit, survey: Survey, file: Path) -> list[str]:
    digest = f", SHA-256 {hashlib.sha256(file.read_bytes()).hexdigest()}" if file.is_file() else ""
    return [
        f"{len(survey):,} families of {survey.origin}{digest}; target `{recipe.target.column}`.",
        f"{recipe.middle} is the middle; {recipe.step} points more are "
        + ("twice the amount." if recipe.target.is_amount else "a standard deviation of the label's place."),
    ]


def _write(path: Path, text: str) -> None:
    """Beside, and then in its place by one rename."""
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_name(f".{path.name}.making")
    making.write_text(text, encoding="utf-8")
    os.replace(making, path)


def _tell(path: Path, fitted: Fitted, survey: Survey, *, as_json: bool) -> None:
    indicators = sorted({name for term in fitted.card.terms for name in term.named})
    if as_json:
        limits = {letter: below for letter, below in fitted.card.categories}
        found = {"file": str(path), "rows": len(survey), "terms": len(fitted.card.terms)}
        print_json(found | {"indicators": indicators, "categories": limits})
        return
    console.print(
        f"{len(survey):,} families, {len(indicators)} indicators, {len(fitted.card.terms)} lines: "
        f"[bold]{literal(path)}[/bold]"
    )
    console.print("Not judged yet: `familycard validate` says what it can be trusted with.")


@app.command()
def validate(
    pack: PackFolder,
    survey: SurveyFile,
    snapshot: KnownBy = None,
    which: WhichFit = None,
    at_most: AtMost = None,
    as_of: AsOf = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for report.json and report.html.")] = None,
    before: Annotated[
        Path | None,
        typer.Option("--before", help="A snapshot from which drift is measured, to that of --after."),
    ] = None,
    after: Annotated[Path | None, typer.Option("--after", help="The later snapshot of the two.")] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="Language of the pack's texts on the page.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what a fit can be trusted with: errors out of fold, by group, and beside what others published."""
    with plain_errors(as_json=as_json), stages(quiet=as_json) as progress:
        if (before is None) != (after is None):
            raise UsageError("Drift is between two snapshots: give both --before and --after, or neither.")
        loaded = load_pack(pack)
        recipe = chosen_fit(loaded, which)
        language = _language(loaded, lang)
        asked = read_survey(loaded, recipe, survey, snapshot, asked_day(as_of))
        report = validation_report(loaded, recipe, asked, at_most=at_most or EVERY, progress=progress)
        if before is not None and after is not None:
            report["drift"] = drift(loaded, recipe, before, after)
        if out is not None:
            _write(out / "report.json", json.dumps(report, indent=1, ensure_ascii=False) + "\n")
            _write(out / "report.html", report_page(report, language))
    if as_json:
        print_json(report)
        return
    rows = [[NAMES[name], *map(_shown, one.values())] for name, one in report["measures"].items()]
    console.print(table("Out of fold", ["", "value", "low", "high"], rows, right=(1, 2, 3)))
    if out is not None:
        console.print(f"The whole report: [bold]{literal(out / 'report.html')}[/bold]")


def _language(pack: Pack, lang: str | None) -> str:
    if lang is not None and lang not in pack.languages:
        raise UsageError(f"The pack has no `{lang}`; it has {', '.join(pack.languages)}.")
    return lang or ("en" if "en" in pack.languages else pack.languages[0])


def _shown(value: float | None) -> str:
    return "—" if value is None else f"{value:.3f}"
