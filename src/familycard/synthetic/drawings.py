"""How one column of a drawn register comes about: each kind of the grammar is a class here.

A drawing gives an array by row: numbers of persons (`NOBODY` is blank), days since 1970,
money in minor units, scaled numbers (`NEVER` is blank in all of these), booleans, or an
Arrow array of text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from familycard.pack.types import Kind
from familycard.synthetic.emit import coded
from familycard.synthetic.money import month_days
from familycard.synthetic.people import birthday
from familycard.synthetic.tables import NEVER, NOBODY, Days, Floats, Ints
from familycard.synthetic.traits import Traits
from familycard.synthetic.traits_of_persons import heads, youngest_minors


@dataclass
class Rows:
    """The rows of one register and block while its columns are drawn."""

    traits: Traits
    resident: Ints
    """By row: of whom the group spoke."""
    order: Ints
    """By row: 0, 1, 2 … among the rows of one resident in one group; the month in a register by months."""
    register: str
    subject: str | None
    """The column that says whom a row is about."""
    drawings: Mapping[str, Drawn]
    drawn: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.resident)

    @property
    def last_day(self) -> int:
        return self.traits.made.block.tables.last_day

    def column(self, name: str) -> Any:
        """The values of a column, drawn when first asked for."""
        if name not in self.drawn:
            drawing = self.drawings[name]
            dice = self.traits.made.dice(f"{self.register}.{name}")
            values = drawing.how.draw(self, dice)
            if drawing.blank:
                values = blanked(values, dice.random(len(self)) < drawing.blank, drawing.how)
            self.drawn[name] = values
        return self.drawn[name]

    @cached_property
    def born(self) -> Days:
        """By row: the day of birth of the person whom the row is about."""
        people = self.traits.made.block.people
        drawing = self.drawings.get(self.subject or "")
        if drawing is None or not isinstance(drawing.how, WhichPerson):
            return people.born[self.resident]
        person = self.column(self.subject or "")
        return people.born[np.where(person >= 0, person, self.resident)]


class How(Protocol):
    """A kind of the grammar."""

    def draw(self, rows: Rows, dice: np.random.Generator) -> Any: ...


@dataclass(frozen=True)
class Drawn:
    """A column's kind and the share of its values that is left blank."""

    how: How
    blank: float = 0.0


def blanked(values: Any, is_blank: np.ndarray, how: How) -> Any:
    """The values with some of them left out."""
    if isinstance(values, pa.Array):
        return pc.if_else(pa.array(is_blank), pa.scalar(None, values.type), values)
    if values.dtype == bool:
        return pa.array(values, mask=is_blank)
    return np.where(is_blank, NOBODY if isinstance(how, WhichPerson) else NEVER, values)


@dataclass(frozen=True)
class WhichPerson:
    """`person`: the resident of whom the group speaks, or somebody tied to it; NOBODY where there is none."""

    who: str

    def draw(self, rows: Rows, dice: np.random.Generator) -> Ints:
        return _RELATIVES[self.who](rows, dice)


def _tied(by_resident: Callable[[Any], Ints]) -> Callable[[Rows, np.random.Generator], Ints]:
    """A tie of the block as a drawing; persons who are not residents count as nobody."""

    def draw(rows: Rows, dice: np.random.Generator) -> Ints:
        block = rows.traits.made.block
        person = by_resident(block)[rows.resident]
        return np.where(person < len(block), person, NOBODY)

    return draw


def _other(rows: Rows, dice: np.random.Generator) -> Ints:
    """Somebody at random, never oneself."""
    size = len(rows.traits.made.block)
    return (rows.resident + dice.integers(1, size, len(rows))) % size


_RELATIVES: Mapping[str, Callable[[Rows, np.random.Generator], Ints]] = {
    "self": lambda rows, _: rows.resident,
    "mother": _tied(lambda block: block.persons.mother),
    "father": _tied(lambda block: block.persons.father),
    "spouse": _tied(lambda block: block.kin.spouse),
    "raiser": _tied(lambda block: block.raiser),
    "head": _tied(heads),
    "child": _tied(youngest_minors),
    "other": _other,
}
PERSONS = tuple(_RELATIVES)


@dataclass(frozen=True)
class FromTrait:
    """`trait`: a trait of the resident of whom the group speaks."""

    name: str
    factor: int = 1
    """10^scale where a whole number stands in a column with decimals."""

    def draw(self, rows: Rows, dice: np.random.Generator) -> Any:
        values = rows.traits[self.name]
        if isinstance(values, pa.Array):
            return values.take(pa.array(rows.resident))
        return values[rows.resident] * self.factor if self.factor != 1 else values[rows.resident]


