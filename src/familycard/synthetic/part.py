"""One part of the made-up country: some of its blocks, written to files of its own.

A part is what one process makes. Which blocks it has follows from the number of people
alone, so the files are the same whatever the number of processes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from familycard.errors import PackError
from familycard.pack.contract import Source
from familycard.pack.model import IdentifierKind
from familycard.synthetic.bad_rows import BadRows
from familycard.synthetic.block import make_block
from familycard.synthetic.drawn import draw_registers
from familycard.synthetic.emit import Delivery, Table, number_texts
from familycard.synthetic.faults import plant_faults
from familycard.synthetic.made import make_registers
from familycard.synthetic.register_file import Register
from familycard.synthetic.tables import Tables, stage_dice
from familycard.synthetic.truth import Truth


@dataclass(frozen=True)
class Plan:
    """A country to be made: everything a process needs to make a part of it."""

    out: Path
    sources: Mapping[str, Source]
    registers: Mapping[str, Register]
    """The drawn ones."""
    tables: Tables
    minor_digits: int
    people: int
    seed: int
    blocks: int
    parts: int
    bad_rows: float
    """The share of rows that are spoiled."""
    identifiers: Mapping[str, IdentifierKind]

    def blocks_of(self, part: int) -> range:
        """Numbers of the blocks of a part."""
        return range(self.blocks * part // self.parts, self.blocks * (part + 1) // self.parts)

    def people_of(self, block: int) -> int:
        """Residents of a block."""
        return self.people * (block + 1) // self.blocks - self.people * block // self.blocks

    def suffix(self, part: int) -> str:
        """What tells the files of one part from those of another; nothing where there is only one."""
        return f"-{part + 1:0{len(str(self.parts))}d}" if self.parts > 1 else ""


@dataclass
class Count:
    """What was made, by source and kind."""

    families: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    bad_rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By source and way of spoiling."""

    def add(self, other: Count) -> None:
        """Add another part's counts; a count of nothing is kept."""
        self.families += other.families
        self.rows.update(other.rows)
        self.kinds.update(other.kinds)
        self.faults.update(other.faults)
        self.bad_rows.update(other.bad_rows)


def make_part(plan: Plan, part: int, before_block: Callable[[], None]) -> Count:
    """Make the blocks of a part one after the other; `before_block` is called before each."""
    delivery = Delivery(plan.out, plan.sources, plan.minor_digits, plan.suffix(part))
    truth = Truth(plan.out / "truth", plan.suffix(part))
    bad = BadRows(plan.bad_rows, plan.identifiers)
    try:
        for number in plan.blocks_of(part):
            before_block()
            _write_block(plan, number, delivery, truth, bad)
    finally:
        delivery.close()
        truth.close()
    return Count(truth.families, delivery.rows, truth.kinds, truth.faults, bad.count)


def _write_block(plan: Plan, number: int, delivery: Delivery, truth: Truth, bad: BadRows) -> None:
    block = make_block(plan.tables, plan.people_of(number), plan.seed, number, plan.blocks)
    made = make_registers(block, plan.seed)
    _check_once(made.tables, plan.registers)
    registers = {**made.tables, **draw_registers(plan.registers, made)}
    field = plant_faults(block, registers, stage_dice(plan.seed, number, "faults"))
    numbers = number_texts(block.persons.number)
    for source, table in delivery.tables(registers, numbers):
        drawn = plan.registers.get(source.id)
        dice = stage_dice(plan.seed, number, f"{source.id}: bad rows")
        delivery.append(source, bad.spoil(source, table, dice, drawn.slips if drawn else 0.0))
    truth.write(made, field, plan.people, numbers)


def _check_once(made: Mapping[str, Table], drawn: Mapping[str, Register]) -> None:
    """A register is made by Python or drawn from a file."""
    for name in set(made).intersection(drawn):
        message = f"`{name}` is made without a file of its own; delete synthetic/registers/{name}.yaml"
        raise PackError(message, drawn[name].source.file)
