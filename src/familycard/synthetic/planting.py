"""Which families bear a planted fault: each at most one, none of the hard ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from familycard.synthetic.block import Block
from familycard.synthetic.emit import Table
from familycard.synthetic.homes import KINDS, ORDINARY, kind_of_person
from familycard.synthetic.tables import NEVER, NOBODY, Bools, Ints


@dataclass
class Planted:
    """Faults of one kind: the person concerned, another one (or NOBODY), and what was done."""

    kind: str
    person: Ints
    other: Ints
    detail: str


@dataclass
class Field:
    """Where faults may still be planted in a block."""

    block: Block
    tables: dict[str, Table]
    dice: np.random.Generator
    planted: list[Planted] = field(default_factory=list)
    is_free: Bools = field(init=False)
    """By family pointer."""
    payments_received: Ints = field(init=False)
    size: Ints = field(init=False)
    """By resident: members of the family."""

    def __post_init__(self) -> None:
        core = self.block.homes.core
        is_plain = kind_of_person(self.block.homes) == KINDS.index(ORDINARY)
        is_plain &= self.block.persons.home[: len(self.block)] >= 0
        is_plain &= self.block.work.status == 0
        sharers = np.bincount(self.block.homes.home, minlength=self.block.homes.home_count)
        members = np.bincount(core, minlength=len(self.block))
        is_plain &= sharers[self.block.homes.home] == members[core]
        self.is_free = np.bincount(core, ~is_plain, len(self.block)) == 0
        self.size = members[core]
        paid: Ints = np.asarray(self.tables["social_payments"]["person"])
        self.payments_received = np.bincount(paid, minlength=len(self.block))

    def pick(self, kind: str, eligible: Bools, detail: str) -> Ints:
        """Persons for a fault, one a family; `eligible` is by resident. Recorded with `record`."""
        rate = self.block.tables.life["faults"]["rates"][kind]
        wanted = max(1, round(rate * len(self.block)))
        core = self.block.homes.core
        person = self.dice.permutation(np.flatnonzero(eligible & self.is_free[core]))
        _, first = np.unique(core[person], return_index=True)
        chosen = np.sort(person[np.sort(first)[:wanted]])
        self.take(chosen)
        self.planted.append(Planted(kind, chosen, np.full(len(chosen), NOBODY, np.int64), detail))
        return chosen

    def take(self, person: Ints) -> None:
        """No further fault in these persons' families."""
        self.is_free[self.block.homes.core[person]] = False

    def append(self, name: str, rows: Table) -> None:
        """Add rows to a register."""
        table = self.tables[name]
        for column, values in rows.items():
            table[column] = _joined(table[column], values)

    def families_marked(self) -> pa.Array:
        """By resident: the fault of its family, blank without."""
        kinds = [part.kind for part in self.planted]
        mark = np.full(len(self.block), NOBODY, np.int64)
        core = self.block.homes.core
        for number, part in enumerate(self.planted):
            mark[core[part.person]] = number
            known = part.other[(part.other >= 0) & (part.other < len(self.block))]
            mark[core[known]] = number
        marked = mark[core]
        codes = pa.array(marked, mask=marked < 0)
        return pa.DictionaryArray.from_arrays(codes, pa.array(kinds, pa.string())).cast(pa.string())


def _joined(old: Any, new: Any) -> Any:
    if isinstance(old, pa.Array):
        return pa.concat_arrays([old, new])
    return np.concatenate([old, np.asarray(new)])


def blank(count: int) -> Ints:
    """No date."""
    return np.full(count, NEVER, np.int64)
