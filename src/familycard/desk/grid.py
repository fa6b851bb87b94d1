"""The limits between which analysts may ask for a value: a fixed grid, and what the pack itself names.

Because they rest on no one's value, moving a limit by one tenge moves it across nobody: it stays
in the same step of the grid.
"""

from __future__ import annotations

import re
from decimal import Decimal

from familycard.pack.model import Pack
from familycard.pack.types import RATIO_SCALE, Kind, Type

STEPS = (100, 125, 150, 200, 250, 300, 400, 500, 600, 750)
"""In hundredths of a power of ten."""
SINGLE_MAX = 20
"""Whole numbers up to this are each a step."""
POWERS = {Kind.INTEGER: range(1, 6), Kind.MONEY: range(1, 10)}
"""Powers of ten of whole units; others from hundredths to millions."""
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


def limits(pack: Pack, name: str, type_: Type) -> list[int]:
    """The limits, as values are stored, in order: step i is from limit i - 1 to below limit i.

    Nothing is a step of its own, all below nothing is one. What a scorecard names of the indicator
    is a limit too: policy asks along it.
    """
    one = 10 ** _digits(pack, type_)
    found = {0, 1} | {one * n for n in range(SINGLE_MAX + 1) if type_.kind is Kind.INTEGER}
    for power in POWERS.get(type_.kind, range(-2, 7)):
        found |= {one * step * 10 ** (power + 2) // 10_000 for step in STEPS}
    return sorted(limit for limit in found | _of_scorecards(pack, name, one) if 0 <= limit < 1 << 62)


def _digits(pack: Pack, type_: Type) -> int:
    """Decimal digits that a stored value has."""
    match type_.kind:
        case Kind.MONEY:
            return pack.minor_digits
        case Kind.RATIO:
            return RATIO_SCALE
    return type_.scale


def _of_scorecards(pack: Pack, name: str, one: int) -> set[int]:
    """Limits written as numbers; those that are parameters or money are left out."""
    terms = [term for card in pack.scorecards.values() for term in card.terms]
    texts = [bin_.below for term in terms if term.bins == name for bin_ in term.bin_points]
    return {int(Decimal(text) * one) for text in texts if text and _NUMBER.fullmatch(text)}
