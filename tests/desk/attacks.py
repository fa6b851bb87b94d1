"""An attacker's script: pairs of questions that differ by few families, and guesses from what is shown.

The attacker chooses questions freely among those that an analyst may ask. What the guesses are
judged by is the truth, which the script never sees.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from familycard.desk.counts import Counts
from familycard.desk.question import Asked

Shown = int | None
Answer = Callable[[tuple[Asked, ...]], Shown]


@dataclass(frozen=True)
class Pair:
    """Two questions, how many families are in one of them alone, and what was shown of both."""

    true: int
    one: Shown
    other: Shown
    kind: str

    @property
    def says_something(self) -> bool:
        """Whether both counts are shown and differ."""
        return self.one is not None and self.other is not None and self.one != self.other


def some_question(counts: Counts, chance: random.Random, conditions: int) -> list[Asked]:
    """A question of so many conditions, true of somebody in particular."""
    names = chance.sample(sorted(counts.names), conditions)
    someone = chance.randrange(len(counts.vocabulary(names[0]).codes))
    return sorted((_around(counts, chance, name, someone) for name in names), key=lambda one: one.name)


def _around(counts: Counts, chance: random.Random, name: str, someone: int) -> Asked:
    """A condition that somebody meets: the step, or a range around it."""
    words = counts.vocabulary(name)
    step, last = int(words.codes[someone]), len(words.steps) - 2
    if not words.is_ordered or step > last:
        return Asked(name, step, step, last + 2, words.is_ordered)
    first, end = chance.randint(0, step), chance.randint(step, last)
    return Asked(name, first, end, last + 2, words.is_ordered)


def neighbours(
    counts: Counts, chance: random.Random, question: Sequence[Asked]
) -> Iterator[tuple[str, tuple[Asked, ...]]]:
    """Questions one step away: a condition less, a limit moved, all but one value, another fact of
    the same families instead, a tautology more."""
    met = np.flatnonzero(counts.mask(tuple(question)))
    someone = int(chance.choice(met)) if len(met) else None
    for place, one in enumerate(question):
        rest = (*question[:place], *question[place + 1 :])
        yield "less", rest
        if one.is_range and one.first > 0:
            yield "limit", _sorted(*rest, replace(one, first=one.first - 1))
        if one.is_range and one.last < one.steps - 2:
            yield "limit", _sorted(*rest, replace(one, last=one.last + 1))
        if not one.is_ordered and one.steps == 3 and one.first < 2:
            yield "complement", _sorted(*rest, replace(one, first=1 - one.first, last=1 - one.first))
        for name in chance.sample(sorted(counts.names), 3):
            if someone is not None and name not in {other.name for other in question}:
                yield "instead", _sorted(*rest, _around(counts, chance, name, someone))
    name = chance.choice([name for name in counts.names if name not in {one.name for one in question}])
    yield "tautology", _sorted(*question, counts.known(name))


def _sorted(*asked: Asked) -> tuple[Asked, ...]:
    return tuple(sorted(asked, key=lambda one: one.name))


def pairs(counts: Counts, answer: Answer, how_many: int, seed: int) -> list[Pair]:
    """Ask pairs of nested questions until there are so many that differ by fewer than the threshold.

    A complement is asked beside the whole: it differs from that by the target.
    """
    chance, found = random.Random(seed), list[Pair]()
    while len(found) < how_many:
        question = tuple(some_question(counts, chance, chance.randint(1, 4)))
        mask = counts.mask(question)
        for kind, other in neighbours(counts, chance, question):
            inside, beside = (other, question[:0]) if kind == "complement" else (question, other)
            if kind == "complement":
                beside = tuple(one for one in question if one in other)
            among = mask if kind != "complement" else counts.mask(inside)
            differing = int((among ^ counts.mask(beside)).sum())
            if differing < counts.rule.threshold:
                found.append(Pair(differing, answer(inside), answer(beside), kind))
    return found


def advantage(none: Sequence[float], some: Sequence[float]) -> float:
    """By how much the best guess by a limit beats a coin: 0 nothing is learned, 1 all is (Youden's J)."""
    limits = np.unique([*none, *some])
    above = [np.searchsorted(np.sort(values), limits, side="left") / len(values) for values in (none, some)]
    return float(np.abs(above[0] - above[1]).max())


def estimate(counts: Counts, question: tuple[Asked, ...], names: Sequence[str]) -> float:
    """How many a question is true of, as the mean of its count and of the sums over all steps of other names."""
    sums = [counts.total(question).shown or HIDDEN_GUESS]
    for name in names:
        if name not in {one.name for one in question}:
            cells = counts.cells(question, [name]).values()
            sums.append(sum(HIDDEN_GUESS if cell.shown is None else cell.shown for cell in cells))
    return float(np.mean(sums))


HIDDEN_GUESS = 1
"""What an attacker takes a hidden count for: most of them are nothing."""


def remainder(
    counts: Counts, question: tuple[Asked, ...], name: str, step: int, names: Sequence[str]
) -> float:
    """A hidden step's count, as the whole less the other steps, each averaged over sums by other names."""
    words = counts.vocabulary(name)
    others = [p for p in range(len(words.steps)) if p != step]
    rest = sum(
        estimate(counts, _sorted(*question, Asked(name, p, p, len(words.steps), words.is_ordered)), names)
        for p in others
    )
    return estimate(counts, question, names) - rest
