"""Disclosure control: what an analyst sees of a count.

A count is shown only from a threshold on, moved by noise and rounded to a base. The noise is drawn
by the deployment's secret from the *question*, in its one canonical form (`question.py`): asked
again it is the same, so that repeating a question gains nothing.

Noise is discrete Laplace, P(z) ∝ exp(-|z| / scale): whatever is shown, the odds of "n" against
"n + 1" change by a factor of at most exp(1 / scale) (Ghosh, Roughgarden, Sundararajan, Universally
utility-maximizing privacy mechanisms, 2012). Rounding and all that is computed from shown counts
adds nothing to that.

Why the noise is not drawn from the set of records, as the cell-key method does (Fraser and Wooton,
A proposed method for confidentialising tabular output, 2005): equal answers would then say that two
sets are equal, so two questions that differ by one family would tell whether it has what is asked
(Gadotti et al., When the signal is in the noise, USENIX Security 2019). `docs/disclosure.md` has
the figures of both.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Rule:
    """The parameters of disclosure control; `secret` is the deployment's and never shown."""

    secret: bytes = field(repr=False)
    threshold: int = 10
    """No count of fewer families or persons is shown, nor a difference of fewer acted upon."""
    noise_scale: int = 4
    base: int = 5
    bin_least: int = 50
    """Values of an indicator that fewer have are put together with their neighbours."""
    dominance_pct: int = 10
    """p of the p% rule for sums (Hundepool et al., Statistical Disclosure Control, 2012, 4.2)."""

    def noise(self, question: str) -> int:
        """The noise of a question, a whole number: two geometric draws, one less the other.

        >>> rule = Rule(b"secret")
        >>> rule.noise("everyone") == rule.noise("everyone")
        True
        """
        one, other = (-self.noise_scale * math.log(u) for u in self._uniform(question))
        return int(one) - int(other)

    def share_of_largest(self, question: str) -> float:
        """The noise of a sum, as a share of the largest value in it: Laplace of scale 1."""
        one, other = (-math.log(u) for u in self._uniform(question + "\0sum"))
        return one - other

    def shown(self, count: int, question: str) -> int | None:
        """What is shown of a count; None where it is hidden: it, or what the noise makes of it, is small."""
        noised = count + self.noise(question)
        if count < self.threshold or noised < self.threshold:
            return None
        return max(self.base * ((2 * noised + self.base) // (2 * self.base)), self.threshold)

    def is_dominated(self, total: int, largest: int, second: int) -> bool:
        """Whether the second largest could tell the largest within `dominance_pct` by taking itself off."""
        return 100 * (total - largest - second) < self.dominance_pct * largest

    def _uniform(self, question: str) -> tuple[float, float]:
        """Two numbers in (0, 1], each of 53 bits."""
        digest = hmac.new(self.secret, b"familycard noise\0" + question.encode(), hashlib.sha256).digest()
        halves = (int.from_bytes(digest[at : at + 8], "big") >> 11 for at in (0, 8))
        one, other = ((half + 1) / (1 << 53) for half in halves)
        return one, other


def hide_complements(shown: Sequence[int | None]) -> list[int | None]:
    """The counts of a table's line with margin: where one alone is hidden, the smallest other is too.

    Else the margin less the others would say what is hidden, up to the noise.

    >>> hide_complements([120, None, 45])
    [120, None, None]
    >>> hide_complements([120, None, None])
    [120, None, None]
    """
    counts = list(shown)
    seen = [n for n in counts if n is not None]
    if counts.count(None) == 1 and seen:
        counts[counts.index(min(seen))] = None
    return counts


def hide_steps(shown: Sequence[int | None]) -> list[int | None]:
    """The counts of a name's steps, the last of which is the unknown, as `hide_complements` has the known ones.

    Of two alone the other says nothing that the whole does not say.

    >>> hide_steps([500, 80, None, None]), hide_steps([500, None, None])
    ([500, None, None, None], [500, None, None])
    """
    known = shown[:-1]
    return [*(hide_complements(known) if len(known) > 2 else known), shown[-1]]


def share_pct(part: int | None, whole: int | None) -> float | None:
    """Per cent of two shown counts, to one digit and at most 100; None where one of them is hidden.

    >>> share_pct(15, 200), share_pct(None, 200)
    (7.5, None)
    """
    if part is None or not whole:
        return None
    return round(min(100 * part / whole, 100.0), 1)


def take_up_pct(
    eligible: int | None, takes: int | None, unused: int | None
) -> tuple[float | None, float | None]:
    """The lowest and the highest take-up: of whom it is not known may all not receive it, or all receive it.

    What is hidden gives no bound; noise never puts the highest below the lowest.

    >>> take_up_pct(200, 100, 60), take_up_pct(200, 100, 120), take_up_pct(200, None, 150)
    ((50.0, 70.0), (50.0, 50.0), (None, 25.0))
    """
    lowest = share_pct(takes, eligible)
    highest = None if eligible is None or unused is None else share_pct(max(eligible - unused, 0), eligible)
    return lowest, max(highest, lowest) if highest is not None and lowest is not None else highest


def significant(value: float, digits: int = 3) -> int:
    """A whole number with so many digits that mean something.

    >>> significant(123_456), significant(-0.4), significant(87)
    (123000, 0, 87)
    """
    if not value:
        return 0
    unit = 10 ** max(math.floor(math.log10(abs(value))) + 1 - digits, 0)
    return int(unit * math.floor(value / unit + 0.5))
