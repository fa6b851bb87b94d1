"""A whole made-up country as source files, with its truth: `generate`.

Made block by block (at most `BLOCK_PEOPLE` residents each), so that memory does not grow
with the country, and part by part, each by a process of its own. The same pack, people and
seed give the same bytes, whatever the number of processes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from familycard.errors import UsageError
from familycard.pack.model import Pack
from familycard.synthetic.part import Plan
from familycard.synthetic.register_file import read_registers
from familycard.synthetic.tables import Tables, read_tables
from familycard.synthetic.truth import gather_truth, write_bad_rows
from familycard.synthetic.workers import make_parts, processors

BLOCK_PEOPLE = 100_000
PART_PEOPLE = 1_000_000
FEWEST_PEOPLE = 2_000
MOST_PEOPLE = 25_000_000
_EXTRACTED_AFTER = timedelta(days=2)

Progress = Callable[[str, str], None]
"""Called with what is being made, how many blocks are done and how many there are."""


@dataclass(frozen=True)
class SyntheticReport:
    """What was made."""

    out: Path
    as_of: date
    people: int
    families: int
    """True card families."""
    rows: dict[str, int]
    """By source."""
    kinds: dict[str, int]
    """True families by kind."""
    faults: dict[str, int]
    """Planted faults by kind."""
    bad_rows: dict[str, int]
    """Spoiled rows by source."""

    @property
    def mean_family_size(self) -> float:
        return self.people / self.families


def generate(
    pack: Pack,
    people: int,
    seed: int,
    out: Path,
    *,
    bad_rows: float = 0.0,
    workers: int | None = None,
    progress: Progress | None = None,
) -> SyntheticReport:
    """Make `people` residents up and write every source of the pack, ``loads.yaml`` and ``truth/`` under `out`.

    A large country comes in several files a source, made by `workers` processes (as many as
    there are processors). `bad_rows` is the share of each register's rows that is spoiled.
    Raises UsageError for a number of people that cannot be made and
    PackError where the pack has a source or column that the made-up country does not know.
    """
    if not FEWEST_PEOPLE <= people <= MOST_PEOPLE:
        raise UsageError(f"{people} people cannot be made up; ask for {FEWEST_PEOPLE} to {MOST_PEOPLE}")
    if not 0 <= bad_rows <= 1:
        raise UsageError(f"{bad_rows} is not a share of rows; ask for 0 to 1")
    plan = _plan(pack, people, seed, out, bad_rows)
    (out / "truth").mkdir(parents=True, exist_ok=True)

    def show(blocks: int) -> None:
        if progress:
            progress("people and registers", f"{blocks} of {plan.blocks}")

    made = make_parts(plan, workers or processors(), show)
    gather_truth(out / "truth", [plan.suffix(part) for part in range(plan.parts)])
    _write_notes(out, pack, plan.tables)
    as_of = date(plan.tables.life["as_of_year"], 12, 31)
    bad = write_bad_rows(out / "truth", made.bad_rows)
    return SyntheticReport(
        out, as_of, people, made.families, dict(made.rows), dict(made.kinds), dict(made.faults), bad
    )


def _plan(pack: Pack, people: int, seed: int, out: Path, bad_rows: float) -> Plan:
    blocks = -(-people // BLOCK_PEOPLE)
    return Plan(
        out=out,
        sources=dict(pack.sources),
        registers=read_registers(pack),
        tables=read_tables(pack.path),
        minor_digits=pack.minor_digits,
        people=people,
        seed=seed,
        blocks=blocks,
        parts=_parts(pack, people, blocks),
        bad_rows=bad_rows,
        identifiers=dict(pack.identifiers),
    )


def _parts(pack: Pack, people: int, blocks: int) -> int:
    """How many files a source has: an even number for a large country, so that two processes share it evenly.

    One where a contract names a single file, and where more would cost more than they save.
    """
    if any("*" not in source.location for source in pack.sources.values()):
        return 1
    return max(1, min(blocks // 2, 2 * -(-people // (2 * PART_PEOPLE))))


def _write_notes(out: Path, pack: Pack, tables: Tables) -> None:
    """``loads.yaml`` for intake, and a marker that nobody can overlook."""
    last = date(tables.life["as_of_year"], 12, 31)
    extracted = last + _EXTRACTED_AFTER
    covers = f"{{from: {last.replace(month=1, day=1)}, to: {last}}}"
    lines = [f"{source}: {{extracted_on: {extracted}, covers: {covers}}}" for source in sorted(pack.sources)]
    (out / "loads.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (out / "SYNTHETIC").write_text(
        "Everything in this folder is made up; see truth/README.md.\n", encoding="utf-8"
    )
