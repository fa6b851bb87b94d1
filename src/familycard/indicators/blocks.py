"""Blocks of persons: wide rows are made for one block after the other, so that memory is bounded.

A block is a range of person numbers. A unit's number is its head's, so units have blocks too. Those
who live together have numbers near each other (`sources/identity.py`), so most members of a unit
are in its block; the few others (`apart`) are fetched in one pass for all blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

from familycard.engine.interface import Engine
from familycard.indicators.tables import PEOPLE


@dataclass(frozen=True)
class Block:
    """A range of person numbers, both ends included."""

    low: int
    high: int
    has_everybody: bool = False

    def holds(self, column: str) -> str:
        """SQL: whether a column's number is of this block.

        >>> Block(1, 9).holds("m.unit")
        'm.unit between 1 and 9'
        """
        if self.has_everybody:
            return f"{column} is not null"
        return f"{column} between {self.low} and {self.high}"


@dataclass(frozen=True)
class Blocks:
    """Ranges of one width that hold every person."""

    first: int
    width: int
    count: int

    @property
    def all(self) -> list[Block]:
        """The blocks in order; one, which may be empty, where there is nobody."""
        lows = range(self.first, self.first + self.count * self.width, self.width)
        return [Block(low, low + self.width - 1, has_everybody=self.count == 1) for low in lows]

    def apart(self, one: str, other: str) -> str:
        """SQL: whether two numbers are of different blocks."""
        if self.count == 1:
            return "false"
        return f"({one} - {self.first}) // {self.width} <> ({other} - {self.first}) // {self.width}"


def blocks_of(engine: Engine, persons: str = PEOPLE) -> Blocks:
    """Blocks that hold everybody in a table of persons."""
    [(low, high)] = engine.rows(f"select min(person), max(person) from {persons}")
    if low is None:
        return Blocks(0, engine.block_rows, 1)
    return Blocks(int(low), engine.block_rows, (int(high) - int(low)) // engine.block_rows + 1)
