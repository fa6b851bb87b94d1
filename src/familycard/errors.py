"""Every error that Family Card raises on purpose.

::

    FamilyCardError            exit status 1
    ├── PackError              a pack breaks a rule of the format: file, line, what to do
    │   └── ExpressionError    an expression cannot be understood or typed
    ├── SourceError            a delivery as a whole cannot be used
    ├── SurveyError            a survey cannot be fitted to
    ├── StoreError             the store is missing, incomplete or from another version
    ├── BuildError             a build cannot begin, or a sum that must agree does not
    ├── SnapshotError          a snapshot is missing, broken or lacks what was asked
    └── UsageError             the command was used wrongly (exit status 2)
"""

from __future__ import annotations

from pathlib import Path


class FamilyCardError(Exception):
    """What happened, where, and what to do next; the message is for people."""

    exit_status = 1


class PackError(FamilyCardError):
    """A pack breaks a rule of the format."""

    def __init__(self, message: str, file: Path | str | None = None, line: int | None = None) -> None:
        self.message = message
        self.file = str(file) if file is not None else None
        self.line = line
        super().__init__(self.located())

    def located(self) -> str:
        """The message with its place in front, as compilers print it."""
        if self.file is None:
            return self.message
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


class ExpressionError(PackError):
    """An expression of a pack cannot be understood or typed."""


class SourceError(FamilyCardError):
    """A delivery as a whole cannot be used; the last good load stays in use."""


class SurveyError(FamilyCardError):
    """A survey cannot be fitted to: what it lacks, where, and what to do."""


class StoreError(FamilyCardError):
    """The store is missing, incomplete or from another version."""


class BuildError(FamilyCardError):
    """A build cannot begin, or a sum that must agree does not."""


class SnapshotError(FamilyCardError):
    """A snapshot is missing, broken, or lacks what was asked of it."""


class UsageError(FamilyCardError):
    """The command was used wrongly."""

    exit_status = 2
