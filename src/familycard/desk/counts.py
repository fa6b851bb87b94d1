"""What an analyst may count in one snapshot, at one level, and how it is counted.

Every count that leaves this class is a `Cell`: settled (`question.py`) and shown by the rule
(`disclosure.py`). Each subject's step of each name is kept as a byte, so that counting by a name is
one pass over the bytes of its conditions, whatever is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import numpy as np
import numpy.typing as npt

from familycard.desk.disclosure import Rule
from familycard.desk.question import Asked, Settled, Table, settle
from familycard.desk.vocabulary import Vocabulary, names_for_analysts, vocabularies
from familycard.errors import UsageError
from familycard.snapshot.names import SearchName, check_level
from familycard.snapshot.open import OpenSnapshot

BYTES_KEPT = 600_000_000
"""Of steps, a byte a subject and name: of the families of a nation a hundred names, of its people thirty."""
KEPT_LEAST = 24
READ_AT_ONCE = 16
"""Names whose values are read together."""
CONDITIONS_MAX = 6
STATES_MAX = 4_000_000
"""Ways to meet and fail all conditions of a question."""


@dataclass(frozen=True)
class Condition:
    """What is asked of one name: a step by its id (a word, yes, no, unknown), or a range of stored values.

    A range is widened to whole steps. With neither, that something is known.
    """

    name: str
    step: str | None = None
    at_least: int | None = None
    below: int | None = None


@dataclass(frozen=True)
class Cell:
    """A count as it may be shown; None: hidden, for fewer than the threshold are in it or near it."""

    shown: int | None


class Counts:
    """Counting in one snapshot at one level; any number of threads may ask."""

    def __init__(self, snapshot: OpenSnapshot, level: str, rule: Rule, allow_restricted: bool) -> None:
        self.snapshot, self.level, self.rule = snapshot, level, rule
        self.names = names_for_analysts(snapshot, level, allow_restricted=allow_restricted)
        self._place = f"{snapshot.path.name}|{level}"
        self._kept: dict[str, Vocabulary] = {}
        self._reading = Lock()
        self._states = lru_cache(4)(self._numbered)

    def about(self, name: str) -> SearchName:
        """A name; UsageError for one that is not there or not for analysts (which of the two is not said)."""
        if name not in self.names:
            raise UsageError(f"`{name}` is nothing that can be counted by at the level {self.level}.")
        return self.names[name]

    def vocabulary(self, name: str) -> Vocabulary:
        """The steps of a name."""
        found = self._kept.get(self.about(name).name)
        if found is None:
            found = self._read([name])[name]
        return found

    def prepare(self, names: Iterable[str]) -> None:
        """Read what will be asked for, many names at once: that costs little more than one."""
        missing = [name for name in dict.fromkeys(names) if self.about(name).name not in self._kept]
        for at in range(0, len(missing), READ_AT_ONCE):
            self._read(missing[at : at + READ_AT_ONCE])

    def _read(self, names: Sequence[str]) -> dict[str, Vocabulary]:
        about = [self.names[name] for name in names]
        with self._reading:
            for words in vocabularies(self.snapshot, self.level, about, self.rule):
                self._kept[words.name.name] = words
                while len(self._kept) > max(KEPT_LEAST, BYTES_KEPT // max(len(words.codes), 1)):
                    del self._kept[next(iter(self._kept))]
            return {name: self._kept[name] for name in names if name in self._kept}

    def asked(self, conditions: Sequence[Condition]) -> tuple[Asked, ...]:
        """The conditions in steps, in the order of their names; UsageError for two of one name, or too many."""
        found = sorted((self._one(condition) for condition in conditions), key=lambda one: one.name)
        if len({one.name for one in found}) < len(found):
            raise UsageError("Two conditions are about the same; make one of them.")
        if len(found) > CONDITIONS_MAX:
            raise UsageError(
                f"At most {CONDITIONS_MAX} conditions can be counted by at once; leave some out."
            )
        return tuple(found)

    def _one(self, condition: Condition) -> Asked:
        words = self.vocabulary(condition.name)
        if condition.step is not None:
            place = words.place(condition.step)
            return Asked(condition.name, place, place, len(words.steps), words.is_ordered)
        if condition.at_least is None and condition.below is None:
            return self.known(condition.name)
        return Asked(
            condition.name,
            *words.around(condition.at_least, condition.below),
            len(words.steps),
            words.is_ordered,
        )

    def known(self, name: str) -> Asked:
        """That something is known of a name."""
        words = self.vocabulary(name)
        return Asked(name, 0, len(words.steps) - 2, len(words.steps), words.is_ordered)

    def total(self, asked: Sequence[Asked]) -> Cell:
        """How many all conditions are true of."""
        return self.cells(asked, ())[()]

    def cells(self, asked: Sequence[Asked], by: Sequence[str]) -> dict[tuple[str, ...], Cell]:
        """How many all conditions are true of, by each step of one or two names."""
        return {steps: self.cell(settled) for steps, settled in self.settled(asked, by).items()}

    def settled(self, asked: Sequence[Asked], by: Sequence[str]) -> dict[tuple[str, ...], Settled]:
        """The same before anything is hidden: for what is computed further, never to be shown."""
        names = [one.name for one in asked] + list(by)
        if len(set(names)) < len(names):
            raise UsageError("A name cannot be a condition and be counted by at once.")
        self.prepare(names)
        words = [self.vocabulary(name) for name in by]
        sizes = tuple(len(one.steps) for one in words)
        table = self._table(tuple(asked), words)
        found = {}
        for places in np.ndindex(*sizes):
            axes = [
                Asked(w.name.name, p, p, len(w.steps), w.is_ordered)
                for w, p in zip(words, places, strict=True)
            ]
            ids = tuple(w.steps[p].id for w, p in zip(words, places, strict=True))
            found[ids] = self._settle(table, asked, axes)
        return found

    def _settle(self, table: Table, asked: Sequence[Asked], axes: Sequence[Asked]) -> Settled:
        """One cell: the axes of steps become axes of states, and all stand in the order of their names."""
        at = table[tuple([0] * len(asked) + [slice(None)] * len(axes))]
        if int(at[tuple(axis.first for axis in axes)]) < self.rule.threshold:
            return Settled("", 0, 0)
        for place, axis in enumerate(axes, len(asked)):
            to_state = np.eye(axis.states, dtype=np.int64)[axis.state_of_step()]
            table = np.moveaxis(np.moveaxis(table, place, -1) @ to_state, -1, place)
        every = [*asked, *axes]
        order = sorted(range(len(every)), key=lambda place: every[place].name)
        return settle(table.transpose(order), [every[place] for place in order], self.rule.threshold)

    def cell(self, settled: Settled) -> Cell:
        """Hidden also where loosening changed more than the threshold: it would be another question's answer."""
        if settled.added >= self.rule.threshold:
            return Cell(None)
        return Cell(self.rule.shown(settled.count, self.question(settled)))

    def question(self, settled: Settled) -> str:
        """What noise is drawn from: the canonical question, of this snapshot and level."""
        return f"{self._place}|{settled.text}"

    def _table(self, asked: tuple[Asked, ...], by: Sequence[Vocabulary]) -> Table:
        """Subjects by the state of each condition and the step of each name."""
        shape = (*(one.states for one in asked), *(len(words.steps) for words in by))
        if int(np.prod(shape)) > STATES_MAX:
            raise UsageError("So many ranges cannot be counted by at once; leave one out.")
        index = self._states(asked)
        for words in by:
            index = index * len(words.steps) + words.codes
        return np.bincount(index, minlength=int(np.prod(shape))).reshape(shape).astype(np.int64)

    def _numbered(self, asked: tuple[Asked, ...]) -> npt.NDArray[np.int32]:
        """For each subject the number of its states."""
        index = np.zeros(self._everyone(), np.int32)
        for one in asked:
            states = one.state_of_step().astype(np.int32)
            index = index * np.int32(one.states) + states[self.vocabulary(one.name).codes]
        return index

    def mask(self, asked: tuple[Asked, ...]) -> npt.NDArray[np.bool_]:
        """Of whom all conditions are true."""
        found: npt.NDArray[np.bool_] = self._states(asked) == 0
        return found

    def _everyone(self) -> int:
        """How many subjects the level has: persons only where resident."""
        return len(self.vocabulary(next(iter(self.names))).codes)


def counts_of(
    snapshot: OpenSnapshot, rule: Rule, level: str | None = None, *, allow_restricted: bool = False
) -> Counts:
    """The counts of a snapshot at a level (the card's unit if not said), made once."""
    level = check_level(snapshot.pack, level)
    return snapshot.remember(
        ("counts", rule, level, allow_restricted), lambda: Counts(snapshot, level, rule, allow_restricted)
    )
