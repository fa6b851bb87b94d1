"""An analyst's question as an address, in one form: the state of every page is its querystring.

``?level=family&if=children:4&if=income_month:..5000000`` says: families with the step `4` of
`children` (the last of its steps: four or more) and an income below 50 000 tenge (money is in
minor units). ``name:step`` is one step, ``name:from..below`` a range (of whole steps), ``name:..``
that something is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

from familycard.desk.counts import Condition, Counts
from familycard.desk.question import Asked
from familycard.errors import UsageError

RANGE = ".."
PERSON = "person"


@dataclass(frozen=True)
class Question:
    """A segment: a level and its conditions, each as the address writes it, in the order of their names."""

    level: str
    conditions: tuple[str, ...] = ()

    @classmethod
    def read(cls, query: QueryDict, level: str) -> Question:
        """What an address asks; `level` where it says none."""
        return cls(query.get("level") or level, tuple(sorted(set(query.getlist("if")))))

    def canonical(self, counts: Counts) -> Question:
        """The same question in its one form; UsageError for a name, a step or a range that is none."""
        asked = counts.asked([condition(text) for text in self.conditions])
        return Question(self.level, tuple(written(counts, one) for one in asked))

    def asked(self) -> list[Condition]:
        """The conditions as the desk takes them."""
        return [condition(text) for text in self.conditions]

    def of(self, name: str) -> str | None:
        """The condition about a name."""
        return next((text for text in self.conditions if name_of(text) == name), None)

    def without(self, names: Iterable[str]) -> Question:
        """The question without conditions about some names."""
        left_out = set(names)
        return replace(self, conditions=tuple(c for c in self.conditions if name_of(c) not in left_out))

    def with_(self, text: str) -> Question:
        """The question with a condition more, instead of one about the same name."""
        rest = self.without([name_of(text)]).conditions
        return replace(self, conditions=tuple(sorted([*rest, text])))

    def query(self, *more: tuple[str, str]) -> str:
        """The querystring, without its question mark."""
        return urlencode(
            [("level", self.level), *(("if", text) for text in self.conditions), *more], safe=":"
        )

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The same as hidden fields of a form."""
        return [("level", self.level), *(("if", text) for text in self.conditions)]


def name_of(text: str) -> str:
    """The name that a condition is about."""
    return text.partition(":")[0]


def condition(text: str) -> Condition:
    """A condition as an address writes it; UsageError where it is none.

    >>> condition("children:4").step, condition("income_month:..500").below
    ('4', 500)
    """
    name, colon, step = text.partition(":")
    if not colon or not step:
        raise UsageError(f"`{text}` is no condition; write name:step or name:from..below.")
    if RANGE not in step:
        return Condition(name, step)
    lowest, _, below = step.partition(RANGE)
    return Condition(name, at_least=_limit(lowest), below=_limit(below))


def _limit(text: str) -> int | None:
    if not text:
        return None
    if not text.removeprefix("-").isdecimal() or len(text) > 19:
        raise UsageError(f"`{text}` is no limit of a range; write a whole number.")
    return int(text)


def written(counts: Counts, asked: Asked) -> str:
    """A condition of steps as an address writes it."""
    steps = counts.vocabulary(asked.name).steps
    if asked.first == asked.last:
        return f"{asked.name}:{steps[asked.first].id}"
    first, last = steps[asked.first].lowest, steps[asked.last].below
    return f"{asked.name}:{'' if first is None else first}{RANGE}{'' if last is None else last}"


def texts(question: Question, names: Sequence[str]) -> list[str]:
    """What is counted against an analyst's limit: the question by each of some names, and alone where none."""
    alone = question.query()
    return [alone, *(f"{alone}&by={name}" for name in names)]
