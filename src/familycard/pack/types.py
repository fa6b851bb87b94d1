"""The types of values in packs, and how each is stored.

Every value is a boolean, an integer, a scaled integer, a date or a text: never a float.
A *number* with scale s is stored as the integer value × 10^s; *money* as integer minor
units, and as minor units × 10^s inside an exact product such as ``16.03 * mrp``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a value is."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    RATIO = "ratio"
    MONEY = "money"
    TEXT = "text"
    DATE = "date"


@dataclass(frozen=True)
class Type:
    """A kind and, for scaled integers, the number of decimal digits kept.

    >>> str(Type(Kind.NUMBER, 2))
    'number(2)'
    """

    kind: Kind
    scale: int = 0

    def __str__(self) -> str:
        return f"{self.kind.value}({self.scale})" if self.scale else self.kind.value

    @property
    def sql(self) -> str:
        """The column type in checked tables and inside a build."""
        return _SQL.get(self.kind, "BIGINT")

    @property
    def is_numeric(self) -> bool:
        """Whether the value is a pure number (money and ratios are not)."""
        return self.kind in (Kind.INTEGER, Kind.NUMBER)


_SQL = {Kind.BOOLEAN: "BOOLEAN", Kind.TEXT: "VARCHAR", Kind.DATE: "DATE"}

RATIO_SCALE = 4
SCALE_MAX = 9
"""Most decimal digits that a column or an indicator may keep."""

BOOLEAN = Type(Kind.BOOLEAN)
INTEGER = Type(Kind.INTEGER)
RATIO = Type(Kind.RATIO, RATIO_SCALE)
MONEY = Type(Kind.MONEY)
TEXT = Type(Kind.TEXT)
DATE = Type(Kind.DATE)
