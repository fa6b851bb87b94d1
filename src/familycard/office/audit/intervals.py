"""How sure a share of counted families is: E. B. Wilson's interval (JASA 22, 1927), good for small counts, too."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from familycard.sources.quality import PER_MYRIAD

Z = 1.959964
"""Of a standard normal, so that 95 of 100 intervals hold what they are of."""


@dataclass(frozen=True)
class Share:
    """A share and the ends of its interval, in ten-thousandths."""

    share: int
    lowest: int
    highest: int


def wilson(part: int, whole: int) -> Share:
    """The interval of `part` of `whole`; counts that were moved by noise may exceed the whole and are cut to it.

    >>> wilson(0, 20), wilson(10, 20), wilson(20, 20)
    (Share(share=0, lowest=0, highest=1611), Share(share=5000, lowest=2993, highest=7007), Share(share=10000, lowest=8389, highest=10000))
    """
    p = min(part, whole) / whole
    spread = Z * sqrt(p * (1 - p) / whole + Z**2 / (4 * whole**2))
    middle, size = p + Z**2 / (2 * whole), 1 + Z**2 / whole
    low, high = max((middle - spread) / size, 0.0), min((middle + spread) / size, 1.0)
    return Share(round(p * PER_MYRIAD), round(low * PER_MYRIAD), round(high * PER_MYRIAD))
