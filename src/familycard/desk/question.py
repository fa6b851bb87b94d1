"""A question of an analyst in its one canonical form, so that small differences cannot be asked for.

A question is a list of conditions, each a step or neighbouring steps of one vocabulary. Before it
is answered, every condition that matters to fewer subjects than the threshold is loosened: a range
is widened by a step that fewer lie in, a condition is left out that fewer fail. What is left is
answered, and named by its text, from which the noise is drawn. So a question and the same with a
condition more, or a limit moved, either get the very same answer or differ by the threshold at
least. This is suppression of small differences between nested cells (Hundepool et al., Statistical
Disclosure Control, 2012, 4.3; "low-effect" conditions in Francis et al., Diffix-Birch, 2018).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

REACH = 5
"""Steps by which a range is widened on a side before it is left out."""
ORDERED_STATES = 2 * REACH + 2
"""Met; so many steps below; so many above; elsewhere or unknown."""
Table = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Asked:
    """One condition: the steps from `first` to `last` of a name with `steps` steps, the last unknown."""

    name: str
    first: int
    last: int
    steps: int
    is_ordered: bool

    @property
    def states(self) -> int:
        """How many ways there are to meet or fail it."""
        return ORDERED_STATES if self.is_range else 2

    @property
    def is_range(self) -> bool:
        """Whether it can be widened: it asks for known steps of an order."""
        return self.is_ordered and self.last < self.steps - 1

    def state_of_step(self) -> npt.NDArray[np.int64]:
        """For each step its state: 0 where the condition is met."""
        place = np.arange(self.steps)
        is_met = (place >= self.first) & (place <= self.last)
        if not self.is_range:
            return np.where(is_met, 0, 1)
        below, above = self.first - place, place - self.last
        away = np.where(below > 0, below, above + REACH)
        near = (np.maximum(below, above) <= REACH) & (place < self.steps - 1)
        return np.where(is_met, 0, np.where(near, away, ORDERED_STATES - 1))


@dataclass(frozen=True)
class _Kept:
    """A condition as loosened so far: steps added below and above, or left out."""

    asked: Asked
    below: int = 0
    above: int = 0
    is_out: bool = False

    def allowed(self) -> npt.NDArray[np.int64]:
        """1 for each state that is let in."""
        if self.is_out:
            return np.ones(self.asked.states, np.int64)
        found = np.zeros(self.asked.states, np.int64)
        found[: self.below + 1] = 1
        found[REACH + 1 : REACH + 1 + self.above] = 1
        return found

    def looser(self) -> Iterator[_Kept]:
        """The next looser forms, the smaller first."""
        if self.is_out:
            return
        if self.asked.is_range and not self.is_at_reach:
            if self.first > 0:
                yield replace(self, below=self.below + 1)
            if self.last < self.asked.steps - 2:
                yield replace(self, above=self.above + 1)
        yield replace(self, is_out=True)

    @property
    def first(self) -> int:
        return self.asked.first - self.below

    @property
    def last(self) -> int:
        return self.asked.last + self.above

    @property
    def is_at_reach(self) -> bool:
        """Whether it was widened as far as is looked, and could be further: then it is left out."""
        is_below = self.below == REACH and self.first > 0
        return not self.is_out and (is_below or self.above == REACH and self.last < self.asked.steps - 2)

    @property
    def text(self) -> str:
        return f"{self.asked.name}={self.first}..{self.last}"


@dataclass(frozen=True)
class Settled:
    """A question as it is answered: its canonical text and how many that is true of; a small one is not loosened."""

    text: str
    count: int
    added: int
    """How many of them the loosening let in."""


def settle(table: Table, conditions: Sequence[Asked], threshold: int) -> Settled:
    """Loosen a question until each loosening matters to the threshold at least.

    `table` has the subjects by the state of each condition, the conditions being in the order of
    their names.
    """
    kept = [_Kept(asked) for asked in conditions]
    asked = count = _count(table, kept)
    while count >= threshold:
        step = _small_step(table, kept, count, threshold)
        if step is None:
            break
        kept, count = step
    return Settled("&".join(one.text for one in kept if not one.is_out), count, count - asked)


def _small_step(
    table: Table, kept: list[_Kept], count: int, threshold: int
) -> tuple[list[_Kept], int] | None:
    """The first loosening that matters to fewer than the threshold."""
    for place, one in enumerate(kept):
        rest = _but(table, kept, place)
        for looser in one.looser():
            wider = int(rest @ looser.allowed())
            if wider - count < threshold or one.is_at_reach:
                return [*kept[:place], looser, *kept[place + 1 :]], wider
    return None


def _but(table: Table, kept: Sequence[_Kept], place: int) -> Table:
    """The subjects that are let in by all conditions but one, by the state of that one."""
    found = np.moveaxis(table, place, 0)
    for other in reversed([one for n, one in enumerate(kept) if n != place]):
        found = found @ other.allowed()
    return found


def _count(table: Table, kept: Sequence[_Kept]) -> int:
    found = table
    for one in reversed(kept):
        found = found @ one.allowed()
    return int(found)
