"""A whole made-up country as source files, with its truth: `generate`.

Made block by block (at most `BLOCK_PEOPLE` residents each), so that memory does not grow
with the country. The same pack, people and seed give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from familycard.errors import PackError, UsageError
from familycard.pack.model import Pack
from familycard.synthetic.block import Block, make_block
from familycard.synthetic.drawn import draw_registers
from familycard.synthetic.emit import Delivery, Table, number_texts
from familycard.synthetic.faults import plant_faults
from familycard.synthetic.made import make_registers
from familycard.synthetic.register_file import Register, read_registers
from familycard.synthetic.tables import Tables, read_tables, stage_dice
from familycard.synthetic.truth import Truth

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
    drawn = read_registers(pack)
    out.mkdir(parents=True, exist_ok=True)
    truth = Truth(out / "truth")
    delivery = Delivery(out, pack.sources, pack.minor_digits)
    blocks = -(-people // BLOCK_PEOPLE)
    for number in range(blocks):
        if progress:
            progress("people and registers", f"{number + 1} of {blocks}")
        count = people * (number + 1) // blocks - people * number // blocks
        _write_block(make_block(tables, count, seed, number, blocks), seed, drawn, delivery, truth)
    delivery.close()
    truth.close()
    _write_notes(out, pack, tables)
    as_of = date(tables.life["as_of_year"], 12, 31)
    return SyntheticReport(out, as_of, people, truth.families, delivery.rows, truth.kinds, truth.faults)


def _write_block(
    block: Block, seed: int, drawn: Mapping[str, Register], delivery: Delivery, truth: Truth
) -> None:
    made = make_registers(block, seed)
    _check_once(made.tables, drawn)
    registers = {**made.tables, **draw_registers(drawn, made)}
    field = plant_faults(block, registers, stage_dice(seed, block.number, "faults"))
    numbers = number_texts(block.persons.number)
    delivery.write(registers, numbers)
    truth.write(block, field, numbers)


def _check_once(made: Mapping[str, Table], drawn: Mapping[str, Register]) -> None:
    """A register is made by Python or drawn from a file."""
    for name in set(made).intersection(drawn):
        message = f"`{name}` is made without a file of its own; delete synthetic/registers/{name}.yaml"
        raise PackError(message, drawn[name].source.file)


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