@dataclass(frozen=True)
class Day:
    """`date`: days before or after the last day, or after another column; never before birth."""

    least: int
    most: int
    after: str | None = None
    is_past: bool = False
    not_before_age: int = 0

    def draw(self, rows: Rows, dice: np.random.Generator) -> Days:
        chance = dice.random(len(rows))
        if self.after is not None:
            return self._after(rows.column(self.after), chance)
        earliest, latest = rows.last_day + self.least, rows.last_day + self.most
        able = birthday(rows.born, self.not_before_age) if self.not_before_age else rows.born
        first = np.maximum(earliest, able)
        day: Days = first + (chance * (np.maximum(latest - first, 0) + 1)).astype(np.int64)
        return np.minimum(day, rows.last_day) if self.is_past else day

    def _after(self, start: Days, chance: Floats) -> Days:
        day = start + self.least + (chance * (self.most - self.least + 1)).astype(np.int64)
        return np.where(start == NEVER, NEVER, day)


@dataclass(frozen=True)
class RowMonth:
    """`month: row`: the first day of the row's month."""

    def draw(self, rows: Rows, dice: np.random.Generator) -> Days:
        return month_days(rows.traits.made.block, rows.order)


@dataclass(frozen=True)
class RowYear:
    """`year: row`: the last year of the world for a resident's first row, the one before for the second."""

    def draw(self, rows: Rows, dice: np.random.Generator) -> Ints:
        year: Ints = rows.traits.made.block.tables.life["as_of_year"] - rows.order
        return year


@dataclass(frozen=True)
class LogNormal:
    """`money`: log-normal around a median, in whole units of the currency."""

    median: float
    deviation: float
    least: float
    most: float
    minor: int

    def draw(self, rows: Rows, dice: np.random.Generator) -> Ints:
        size = self.median * np.exp(self.deviation * dice.normal(size=len(rows)))
        return np.clip(size, self.least, self.most).astype(np.int64) * self.minor


@dataclass(frozen=True)
class Uniform:
    """`integer` and `number`: each value between two limits is as likely; stored × `factor`."""

    least: int
    most: int
    factor: int = 1

    def draw(self, rows: Rows, dice: np.random.Generator) -> Ints:
        return dice.integers(self.least, self.most + 1, len(rows)) * self.factor


@dataclass(frozen=True)
class Code:
    """`code`: a prefix and a number that no other row of the register has."""

    prefix: str
    digits: int
    error: Exception
    """What to raise where the digits do not suffice."""

    def draw(self, rows: Rows, dice: np.random.Generator) -> pa.Array:
        block = rows.traits.made.block
        width = 10**self.digits // block.blocks
        if len(rows) > width:
            raise self.error
        number = block.number * width + np.arange(len(rows))
        text = pc.utf8_lpad(pa.array(number).cast(pa.string()), self.digits, "0")
        return pc.binary_join_element_wise(self.prefix, text, "")


@dataclass(frozen=True)
class Pick:
    """`pick`: one of several values, by weight."""

    values: tuple[Any, ...]
    weights: tuple[float, ...]

    def draw(self, rows: Rows, dice: np.random.Generator) -> Any:
        steps = np.cumsum(self.weights) / sum(self.weights)
        index = np.minimum(np.searchsorted(steps, dice.random(len(rows)), side="right"), len(steps) - 1)
        return coded(index, self.values) if isinstance(self.values[0], str) else np.array(self.values)[index]


@dataclass(frozen=True)
class Yes:
    """`yes`: true with a share."""

    share: float

    def draw(self, rows: Rows, dice: np.random.Generator) -> Any:
        return dice.random(len(rows)) < self.share


@dataclass(frozen=True)
class Fixed:
    """`value`: the same in every row."""

    value: Any

    def draw(self, rows: Rows, dice: np.random.Generator) -> Any:
        return filled(self.value, len(rows))


def filled(value: Any, count: int) -> Any:
    """A constant column."""
    return pa.repeat(pa.scalar(value), count) if isinstance(value, str) else np.full(count, value)


FITS: Mapping[str, tuple[Kind, ...]] = {
    "date": (Kind.DATE,),
    "month": (Kind.DATE,),
    "year": (Kind.INTEGER,),
    "money": (Kind.MONEY,),
    "integer": (Kind.INTEGER, Kind.NUMBER),
    "number": (Kind.NUMBER,),
    "code": (Kind.TEXT,),
    "pick": (Kind.TEXT, Kind.INTEGER),
    "yes": (Kind.BOOLEAN,),
    "trait": tuple(Kind),
    "value": tuple(Kind),
    "person": (Kind.TEXT,),
}
"""Kinds of the grammar, and the columns in which each may stand."""
