"""A whole made-up country as source files, with its truth: `generate`.

Made block by block (at most `BLOCK_PEOPLE` residents each), so that memory does not grow
with the country. The same pack, people and seed give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from familycard.errors import UsageError
from familycard.pack.model import Pack
from familycard.synthetic.block import Block, make_block
from familycard.synthetic.civil import civil_tables
from familycard.synthetic.emit import Delivery, Table, number_texts
from familycard.synthetic.faults import plant_faults
from familycard.synthetic.holdings import holding_tables, make_holdings
from familycard.synthetic.learning import learning_tables
from familycard.synthetic.money import money_tables
from familycard.synthetic.tables import Tables, read_tables, stage_dice
from familycard.synthetic.truth import Truth
from familycard.synthetic.wellbeing import wellbeing_tables

BLOCK_PEOPLE = 100_000
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

    @property
    def mean_family_size(self) -> float:
        return self.people / self.families


def generate(
    pack: Pack, people: int, seed: int, out: Path, *, progress: Progress | None = None
) -> SyntheticReport:
    """Make `people` residents up and write every source of the pack, ``loads.yaml`` and ``truth/`` under `out`.

    Raises UsageError for a number of people that cannot be made and PackError where the pack
    has a source or column that the made-up country does not know.
    """
    if not FEWEST_PEOPLE <= people <= MOST_PEOPLE:
        raise UsageError(f"{people} people cannot be made up; ask for {FEWEST_PEOPLE} to {MOST_PEOPLE}")
    tables = read_tables(pack.path)
    out.mkdir(parents=True, exist_ok=True)
    truth = Truth(out / "truth")
    delivery = Delivery(out, pack.sources, pack.minor_digits)
    blocks = -(-people // BLOCK_PEOPLE)
    for number in range(blocks):
        if progress:
            progress("people and registers", f"{number + 1} of {blocks}")
        count = people * (number + 1) // blocks - people * number // blocks
        _write_block(make_block(tables, count, seed, number, blocks), seed, delivery, truth)
    delivery.close()
    truth.close()
    _write_notes(out, pack, tables)
    as_of = date(tables.life["as_of_year"], 12, 31)
    return SyntheticReport(out, as_of, people, truth.families, delivery.rows, truth.kinds, truth.faults)


def _write_block(block: Block, seed: int, delivery: Delivery, truth: Truth) -> None:
    registers = make_registers(block, seed)
    field = plant_faults(block, registers, stage_dice(seed, block.number, "faults"))
    numbers = number_texts(block.persons.number)
    delivery.write(registers, numbers)
    truth.write(block, field, numbers)


def make_registers(block: Block, seed: int) -> dict[str, Table]:
    """All registers of a block, without faults."""
    held = make_holdings(block, seed)
    return {
        **civil_tables(block, stage_dice(seed, block.number, "civil")),
        **learning_tables(block, stage_dice(seed, block.number, "learning")),
        **wellbeing_tables(block, stage_dice(seed, block.number, "wellbeing")),
        **holding_tables(block, held, stage_dice(seed, block.number, "holdings")),
        **money_tables(block, held.rights, stage_dice(seed, block.number, "spending")),
    }


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
