"""What a rule of the lint is, and what it finds."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from familycard.errors import PackError
from familycard.pack.model import Pack, Place


@dataclass(frozen=True)
class Finding:
    """Something to mend (`error`) or to think about (`warning`) in a pack."""

    severity: str
    rule: str
    message: str
    file: str
    line: int

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.severity}: {self.message} [{self.rule}]"


class Rule(ABC):
    """One thing that is asked of every pack; the first line of the docstring is its summary."""

    severity = "error"

    @abstractmethod
    def check(self, pack: Pack) -> Iterator[Finding]:
        """What in the pack breaks the rule; must not fail on a pack that breaks other rules."""

    @property
    def name(self) -> str:
        """The class's name as words: `value-has-a-law`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", type(self).__name__).lower()

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return (type(self).__doc__ or "").strip().splitlines()[0]

    def finding(self, message: str, place: Place, severity: str | None = None) -> Finding:
        return Finding(severity or self.severity, self.name, message, place.file, place.line)

    def from_error(self, error: PackError) -> Finding:
        return Finding(self.severity, self.name, error.message, error.file or "", error.line or 0)
