"""`familycard pack lint` and `pack test`."""

from __future__ import annotations

from dataclasses import asdict

import typer

from familycard.cli.main import AsJson, PackFolder, pack_commands
from familycard.cli.output import console, plain, plain_errors, print_json
from familycard.pack.lint import RULES, lint_pack
from familycard.pack.loader import load_pack
from familycard.programmes.cases import run_cases


@pack_commands.command()
def lint(
    pack: PackFolder,
    rules: bool = typer.Option(False, "--rules", help="List the rules instead."),
    as_json: AsJson = False,
) -> None:
    """Check every rule of the format; each finding with file and line."""
    if rules:
        for rule in RULES:
            console.print(f"{rule.name}: {rule.summary}", markup=False)
        return
    with plain_errors(as_json=as_json):
        findings = lint_pack(pack)
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            console.print(plain(str(finding)), markup=False, soft_wrap=True)
        console.print(f"{errors} errors, {len(findings) - errors} warnings")
    if errors:
        raise typer.Exit(1)


@pack_commands.command()
def test(pack: PackFolder, as_json: AsJson = False) -> None:
    """Run the lawyers' cases; each that fails with its file and line."""
    with plain_errors(as_json=as_json):
        results = run_cases(load_pack(pack))
    failed = [result for result in results if not result.is_passed]
    if as_json:
        print_json(
            {
                "cases": len(results),
                "failed": [
                    {
                        "programme": r.programme.id,
                        "case": r.case.name,
                        "file": r.case.place.file,
                        "line": r.case.place.line,
                        "differences": r.differences,
                    }
                    for r in failed
                ],
            }
        )
    else:
        for r in failed:
            console.print(
                plain(f"{r.case.place.file}:{r.case.place.line}: {r.case.name}"), markup=False, soft_wrap=True
            )
            for difference in r.differences:
                console.print(plain(f"    {difference}"), markup=False, soft_wrap=True)
        console.print(f"{len(results) - len(failed)} of {len(results)} cases passed")
    if failed:
        raise typer.Exit(1)
