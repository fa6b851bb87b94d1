"""A block with everything that Python makes of it: its registers, rights and holdings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from familycard.synthetic.block import Block
from familycard.synthetic.civil import civil_tables
from familycard.synthetic.emit import Table
from familycard.synthetic.holdings import Holdings, holding_tables, make_holdings
from familycard.synthetic.housing_queue import Queue, make_queue, queue_table
from familycard.synthetic.learning import learning_tables
from familycard.synthetic.money import money_tables
from familycard.synthetic.tables import stage_dice
from familycard.synthetic.wellbeing import wellbeing_tables


@dataclass(frozen=True)
class Made:
    """What drawn registers look at, before any fault is planted."""

    block: Block
    held: Holdings
    queue: Queue
    tables: Mapping[str, Table]
    seed: int

    def dice(self, stage: str) -> np.random.Generator:
        """Chance of a stage of this block."""
        return stage_dice(self.seed, self.block.number, stage)


def make_registers(block: Block, seed: int) -> Made:
    """The registers of a block that Python makes, without faults."""

    def dice(stage: str) -> np.random.Generator:
        return stage_dice(seed, block.number, stage)

    held = make_holdings(block, seed)
    civil = civil_tables(block, dice("civil"))
    queue = make_queue(block, held.estate, civil["population"], dice("housing queue"))
    tables = {
        **civil,
        **learning_tables(block, dice("learning")),
        **wellbeing_tables(block, dice("wellbeing")),
        **holding_tables(block, held, dice("holdings")),
        **money_tables(block, held.rights, dice("spending")),
        "housing_queue": queue_table(block, queue, dice("housing queue rows")),
    }
    return Made(block, held, queue, tables, seed)
